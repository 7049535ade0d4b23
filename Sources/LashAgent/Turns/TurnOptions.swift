public import Lashlang

/// How a turn may end, and what its last answer should look like.
public struct TurnOptions: Equatable, Sendable {
    /// What ends a turn.
    public enum Termination: Equatable, Sendable {
        /// Prose without a block, or `finish`.
        case natural
        /// Only `finish`, with a value that matches the schema where there is one.
        case finishRequired(JSONSchema?)
    }

    /// What the last answer should look like.
    public enum AnswerFormat: Equatable, Sendable {
        /// Markdown that people read.
        case markdown
        /// What the text says.
        case custom(String)
        /// A value for a program; nothing is said about it.
        case rawValue
    }

    /// What ends the turn.
    public var termination: Termination
    /// What the last answer should look like; `nil` where nothing is said about it.
    public var answerFormat: AnswerFormat?

    /// Options; without arguments, those of a conversation.
    public init(termination: Termination = .natural, answerFormat: AnswerFormat? = nil) {
        self.termination = termination
        self.answerFormat = answerFormat
    }

    /// The schema of the finished value, where there is one.
    public var schema: JSONSchema? {
        if case .finishRequired(let schema) = termination { return schema }
        return nil
    }

    /// Whether prose does not end the turn.
    public var requiresFinish: Bool {
        if case .finishRequired = termination { return true }
        return false
    }

    /// Options from JSON, on top of others: what is not mentioned stays.
    ///
    /// `{"termination": {"kind": "natural"} | {"kind": "finish_required", "schema": {…} | null},
    ///   "final_answer_format": {"kind": "markdown"} | {"kind": "custom", "guidance": "…"} | {"kind": "raw_final_value"}}`
    ///
    /// Throws for anything else.
    public init(json: Value, over base: TurnOptions = TurnOptions()) throws(TurnOptionsError) {
        self = base
        guard case .record(let fields) = json else { throw TurnOptionsError("expected an object, got \(json.text)") }
        for (key, value) in fields {
            switch key {
            case "termination": termination = try Self.termination(value)
            case "final_answer_format": answerFormat = value == .null ? nil : try Self.format(value)
            default:
                throw TurnOptionsError("unknown field `\(key)`, expected `termination` or `final_answer_format`")
            }
        }
    }

    private static func termination(_ json: Value) throws(TurnOptionsError) -> Termination {
        let (kind, fields) = try parts(json, of: "termination")
        switch kind {
        case "natural":
            try refuse(fields, but: [], of: "termination")
            return .natural
        case "finish_required":
            try refuse(fields, but: ["schema"], of: "termination")
            guard let schema = fields["schema"], schema != .null else { return .finishRequired(nil) }
            do { return .finishRequired(try JSONSchema(schema)) } catch { throw TurnOptionsError(error.message) }
        default:
            throw TurnOptionsError("unknown termination `\(kind)`, expected `natural` or `finish_required`")
        }
    }

    private static func format(_ json: Value) throws(TurnOptionsError) -> AnswerFormat {
        let (kind, fields) = try parts(json, of: "final_answer_format")
        try refuse(fields, but: kind == "custom" ? ["guidance"] : [], of: "final_answer_format")
        switch kind {
        case "markdown": return .markdown
        case "raw_final_value": return .rawValue
        case "custom":
            guard case .string(let guidance)? = fields["guidance"] else {
                throw TurnOptionsError("`guidance` of a custom format must be a string")
            }
            return .custom(guidance)
        default:
            throw TurnOptionsError(
                "unknown final_answer_format `\(kind)`, expected `markdown`, `custom` or `raw_final_value`"
            )
        }
    }

    private static func parts(_ json: Value, of name: String) throws(TurnOptionsError) -> (String, Record) {
        guard case .record(var fields) = json, case .string(let kind)? = fields["kind"] else {
            throw TurnOptionsError("`\(name)` must be an object with a `kind`")
        }
        fields["kind"] = nil
        return (kind, fields)
    }

    private static func refuse(_ fields: Record, but known: [String], of name: String) throws(TurnOptionsError) {
        for key in fields.keys where !known.contains(key) {
            throw TurnOptionsError("unknown field `\(key)` of `\(name)`")
        }
    }

    /// The options as JSON that `init(json:over:)` reads.
    public var json: Value {
        var fields = Record()
        switch termination {
        case .natural: fields["termination"] = ["kind": "natural"]
        case .finishRequired(let schema):
            fields["termination"] = ["kind": "finish_required", "schema": schema?.source ?? .null]
        }
        switch answerFormat {
        case nil: break
        case .markdown: fields["final_answer_format"] = ["kind": "markdown"]
        case .custom(let guidance):
            fields["final_answer_format"] = ["kind": "custom", "guidance": .string(guidance)]
        case .rawValue: fields["final_answer_format"] = ["kind": "raw_final_value"]
        }
        return .record(fields)
    }
}

/// Options that cannot be read.
public struct TurnOptionsError: Error, Hashable, Sendable {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(_ message: String) { self.message = message }
}

extension TurnOptions: Codable {
    /// Reads it; throws for what is none.
    public init(from decoder: any Decoder) throws {
        do { try self.init(json: try Value(from: decoder)) } catch let error as TurnOptionsError {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "invalid turn options: \(error.message)")
            )
        }
    }

    /// Writes it in the form that is read.
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
