public import Lashlang
internal import Synchronization

/// A model that says what it is told to say: for tests, examples and replays, without a network.
public final class ScriptedModel: LanguageModel {
    /// What it is called.
    public let name: String
    private let answer: @Sendable (ModelRequest, Int) throws(ModelError) -> ScriptedReply
    private let clock: any HostClock
    private let asked = Mutex<[ModelRequest]>([])

    /// A model with one reply for each request, in order. A request too many gets an error.
    public convenience init(_ replies: [ScriptedReply], name: String = "scripted", clock: any HostClock = SystemClock())
    {
        self.init(name: name, clock: clock) { (_, position) throws(ModelError) in
            guard position < replies.count else {
                throw ModelError(
                    .configuration,
                    "the script has \(replies.count) replies, and this is request \(position + 1)"
                )
            }
            return replies[position]
        }
    }

    /// A model whose replies a closure makes. It gets the request and how many there were before it.
    public init(
        name: String = "scripted",
        clock: any HostClock = SystemClock(),
        _ answer: @escaping @Sendable (_ request: ModelRequest, _ position: Int) throws(ModelError) -> ScriptedReply
    ) {
        self.name = name
        self.clock = clock
        self.answer = answer
    }

    /// All requests so far, oldest first.
    public var requests: [ModelRequest] { asked.withLock { $0 } }

    /// Plays the next reply.
    public func stream(_ request: ModelRequest) -> ModelStream {
        let position = asked.withLock { asked in
            asked.append(request)
            return asked.count - 1
        }
        let (answer, clock) = (answer, clock)
        return ModelStream { (writer) throws(ModelError) in
            try await answer(request, position).play(to: writer, clock: clock)
        }
    }
}

extension ScriptedReply {
    fileprivate func play(to writer: ModelStream.Writer, clock: any HostClock) async throws(ModelError) {
        switch fault {
        case nil:
            try await write(.max, to: writer, clock)
            if let usage { writer.write(.usage(usage)) }
            writer.write(.stop(stopReason))
        case .error(let error, let count):
            try await write(count, to: writer, clock)
            throw error
        case .silence(let count):
            try await write(count, to: writer, clock)
            try await pause(milliseconds: .infinity, clock)
        case .restart(let count):
            try await write(count, to: writer, clock)
            let retry = ModelRetry(
                attempt: 2,
                maximumAttempts: 4,
                wait: .zero,
                reason: "the connection was lost",
                discardsText: count > 0 || !reasoning.isEmpty || !parts.isEmpty
            )
            writer.write(.retry(retry))
            var again = self
            again.fault = nil
            try await again.play(to: writer, clock: clock)
        }
    }

    /// Writes the answer up to so many pieces of text.
    private func write(
        _ count: Int,
        to writer: ModelStream.Writer,
        _ clock: any HostClock
    ) async throws(ModelError) {
        var left = count
        for event in events {
            if case .text = event {
                if left == 0 { return }
                left -= 1
                if delay > .zero { try await pause(milliseconds: delay / .milliseconds(1), clock) }
                if Task.isCancelled { throw .cancelled }
            }
            writer.write(event)
        }
    }

    private func pause(milliseconds: Double, _ clock: any HostClock) async throws(ModelError) {
        do { try await clock.sleep(until: clock.now + milliseconds) } catch { throw .cancelled }
    }
}
