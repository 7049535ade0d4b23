/// The events of one answer, to be read once.
///
/// The work behind it begins at once, and ends early when the stream is cancelled or let go, or the task that reads it is
/// cancelled. Events wait for their reader without a bound of their own; clients bound what one answer may bring.
public struct ModelStream: AsyncSequence, Sendable {
    /// What it gives.
    public typealias Element = ModelEvent
    /// What it throws.
    public typealias Failure = ModelError

    /// Where the work puts its events.
    public struct Writer: Sendable {
        fileprivate let continuation: AsyncThrowingStream<ModelEvent, any Error>.Continuation

        /// Hands an event to the reader.
        public func write(_ event: ModelEvent) { continuation.yield(event) }
    }

    private let events: AsyncThrowingStream<ModelEvent, any Error>
    private let work: Task<Void, Never>

    /// A stream of what some work writes. The work runs in a task of its own, which is cancelled when nobody reads on.
    public init(_ work: @escaping @Sendable (Writer) async throws(ModelError) -> Void) {
        let (events, continuation) = AsyncThrowingStream<ModelEvent, any Error>.makeStream()
        let task = Task {
            do throws(ModelError) {
                try await work(Writer(continuation: continuation))
                continuation.finish()
            } catch {
                continuation.finish(throwing: error)
            }
        }
        continuation.onTermination = { _ in task.cancel() }
        self.events = events
        self.work = task
    }

    /// Ends the work: whoever reads gets what was written before, and then an error of kind `cancelled`.
    public func cancel() { work.cancel() }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator { Iterator(events: events.makeAsyncIterator()) }

    /// Reads the events of a stream.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var events: AsyncThrowingStream<ModelEvent, any Error>.Iterator
        private var isDone = false

        fileprivate init(events: AsyncThrowingStream<ModelEvent, any Error>.Iterator) { self.events = events }

        /// The next one; `nil` after the last.
        public mutating func next() async throws(ModelError) -> ModelEvent? {
            try await next(isolation: #isolation)
        }

        /// The next one; `nil` after the last.
        public mutating func next(isolation actor: isolated (any Actor)?) async throws(ModelError) -> ModelEvent? {
            if isDone { return nil }
            do {
                if let event = try await events.next(isolation: actor) {
                    if case .stop = event { isDone = true }
                    return event
                }
            } catch {
                isDone = true
                throw error as? ModelError ?? .cancelled
            }
            isDone = true
            // The stream ends without a word when its reader's task is cancelled.
            if Task.isCancelled { throw .cancelled }
            throw ModelError(.malformedResponse, "the answer broke off without a reason to stop")
        }
    }

    /// Reads the whole answer.
    public func response() async throws(ModelError) -> ModelResponse {
        var response = ModelResponse()
        for try await event in self { response.append(event) }
        return response
    }
}
