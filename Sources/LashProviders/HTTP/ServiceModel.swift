internal import AsyncHTTPClient
internal import LashAgent
internal import LashHTTP
internal import Lashlang
internal import Logging
internal import NIOCore
internal import NIOHTTP1
internal import Synchronization

/// A model behind HTTP: sends requests, reads answers as they come, asks again after failures that may pass.
struct ServiceModel<Format: WireFormat>: Sendable {
    /// The bytes that are read of an answer that says that something failed.
    static var failureLimit: Int { 64 << 10 }

    let format: Format
    let key: APIKey?
    let connection: ServiceConnection
    let timeouts: ModelTimeouts
    let maximumAnswerBytes: Int
    let retries: RetryPolicy
    let clock: any HostClock
    let logger: Logger

    /// Begins an answer.
    func stream(_ request: ModelRequest) -> ModelStream {
        ModelStream { (writer) throws(ModelError) in
            do throws(ModelError) { try await run(request, writer) } catch {
                // Services repeat what they were sent.
                throw key.map { error.redacted(by: $0) } ?? error
            }
        }
    }

    private func run(_ request: ModelRequest, _ writer: ModelStream.Writer) async throws(ModelError) {
        let value = try format.body(request)
        let body: String
        do throws(ValueError) { body = try value.json() } catch {
            throw ModelError(.invalidRequest, "the request cannot be written: \(error.message)")
        }
        let headers = try format.headers(request, key: key)
        var state = RetryState(retries)
        while true {
            let progress = AnswerProgress()
            do throws(ModelError) {
                return try await attempt(body, headers, writer, progress)
            } catch {
                if Task.isCancelled { throw .cancelled }
                guard !progress.isComplete, let wait = state.wait(after: error) else { throw error }
                let reason = key?.redacted(error.message) ?? error.message
                logger.info(
                    "asking the model again",
                    metadata: ["reason": "\(reason)", "attempt": "\(state.attempt)", "wait": "\(wait.text)"]
                )
                writer.write(
                    .retry(
                        ModelRetry(
                            attempt: state.attempt,
                            maximumAttempts: retries.maximumAttempts,
                            wait: wait,
                            reason: reason,
                            discardsText: progress.hasText
                        )
                    )
                )
                do { try await clock.sleep(until: clock.now + wait / .milliseconds(1)) } catch { throw .cancelled }
            }
        }
    }

    /// Sends the request once and reads its answer.
    ///
    /// The reader may go as soon as the answer is complete. What the service still sends is read then all the same, for a
    /// moment, because only a connection that is at its end can be used again.
    private func attempt(
        _ body: String,
        _ headers: [(name: String, value: String)],
        _ writer: ModelStream.Writer,
        _ progress: AnswerProgress
    ) async throws(ModelError) {
        let work = Task<Result<Void, ModelError>, Never> {
            do throws(ModelError) {
                try await read(body, headers, writer, progress)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        let timeouts = timeouts
        let deadline = Task {
            try await Task.sleep(for: timeouts.answer)
            progress.timeOut()
            work.cancel()
        }
        progress.whenComplete {
            deadline.cancel()
            Task {
                try await Task.sleep(for: .seconds(1))
                work.cancel()
            }
        }
        defer { deadline.cancel() }
        let result = await withTaskCancellationHandler {
            await work.value
        } onCancel: {
            if !progress.isComplete { work.cancel() }
        }
        if progress.isTimedOut, !progress.isComplete {
            throw ModelError(.timeout, "\(format.title) answer was not complete after \(timeouts.answer.text)")
        }
        try result.get()
    }

    private func read(
        _ body: String,
        _ headers: [(name: String, value: String)],
        _ writer: ModelStream.Writer,
        _ progress: AnswerProgress
    ) async throws(ModelError) {
        let response = try await connection.post(body, to: format.path, headers: headers)
        guard (200..<300).contains(response.status.code) else { throw await failure(response) }
        func write(_ events: [ModelEvent]) {
            for event in events {
                switch event {
                case .text(let text) where text.isEmpty: continue
                case .reasoning(let text) where text.isEmpty: continue
                case .text, .reasoning: progress.noteText()
                case .stop: progress.complete()
                default: break
                }
                writer.write(event)
            }
        }
        var decoder = format.makeDecoder()
        let isStream = response.headers.first(name: "content-type")?.lowercased().contains("event-stream") ?? true
        var whole: [UInt8] = []
        var reader = ServerSentEventReader()
        var size = 0
        do {
            for try await chunk in response.body {
                if decoder.isComplete { continue }
                size += chunk.readableBytes
                if size > maximumAnswerBytes {
                    throw ModelError(.malformedResponse, "the answer is longer than \(maximumAnswerBytes) bytes")
                }
                guard isStream else {
                    whole += chunk.readableBytesView
                    continue
                }
                for event in try reader.take(chunk.readableBytesView) where !decoder.isComplete {
                    write(try decoder.take(event))
                }
                if decoder.isComplete { write(try decoder.end()) }
            }
        } catch {
            // The answer was complete, so how the connection ended is of no interest.
            if progress.isComplete { return }
            throw connection.failure(error)
        }
        if decoder.isComplete { return }
        if isStream {
            // An event that the end cuts off says only that the answer is not complete.
            if let event = reader.end(), let last = try? decoder.take(event) { write(last) }
        } else {
            write(try decoder.take(whole: whole))
        }
        write(try decoder.end())
    }

    /// What a response says that is no answer.
    private func failure(_ response: HTTPClientResponse) async -> ModelError {
        var body: [UInt8] = []
        do {
            for try await chunk in response.body {
                body += chunk.readableBytesView.prefix(Self.failureLimit - body.count)
                if body.count >= Self.failureLimit { break }
            }
        } catch {
            if Task.isCancelled { return .cancelled }
        }
        let status = Int(response.status.code)
        if (300..<400).contains(status) {
            let place = response.headers.first(name: "location").map { " to \($0)" } ?? ""
            return ModelError(
                .configuration,
                "\(format.title) request failed with \(status): the service has moved\(place)",
                status: status
            )
        }
        let failure = ServiceFailure(body: body, without: key)
        let kind = failure.kind(status: status)
        let wait = RetryAfter.wait({ response.headers.first(name: $0) }, now: SystemClock().now)
        return ModelError(
            kind,
            "\(format.title) request failed with \(status): \(failure.message)",
            status: status,
            retryAfter: wait
        )
    }
}

/// How far an answer has come, for the tasks around it.
private final class AnswerProgress: Sendable {
    private struct State {
        var hasText = false
        var isComplete = false
        var isTimedOut = false
        var onComplete: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    var hasText: Bool { state.withLock { $0.hasText } }
    var isComplete: Bool { state.withLock { $0.isComplete } }
    var isTimedOut: Bool { state.withLock { $0.isTimedOut } }

    func noteText() { state.withLock { $0.hasText = true } }
    func timeOut() { state.withLock { $0.isTimedOut = true } }

    func complete() {
        let action = state.withLock { state in
            state.isComplete = true
            defer { state.onComplete = nil }
            return state.onComplete
        }
        action?()
    }

    /// Does something once the answer is complete, at once if it is.
    func whenComplete(_ action: @escaping @Sendable () -> Void) {
        let isComplete = state.withLock { state in
            if !state.isComplete { state.onComplete = action }
            return state.isComplete
        }
        if isComplete { action() }
    }
}

extension ModelError {
    fileprivate func redacted(by key: APIKey) -> ModelError {
        var error = self
        error.message = key.redacted(message)
        return error
    }
}
