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
        var progress = Progress()
        var end = StreamEnd.complete
        var failure: ModelError?
        var timer: Task<Void, Never>?
        defer { timer?.cancel() }
        do {
            for try await event in stream {
                let wasClosed = progress.scanner.isClosed
                if try await take(event, &progress) {
                    end = .aborted
                    break
                }
                if progress.scanner.isClosed && !wasClosed {
                    timer = Task {
                        do { try await Task.sleep(for: Self.graceForUsage) } catch { return }
                        stream.cancel()
                    }
                }
            }
        } catch let error as ModelError {
            if Task.isCancelled || (error.kind == .cancelled && !progress.scanner.isClosed) {
                end = .cancelled
            } else if progress.scanner.isClosed {
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
        return await answer(progress, end, failure)
    }

    /// How far an answer was read.
    private struct Progress {
        var response = ModelResponse()
        var scanner = BlockScanner()
        /// What stands between the parts.
        var text = PartJoiner()
        var reasoning = PartJoiner()
    }

    /// Takes the next event. Says whether nothing more is wanted.
    private func take(_ event: ModelEvent, _ progress: inout Progress) async throws -> Bool {
        switch event {
        case .text(let piece):
            // Nothing that follows a block is wanted; white space does no harm.
            if progress.scanner.isClosed { return !WhiteSpace.isBlank(piece) }
            progress.response.append(event)
            if progress.response.isSaidTooLate { return false }
            return try await show(progress.scanner.read(progress.text.join(piece)))
        case .reasoning(let piece):
            progress.response.append(event)
            await emitter.emit(.reasoning(progress.reasoning.join(piece)), correlation)
        case .part(let kind):
            // A block that is closed has decided what the answer is.
            if progress.scanner.isClosed { return false }
            await showSummary(&progress)
            let isVoid = kind == .text(.finalAnswer) && progress.response.wouldLoseCommentary
            progress.response.append(event)
            switch kind {
            case .text:
                if isVoid { try await beginAgain(&progress) }
                progress.text.endPart()
            case .reasoning: progress.reasoning.endPart()
            case .toolCall: break
            }
        case .usage, .stop: progress.response.append(event)
        case .retry(let retry):
            progress.response.append(event)
            if retry.discardsText {
                progress = Progress(response: progress.response)
                await emitter.emit(.streamReset, correlation)
            }
            await emitter.emit(.retry(retry), correlation)
        }
        return false
    }

    /// Shows what stands for thoughts whose text the service does not show.
    private func showSummary(_ progress: inout Progress) async {
        guard let summary = progress.response.summaryOfLastReasoning else { return }
        let shown = progress.reasoning.join(summary)
        // Once: what is shown has become the text.
        progress.response.append(.reasoning(summary))
        await emitter.emit(.reasoning(shown), correlation)
    }

    /// Begins to read anew where the final answer makes void what was said on the way to it. What is left is shown once more.
    private func beginAgain(_ progress: inout Progress) async throws {
        await emitter.emit(.streamReset, correlation)
        progress = Progress(response: progress.response)
        let reasoning = progress.response.reasoning
        if !reasoning.isEmpty { await emitter.emit(.reasoning(progress.reasoning.join(reasoning)), correlation) }
        let text = progress.text.join(progress.response.text)
        _ = try await show(progress.scanner.read(text))
    }

    private func answer(
        _ progress: Progress,
        _ end: StreamEnd,
        _ failure: ModelError?
    ) async -> ModelAnswer {
        var progress = progress
        await showSummary(&progress)
        var response = progress.response
        var scanner = progress.scanner
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
