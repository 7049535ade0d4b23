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

/// Puts the texts of an answer together: two parts of it are at least a blank line apart.
struct PartJoiner {
    private var newlines = 0
    private var isEmpty = true
    private var isBetweenParts = false

    /// Ends a part of the answer, if one has begun.
    mutating func endPart() { isBetweenParts = true }

    /// A piece of text with what has to stand before it.
    mutating func join(_ piece: String) -> String {
        guard !piece.isEmpty else { return piece }
        var piece = piece
        if isBetweenParts, !isEmpty {
            let leading = piece.utf8.prefix { $0 == UInt8(ascii: "\n") }.count
            piece = String(repeating: "\n", count: max(0, 2 - newlines - leading)) + piece
        }
        isBetweenParts = false
        isEmpty = false
        let trailing = piece.utf8.reversed().prefix { $0 == UInt8(ascii: "\n") }.count
        newlines = trailing == piece.utf8.count ? newlines + trailing : trailing
        return piece
    }
}
