internal import Lashlang

/// Reads the answer of a model while it is written: shows prose, keeps code back, and stops the model when a block is
/// closed.
struct AnswerReader {
    let hooks: PluginHooks
    let emitter: EventEmitter
    let correlation: String

    /// How long a closed block waits for the model to say what it took.
    private static let graceForUsage = Duration.milliseconds(200)

    func read(_ stream: ModelStream) async -> ModelAnswer {
        var response = ModelResponse()
        var scanner = BlockScanner()
        var end = StreamEnd.complete
        var failure: ModelError?
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
        do {
            reading: for try await event in stream {
                switch event {
                case .text(let piece):
                    if scanner.isClosed {
                        // Nothing that follows is wanted; white space does no harm.
                        if WhiteSpace.isBlank(piece) { continue }
                        end = .aborted
                        break reading
                    }
                    response.append(event)
                    let output = scanner.read(piece)
                    if try await show(output) {
                        end = .aborted
                        break reading
                    }
                    if output.endsBlock {
                        timer = Task {
                            do { try await Task.sleep(for: Self.graceForUsage) } catch { return }
                            stream.cancel()
                        }
                    }
                case .reasoning(let piece):
                    response.append(event)
                    await emitter.emit(.reasoning(piece), correlation)
                case .usage: response.append(event)
                case .retry(let retry):
                    response.append(event)
                    if retry.discardsText {
                        scanner = BlockScanner()
                        await emitter.emit(.streamReset, correlation)
                    }
                    await emitter.emit(.retry(retry), correlation)
                case .stop: response.append(event)
                }
            }
        } catch let error as ModelError {
            if Task.isCancelled || (error.kind == .cancelled && !scanner.isClosed) {
                end = .cancelled
            } else if scanner.isClosed {
                end = .aborted
            } else {
                end = .providerError
                failure = error
            }
        } catch {
            end = .providerError
            failure = ModelError(.malformedResponse, "\(error)", isRetryable: false)
        }
        for hook in hooks.streamFinished { hook.body(end) }
        stream.cancel()
        return await answer(response, scanner, end, failure)
    }

    private func answer(
        _ response: ModelResponse,
        _ scanner: BlockScanner,
        _ end: StreamEnd,
        _ failure: ModelError?
    ) async -> ModelAnswer {
        var response = response
        var scanner = scanner
        let wasClosed = scanner.isClosed
        let last = scanner.finish()
        if end != .cancelled && failure == nil { _ = try? await show(last.output) }
        var reply = Reply(
            shown: Self.shown(response.text, last.verdict),
            verdict: last.verdict,
            hasMoreBlocks: last.hasMoreBlocks
        )
        if let failure {
            return ModelAnswer(
                text: response.text,
                reasoning: response.reasoning,
                reply: reply,
                end: .failed(message: "LLM error: \(failure.message)", kind: failure.kind),
                usage: response.usage
            )
        }
        if end == .cancelled {
            return ModelAnswer(
                text: response.text,
                reasoning: response.reasoning,
                reply: reply,
                end: .cancelled,
                usage: response.usage
            )
        }
        do {
            let text = response.text
            for hook in hooks.response { response = try await hook.body(response) }
            if response.text != text { reply = Reply(response.text) }
        } catch {
            return ModelAnswer(
                text: response.text,
                end: .failed(message: "\(error)", kind: .malformedResponse),
                usage: response.usage
            )
        }
        return ModelAnswer(
            text: response.text,
            reasoning: response.reasoning,
            reply: reply,
            end: wasClosed ? .complete : Self.end(response.stopReason),
            usage: response.usage
        )
    }

    /// The prose of a text whose verdict is known.
    private static func shown(_ text: String, _ verdict: Reply.Verdict) -> String {
        verdict == .none ? text : Reply(text).shown
    }

    private static func end(_ reason: ModelStopReason) -> ModelAnswer.End {
        switch reason {
        case .stop, .toolUse, .unknown: .complete
        case .outputLimit: .outputLimit
        case .cancelled: .cancelled
        case .contextOverflow: .failed(message: message(reason), kind: .contextOverflow)
        case .contentFilter: .failed(message: message(reason), kind: .contentFilter)
        case .providerError: .failed(message: message(reason), kind: .server)
        }
    }

    private static func message(_ reason: ModelStopReason) -> String {
        "Model call ended with terminal reason \(reason.rawValue)."
    }

    /// Shows what a piece has brought. Says whether a plugin wants no more.
    private func show(_ output: BlockScanner.Output) async throws -> Bool {
        var stops = false
        if !output.prose.isEmpty {
            var piece = StreamPiece(output.prose)
            for hook in hooks.stream {
                piece.events = []
                piece = try hook.body(piece)
                for event in piece.events { await emitter.emit(.plugin(id: hook.plugin, event), correlation) }
                stops = stops || piece.stopsModel
            }
            if !piece.text.isEmpty { await emitter.emit(.prose(piece.text), correlation) }
        }
        guard emitter.isWatched else { return stops }
        if output.beginsBlock { await emit("rlm_lashlang_cell_start") }
        if !output.code.isEmpty { await emitter.emit(.code(output.code), correlation) }
        if output.endsBlock { await emit("rlm_lashlang_cell_end") }
        return stops
    }

    private func emit(_ name: String) async {
        await emitter.emit(.plugin(id: "rlm_protocol", .custom(name: name, payload: [:])), correlation)
    }
}
