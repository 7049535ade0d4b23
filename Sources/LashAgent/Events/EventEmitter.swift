internal import Synchronization

/// Numbers the events of a turn and hands them to whoever watches.
final class EventEmitter: Sendable {
    private let sink: (any TurnEventSink)?
    private let count = Mutex(0)

    init(_ sink: (any TurnEventSink)?) { self.sink = sink }

    /// Whether anybody watches: what is costly to make need not be made otherwise.
    var isWatched: Bool { sink != nil }

    func emit(_ event: TurnEvent, _ correlationID: @autoclosure () -> String) async {
        guard let sink else { return }
        let id = count.withLock { count in
            count += 1
            return count
        }
        await sink.receive(TurnActivity(id: id, correlationID: correlationID(), event: event))
    }
}
