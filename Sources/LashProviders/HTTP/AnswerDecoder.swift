internal import LashAgent
internal import Lashlang

/// Reads the answers of one kind of service.
protocol AnswerDecoder {
    /// Whether the service has said that nothing more comes.
    var isComplete: Bool { get }

    /// What an event of the stream brings.
    mutating func take(_ event: ServerSentEvent) throws(ModelError) -> [ModelEvent]

    /// What an answer brings that came in one piece.
    mutating func take(whole body: [UInt8]) throws(ModelError) -> [ModelEvent]

    /// What the end of the stream brings; the last event is `stop`. Throws where the answer is not complete.
    mutating func end() throws(ModelError) -> [ModelEvent]
}

/// A kind of service.
protocol WireFormat: Sendable {
    associatedtype Decoder: AnswerDecoder

    /// What the service is called in errors, as `OpenAI-compatible chat`.
    var title: String { get }

    /// The resource below the service's address.
    var path: String { get }

    /// Headers beside the ones that every request has.
    func headers(_ request: ModelRequest, key: APIKey?) throws(ModelError) -> [(name: String, value: String)]

    /// The JSON of a request.
    func body(_ request: ModelRequest) throws(ModelError) -> Value

    /// Reads one answer.
    func makeDecoder() -> Decoder
}

extension Value {
    /// A field of a record; `nil` for anything else, and for null.
    subscript(field name: String) -> Value? {
        guard case .record(let record) = self, let value = record[name], value != .null else { return nil }
        return value
    }

    /// The text, if it is one.
    var asText: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The items, if it is a list.
    var asItems: [Value]? {
        if case .list(let items) = self { items } else { nil }
    }

    /// The number, if it counts something.
    var asCount: Int? {
        if case .number(let number) = self, number >= 0, number < 1e15 { Int(number) } else { nil }
    }
}
