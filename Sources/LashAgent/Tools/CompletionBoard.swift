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
    }

    private let entries = Mutex<[String: Entry]>([:])

    /// Forgets the keys of earlier turns.
    func reset() { entries.withLock { $0 = [:] } }

    /// Forgets the calls that nobody waits for any more.
    func close() { entries.withLock { $0 = $0.filter(\.value.isSettled) } }

    /// Takes in a call of a block that stood still and goes on.
    func adopt(_ completion: PendingCompletion) {
        entries.withLock { $0[completion.key] = Entry(call: completion.call) }
    }

    /// The key of a call; the same, however often it is taken.
    func take(for call: String) -> String {
        entries.withLock { entries in
            if let known = Self.key(of: call, entries) { return known }
            let words = (0..<2).map { _ in String(UInt64.random(in: .min ... .max), radix: 36) }
            let key = "completion:" + words.joined()
            entries[key] = Entry(call: call)
            return key
        }
    }

    /// The key that was taken for a call.
    func key(of call: String) -> String? { entries.withLock { Self.key(of: call, $0) } }

    /// Forgets the key of a call whose result does not come later after all.
    func drop(_ call: String) {
        entries.withLock { entries in
            if let key = Self.key(of: call, entries) { entries[key] = nil }
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

    /// Waits for a result for some time; `nil` for as long as it takes.
    func wait(_ key: String, upTo limit: Duration?, _ clock: any HostClock) async -> CompletedCall? {
        if let result = collect(key, keeps: true) { return result }
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
        return collect(key, keeps: true)
    }

    /// Takes a result that has come; `nil` where none has. Without `keeps`, nothing can be given here for the key any more.
    func collect(_ key: String, keeps: Bool) -> CompletedCall? {
        entries.withLock { entries in
            guard let result = entries[key]?.result else {
                if !keeps { entries[key] = nil }
                return nil
            }
            entries[key]?.isSettled = true
            return result
        }
    }

    /// Remembers that a call of a block that stood still has its result.
    func settle(_ key: String) { entries.withLock { $0[key] = Entry(call: "", isSettled: true) } }

    /// Whether a call has had its result in the turn that is or was the last one.
    func isSettled(_ key: String) -> Bool { entries.withLock { $0[key]?.isSettled == true } }
}
