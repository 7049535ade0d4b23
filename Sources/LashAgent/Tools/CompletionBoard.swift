internal import Lashlang
internal import Synchronization

/// The keys that tools of an open session have taken, and what has come for them.
///
/// Only of calls that the turn waits for right now: those of a block that stands still are kept with the block.
final class CompletionBoard: Sendable {
    /// What came of a result.
    enum Resolution {
        case taken, already, unknown
    }

    private struct Entry {
        var call: String
        var result: CompletedCall?
        var waiting: FirstAnswer<Void>?
        var isSettled = false
        /// Whether the result waits for a block that is kept, or for its turn to go on.
        var isEarly = false
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Forgets the keys of earlier turns.
    func reset() { entries.withLock { $0 = $0.filter(\.value.isEarly) } }

    /// Forgets the calls that nobody waits for any more.
    func close() { entries.withLock { $0 = $0.filter { $0.value.isSettled || $0.value.isEarly } } }

    /// Takes in a call of a block that stood still and goes on, with the result where that waits already.
    func adopt(_ completion: PendingCompletion) {
        entries.withLock { entries in
            entries[completion.key] = Entry(call: completion.call, result: entries[completion.key]?.result)
        }
    }

    /// The key of a call; the same, however often it is taken.
    func take(for call: String) -> String {
        entries.withLock { entries in
            if let known = Self.key(of: call, entries) { return known }
            let key = RandomID.make("completion")
            entries[key] = Entry(call: call)
            return key
        }
    }

    /// The key that was taken for a call.
    func key(of call: String) -> String? { entries.withLock { Self.key(of: call, $0) } }

    /// Forgets the key of a call that nobody waits for any more. Gives the result that has come for it all the same.
    @discardableResult
    func drop(_ call: String) -> CompletedCall? {
        entries.withLock { entries in
            guard let key = Self.key(of: call, entries) else { return nil }
            let result = entries[key]?.result
            entries[key] = result.map { Entry(call: call, result: $0, isSettled: true) }
            return result
        }
    }

    private static func key(of call: String, _ entries: [String: Entry]) -> String? {
        entries.first { $0.value.call == call && !$0.value.isSettled }?.key
    }

    /// Gives the result of a call.
    func resolve(_ key: String, _ result: CompletedCall) -> Resolution {
        let (resolution, waiting) = entries.withLock { entries -> (Resolution, FirstAnswer<Void>?) in
            guard let entry = entries[key] else { return (.unknown, nil) }
            if entry.isSettled || entry.result != nil { return (.already, nil) }
            entries[key]?.result = result
            return (.taken, entry.waiting)
        }
        waiting?.give(())
        return resolution
    }

    /// Leaves the result of a call of a block that is kept, until `withdraw`; a turn that goes on in the meantime takes it
    /// with it. Says `unknown` where it waits, and otherwise what `resolve` says.
    func leave(_ key: String, _ result: CompletedCall) -> Resolution {
        let isNew = entries.withLock { entries in
            guard entries[key] == nil else { return false }
            entries[key] = Entry(call: "", result: result, isEarly: true)
            return true
        }
        return isNew ? .unknown : resolve(key, result)
    }

    /// Takes back a result that was left. Says whether it was still there.
    func withdraw(_ key: String) -> Bool {
        entries.withLock { entries in
            guard entries[key]?.isEarly == true else { return false }
            entries[key] = nil
            return true
        }
    }

    /// Waits for a result for some time; `nil` for as long as it takes.
    func wait(_ key: String, upTo limit: Duration?, _ clock: any HostClock) async -> CompletedCall? {
        if let result = collect(key) { return result }
        if limit == .zero { return nil }
        let first = FirstAnswer<Void>()
        let isThere = entries.withLock { entries in
            entries[key]?.waiting = first
            return entries[key]?.result != nil
        }
        if isThere { first.give(()) }
        let timer = limit.map { limit in
            Task {
                do { try await clock.sleep(until: clock.now + limit / .milliseconds(1)) } catch { return }
                first.give(())
            }
        }
        defer { timer?.cancel() }
        await withTaskCancellationHandler {
            await first.wait()
        } onCancel: {
            first.give(())
        }
        return collect(key)
    }

    /// Takes a result that has come; `nil` where none has.
    private func collect(_ key: String) -> CompletedCall? {
        entries.withLock { entries in
            guard let result = entries[key]?.result else { return nil }
            entries[key]?.isSettled = true
            return result
        }
    }

    /// Takes the results that have come for the calls of a block that is about to stand still. Where there are some, the
    /// block goes on and waits for the others; where there are none, nothing can be given here for its calls any more.
    func collect(_ keys: [String]) -> [String: CompletedCall] {
        entries.withLock { entries in
            var results: [String: CompletedCall] = [:]
            for key in keys {
                results[key] = entries[key]?.result
                if results[key] != nil { entries[key]?.isSettled = true }
            }
            if results.isEmpty { for key in keys { entries[key] = nil } }
            return results
        }
    }

    /// Remembers that a call of a block that stood still has its result. Gives the one that has come here, if any.
    @discardableResult
    func settle(_ key: String) -> CompletedCall? {
        entries.withLock { entries in
            defer { entries[key] = Entry(call: "", isSettled: true) }
            return entries[key]?.result
        }
    }

    /// Whether a call has had its result in the turn that is or was the last one.
    func isSettled(_ key: String) -> Bool { entries.withLock { $0[key]?.isSettled == true } }
}
