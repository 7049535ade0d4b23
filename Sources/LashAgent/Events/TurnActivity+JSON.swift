public import Lashlang

extension TurnActivity {
    /// The event as one JSON object with a `type`, and without what is absent.
    public var json: Value {
        var fields: Record = ["id": .number(Double(id)), "correlation_id": .string(correlationID)]
        for (key, value) in event.fields { fields[key] = value }
        return .record(fields)
    }
}

extension TurnEvent {
    /// The name of the kind.
    public var type: String {
        switch self {
        case .modelRequestStarted: "model_request_started"
        case .prose: "assistant_prose_delta"
        case .reasoning: "reasoning_delta"
        case .code: "code_delta"
        case .streamReset: "stream_reset"
        case .blockStarted: "code_block_started"
        case .approvalRequested: "approval_requested"
        case .approvalDecided: "approval_decided"
        case .toolCallStarted: "tool_call_started"
        case .toolCallPending: "tool_call_pending"
        case .toolCallCompleted: "tool_call_completed"
        case .blockCompleted: "code_block_completed"
        case .usage: "usage"
        case .childUsage: "child_usage"
        case .retry: "retry_status"
        case .plugin: "plugin_runtime"
        case .queuedInputAccepted: "queued_input_accepted"
        case .frameSwitched: "frame_switched"
        case .finalValue: "final_value"
        case .toolValue: "tool_value"
        case .error: "error"
        }
    }

    fileprivate var fields: Record {
        var fields: Record = ["type": .string(type)]
        switch self {
        case .modelRequestStarted(let iteration): fields["protocol_iteration"] = .number(Double(iteration))
        case .prose(let text), .reasoning(let text), .code(let text): fields["text"] = .string(text)
        case .streamReset: break
        case .blockStarted(let code):
            fields["language"] = "lashlang"
            fields["code"] = .string(code)
        case .approvalRequested(let request):
            fields["call_id"] = .string(request.id)
            fields["name"] = .string(request.tool)
            fields["call_path"] = .string(request.callPath)
            fields["args"] = request.arguments
            if let reason = request.reason { fields["reason"] = .string(reason) }
        case .approvalDecided(let id, let decision):
            fields["call_id"] = .string(id)
            fields["decision"] = Self.value(of: decision)
        case .toolCallStarted(let id, let name, let arguments):
            fields["call_id"] = .string(id)
            fields["name"] = .string(name)
            fields["args"] = arguments
        case .toolCallPending(let completion):
            fields["call_id"] = .string(completion.call)
            fields["name"] = .string(completion.tool)
            fields["completion_key"] = .string(completion.key)
            if let deadline = completion.deadline { fields["deadline"] = .number(deadline) }
            if completion.failsTurn { fields["fails_turn"] = true }
        case .toolCallCompleted(let call):
            fields["call_id"] = .string(call.id)
            fields["name"] = .string(call.name)
            fields["args"] = call.arguments
            fields["status"] = .string(call.status.rawValue)
            fields["output"] = call.output
            fields["duration_ms"] = .number(call.milliseconds)
        case .blockCompleted(let summary):
            fields["language"] = "lashlang"
            fields["output"] = .string(summary.output)
            if let error = summary.error { fields["error"] = .string(error) }
            fields["success"] = .bool(summary.error == nil)
            fields["duration_ms"] = .number(summary.milliseconds)
            fields["tool_call_ids"] = .list(summary.callIDs.map { .string($0) })
        case .usage(let iteration, let usage, let cumulative):
            fields["protocol_iteration"] = .number(Double(iteration))
            fields["usage"] = Self.value(of: usage)
            fields["cumulative"] = Self.value(of: cumulative)
        case .childUsage(let session, let source, let model, let usage):
            fields["session_id"] = .string(session)
            fields["source"] = .string(source)
            fields["model"] = .string(model)
            fields["usage"] = Self.value(of: usage)
        case .retry(let retry):
            fields["wait_seconds"] = .number(retry.wait / .seconds(1))
            fields["attempt"] = .number(Double(retry.attempt))
            fields["max_attempts"] = .number(Double(retry.maximumAttempts))
            fields["reason"] = .string(retry.reason)
        case .plugin(let id, let event):
            fields["plugin_id"] = .string(id)
            fields["event"] = event.json
        case .queuedInputAccepted(let inputs, let checkpoint):
            if let checkpoint { fields["checkpoint"] = .string(checkpoint.rawValue) }
            fields["inputs"] = .list(inputs.map { ["id": .string($0.id), "text": .string($0.text)] })
        case .frameSwitched(let frame, let task):
            fields["frame_id"] = .string(frame)
            fields["task"] = .string(task)
        case .finalValue(let value): fields["value"] = value
        case .toolValue(let tool, let value):
            fields["tool_name"] = .string(tool)
            fields["value"] = value
        case .error(let issue):
            fields["kind"] = .string(issue.source.rawValue)
            fields["code"] = .string(issue.code)
            fields["message"] = .string(issue.message)
        }
        return fields
    }

    private static func value(of value: some Encodable) -> Value { (try? ValueEncoder().encode(value)) ?? .null }
}

extension PluginEvent {
    /// The event as JSON.
    public var json: Value {
        switch self {
        case .status(let key, let label, let detail):
            var fields: Record = ["kind": "status", "key": .string(key), "label": .string(label)]
            if let detail { fields["detail"] = .string(detail) }
            return .record(fields)
        case .custom(let name, let payload): return ["kind": "custom", "name": .string(name), "payload": payload]
        }
    }
}
