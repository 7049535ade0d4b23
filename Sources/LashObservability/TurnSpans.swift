internal import LashAgent
internal import ServiceContextModule
internal import Synchronization
internal import Tracing

/// The spans of one turn: the turn itself, and in it calls of the model, blocks, and in these calls of tools. Names and
/// attributes follow the conventions of OpenTelemetry for generative models where these have a word.
final class TurnSpans: Sendable {
    private struct State {
        var request: (any Span)?
        var block: (any Span)?
        var tools: [String: any Span] = [:]
        var hasEnded = false
    }

    private let tracer: any Tracer
    private let model: String
    private let turn: any Span
    private let state = Mutex(State())

    init(_ tracer: any Tracer, _ start: TurnStart) {
        self.tracer = tracer
        model = start.model
        turn = tracer.startSpan("invoke_agent", ofKind: .internal)
        turn.attributes["gen_ai.operation.name"] = "invoke_agent"
        turn.attributes["gen_ai.conversation.id"] = start.session
        turn.attributes["gen_ai.request.model"] = start.model
        turn.attributes["lash.turn.resumed"] = start.isResumed
    }

    /// The context that makes other spans belong to the turn.
    var context: ServiceContext { turn.context }

    private func span(_ name: String, _ kind: SpanKind = .internal, in parent: (any Span)?) -> any Span {
        tracer.startSpan(name, context: (parent ?? turn).context, ofKind: kind)
    }

    // MARK: Events

    func receive(_ event: TurnEvent) {
        state.withLock { state in
            if state.hasEnded { return }
            switch event {
            case .prose, .reasoning, .code, .streamReset, .plugin: break
            case .retry(let retry):
                state.request?.addEvent(
                    SpanEvent(name: "retry", attributes: ["lash.attempt": .int64(Int64(retry.attempt))])
                )
            case .usage(_, let usage, _):
                state.request?.attributes["gen_ai.usage.input_tokens"] = usage.prompt
                state.request?.attributes["gen_ai.usage.output_tokens"] = usage.output
                endRequest(&state)
            default:
                endRequest(&state)
                take(event, &state)
            }
        }
    }

    private func take(_ event: TurnEvent, _ state: inout State) {
        switch event {
        case .modelRequestStarted(let iteration):
            let span = span("chat \(model)", .client, in: nil)
            span.attributes["gen_ai.operation.name"] = "chat"
            span.attributes["gen_ai.request.model"] = model
            span.attributes["lash.iteration"] = iteration
            state.request = span
        case .blockStarted: state.block = span("run_block", in: nil)
        case .blockCompleted(let summary):
            state.block?.attributes["lash.tool_calls"] = summary.callIDs.count
            if summary.error != nil { state.block?.fail("block_failed") }
            state.block?.end()
            state.block = nil
        case .toolCallStarted(let id, let name, _):
            let span = span("execute_tool \(name)", in: state.block)
            span.attributes["gen_ai.operation.name"] = "execute_tool"
            span.attributes["gen_ai.tool.name"] = name
            span.attributes["gen_ai.tool.call.id"] = id
            state.tools[id] = span
        case .toolCallCompleted(let call):
            let span = state.tools.removeValue(forKey: call.id)
            if let code = call.errorCode { span?.fail(code) }
            span?.end()
        case .approvalRequested(let request):
            (state.block ?? turn).addEvent(
                SpanEvent(name: "approval_requested", attributes: ["gen_ai.tool.name": .string(request.tool)])
            )
        case .frameSwitched: turn.addEvent(SpanEvent(name: "frame_switched"))
        case .error(let issue):
            turn.addEvent(
                SpanEvent(
                    name: "error",
                    attributes: ["lash.source": .string(issue.source.rawValue), "error.type": .string(issue.code)]
                )
            )
        default: break
        }
    }

    private func endRequest(_ state: inout State) {
        state.request?.end()
        state.request = nil
    }

    // MARK: The end

    func end(_ result: TurnResult) {
        turn.attributes["lash.turn.id"] = result.turn
        turn.attributes["lash.turn.outcome"] = result.outcome.label
        turn.attributes["lash.model_calls"] = result.modelCalls
        turn.attributes["gen_ai.usage.input_tokens"] = result.usage.prompt
        turn.attributes["gen_ai.usage.output_tokens"] = result.usage.output
        if case .stopped(let stop) = result.outcome, stop != .cancelled {
            turn.fail(result.issues.last?.code ?? stop.name)
        }
        close()
    }

    func fail(_ error: any Error) {
        // What an error says may be anybody's words.
        turn.fail("\(type(of: error))")
        close()
    }

    /// Ends whatever was under way, and the turn.
    private func close() {
        let open = state.withLock { state -> [any Span] in
            state.hasEnded = true
            defer { state = State(hasEnded: true) }
            return Array(state.tools.values) + [state.request, state.block].compactMap { $0 }
        }
        for span in open { span.end() }
        turn.end()
    }
}

extension Span {
    /// Marks it as failed, with a code.
    fileprivate func fail(_ code: String) {
        attributes["error.type"] = code
        setStatus(SpanStatus(code: .error))
    }
}
