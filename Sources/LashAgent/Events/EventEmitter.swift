internal import Synchronization

/// Numbers the events of a turn and hands them to whoever watches.
final class EventEmitter: Sendable {
    private let sink: (any TurnEventSink)?
    private let journal: SessionJournal?
    private let count = Mutex(0)

    /// - Parameter journal: where events are kept for those who watch the session as a whole.
    init(_ sink: (any TurnEventSink)?, journal: SessionJournal? = nil) {
        self.sink = sink
        self.journal = journal
    }

    /// Whether anybody watches: what is costly to make need not be made otherwise.
    var isWatched: Bool { sink != nil || journal?.isActive == true }

    func emit(_ event: TurnEvent, _ correlationID: @autoclosure () -> String) async {
        guard isWatched else { return }
        let id = count.withLock { count in
            count += 1
            return count
        }
        let activity = TurnActivity(id: id, correlationID: correlationID(), event: event)
        journal?.add { .activity(activity) }
        await sink?.receive(activity)
    }
}
