internal import LashAgent
internal import LashHTTP
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
