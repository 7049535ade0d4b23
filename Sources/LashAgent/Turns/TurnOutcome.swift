public import Lashlang

/// How a turn ended.
public enum TurnOutcome: Equatable, Sendable {
    /// Prose without a block.
    case message(String)
    /// The value of `finish`.
    case value(Value)
    /// The value that a tool ended the turn with.
    case toolValue(tool: String, Value)
    /// The session goes on in another frame.
    case frameSwitch(FrameSwitch)
    /// It did not come to an end by itself.
    case stopped(TurnStop)
    /// It is not over: calls of tools wait for approval, or for results that come later. `AgentSession.resumeTurn` goes on
    /// with what was decided, and with what `AgentSession.complete` was given.
    case suspended([ApprovalRequest], completions: [PendingCompletion] = [])

    /// Whether the turn did what it was asked for, as far as the loop can tell.
    public var isSuccess: Bool {
        switch self {
        case .stopped, .suspended: false
        default: true
        }
    }

    /// The answer as text: prose as it is, a text as itself, null as nothing, any other value as indented JSON.
    public var text: String {
        switch self {
        case .message(let text): text
        case .value(let value), .toolValue(_, let value): Self.text(of: value)
        case .frameSwitch, .stopped, .suspended: ""
        }
    }

    static func text(of value: Value) -> String {
        switch value {
        case .null: ""
        case .string(let text): text
        default: (try? value.json(pretty: true)) ?? value.text
        }
    }
}

/// Why a turn stopped before it was finished.
public enum TurnStop: Equatable, Sendable {
    /// Somebody cancelled it.
    case cancelled
    /// The model's answer reached its greatest length.
    case incomplete
    /// The input of the turn cannot be used.
    case invalidInput
    /// As many model calls as a turn may have.
    case maxTurns
    /// The model's service failed, or had no answer.
    case providerError
    /// A plugin ended it.
    case pluginAbort(code: String)
    /// Something in the runtime failed.
    case runtimeError
    /// A tool ended it with a failure.
    case toolError(tool: String, Value)

    /// The name of the reason, as events and traces have it.
    public var name: String {
        switch self {
        case .cancelled: "cancelled"
        case .incomplete: "incomplete"
        case .invalidInput: "invalid_input"
        case .maxTurns: "max_turns"
        case .providerError: "provider_error"
        case .pluginAbort: "plugin_abort"
        case .runtimeError: "runtime_error"
        case .toolError: "tool_error"
        }
    }
}

/// A wish to go on with a task in a fresh frame: with an empty history and no variables but those of the seed.
public struct FrameSwitch: Equatable, Sendable, Codable {
    /// What is to be done there.
    public var task: String
    /// What the frame begins with.
    public var seed: Seed

    /// A switch.
    public init(task: String, seed: Seed = Seed()) {
        self.task = task
        self.seed = seed
    }
}

extension TurnOutcome: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, text, value, tool, reason, code, approvals, completions
        case frameSwitch = "frame_switch"
    }

    /// Reads it; throws for what is none.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func value() throws -> Value { try container.decode(Value.self, forKey: .value) }
        func string(_ key: CodingKeys) throws -> String { try container.decode(String.self, forKey: key) }
        switch try string(.kind) {
        case "message": self = .message(try string(.text))
        case "value": self = .value(try value())
        case "tool_value": self = .toolValue(tool: try string(.tool), try value())
        case "frame_switch": self = .frameSwitch(try container.decode(FrameSwitch.self, forKey: .frameSwitch))
        case "suspended":
            self = .suspended(
                try container.decode([ApprovalRequest].self, forKey: .approvals),
                completions: try container.decodeIfPresent([PendingCompletion].self, forKey: .completions) ?? []
            )
        case "stopped":
            switch try string(.reason) {
            case "cancelled": self = .stopped(.cancelled)
            case "incomplete": self = .stopped(.incomplete)
            case "invalid_input": self = .stopped(.invalidInput)
            case "max_turns": self = .stopped(.maxTurns)
            case "provider_error": self = .stopped(.providerError)
            case "plugin_abort": self = .stopped(.pluginAbort(code: try string(.code)))
            case "runtime_error": self = .stopped(.runtimeError)
            case "tool_error": self = .stopped(.toolError(tool: try string(.tool), try value()))
            case let other:
                throw DecodingError.dataCorruptedError(
                    forKey: .reason,
                    in: container,
                    debugDescription: "unknown reason `\(other)`"
                )
            }
        case let other:
            throw DecodingError.dataCorruptedError(
                forKey: .kind,
                in: container,
                debugDescription: "unknown outcome `\(other)`"
            )
        }
    }

    /// Writes it in the form that is read.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .message(let text):
            try container.encode("message", forKey: .kind)
            try container.encode(text, forKey: .text)
        case .value(let value):
            try container.encode("value", forKey: .kind)
            try container.encode(value, forKey: .value)
        case .toolValue(let tool, let value):
            try container.encode("tool_value", forKey: .kind)
            try container.encode(tool, forKey: .tool)
            try container.encode(value, forKey: .value)
        case .frameSwitch(let frameSwitch):
            try container.encode("frame_switch", forKey: .kind)
            try container.encode(frameSwitch, forKey: .frameSwitch)
        case .suspended(let approvals, let completions):
            try container.encode("suspended", forKey: .kind)
            try container.encode(approvals, forKey: .approvals)
            if !completions.isEmpty { try container.encode(completions, forKey: .completions) }
        case .stopped(let stop):
            try container.encode("stopped", forKey: .kind)
            try container.encode(stop.name, forKey: .reason)
            switch stop {
            case .pluginAbort(let code): try container.encode(code, forKey: .code)
            case .toolError(let tool, let value):
                try container.encode(tool, forKey: .tool)
                try container.encode(value, forKey: .value)
            default: break
            }
        }
    }
}
