internal import Lashlang
internal import Synchronization

/// How much of what happened in a session is kept for those who were away.
public struct ObservationLimits: Hashable, Sendable {
    /// The most events.
    public var events: Int
    /// How old an event may become.
    public var age: Duration

    /// Limits; at least one event is kept.
    public init(events: Int = 2_048, age: Duration = .seconds(120)) {
        self.events = max(1, events)
        self.age = age
    }
}

/// The latest events of an open session, numbered. Nothing is kept before somebody has asked where they stand.
final class SessionJournal: Sendable {
    /// What comes after a position.
    enum Reading {
        case event(ObservedEvent, position: Int, revision: Int)
        /// Something came that is not there any more.
        case gap
        case nothing
    }

    private struct Entry {
        var event: ObservedEvent
        var revision: Int
        var time: Double
    }

    private struct State {
        /// The position of the latest event. Begins anywhere, so that a cursor of another process is noticed.
        var last = Int.random(in: 1 << 20...1 << 40)
        var entries: [Entry] = []
        /// How many of `entries` are void.
        var dropped = 0
        var isActive = false
        var waiting: [Int: FirstAnswer<Void>] = [:]
        var waiters = 0

        var first: Int { last - (entries.count - dropped) + 1 }

        mutating func drop(until time: Double, keeping limit: Int) {
            while dropped < entries.count, entries.count - dropped > limit || entries[dropped].time < time {
                dropped += 1
            }
            if dropped > entries.count / 2 {
                entries.removeFirst(dropped)
                dropped = 0
            }
        }
    }

    private let limits: ObservationLimits
    private let clock: any HostClock
    private let state = Mutex(State())

    init(_ limits: ObservationLimits, clock: any HostClock) {
        self.limits = limits
        self.clock = clock
    }

    private var oldest: Double { clock.now - limits.age / .milliseconds(1) }

    /// Whether anybody may want to know.
    var isActive: Bool { state.withLock { $0.isActive } }

    /// The position of the latest event. Events are kept from now on.
    func begin() -> Int {
        state.withLock { state in
            state.isActive = true
            return state.last
        }
    }

    /// Keeps an event, and wakes whoever waits for one.
    func add(revision: Int = 0, _ event: () -> ObservedEvent) {
        guard isActive else { return }
        let entry = Entry(event: event(), revision: revision, time: clock.now)
        let oldest = oldest
        let waiting = state.withLock { state in
            state.entries.append(entry)
            state.last += 1
            state.drop(until: oldest, keeping: limits.events)
            defer { state.waiting = [:] }
            return state.waiting.values
        }
        for waiter in waiting { waiter.give(()) }
    }

    func read(after position: Int) -> Reading {
        let oldest = oldest
        return state.withLock { state in
            state.drop(until: oldest, keeping: limits.events)
            if position == state.last { return .nothing }
            guard position >= state.first - 1, position < state.last else { return .gap }
            let entry = state.entries[state.dropped + position + 1 - state.first]
            return .event(entry.event, position: position + 1, revision: entry.revision)
        }
    }

    /// Waits until there is something after a position, or the task is cancelled.
    func wait(after position: Int) async {
        let waiter = FirstAnswer<Void>()
        let number = state.withLock { state -> Int? in
            if position != state.last { return nil }
            state.waiters += 1
            state.waiting[state.waiters] = waiter
            return state.waiters
        }
        guard let number else { return }
        await withTaskCancellationHandler {
            await waiter.wait()
        } onCancel: {
            waiter.give(())
        }
        state.withLock { $0.waiting[number] = nil }
    }
}
