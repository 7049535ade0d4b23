/// A model that answers requests with text: the one thing that the agent cannot do itself.
///
/// An implementation does whatever belongs to its service: wire format, retries, timeouts, keys. What it streams is text
/// as the model wrote it, in order, without guesses.
public protocol LanguageModel: Sendable {
    /// What the model is called, for events and traces, such as `gpt-5.4`. Never holds a key.
    var name: String { get }

    /// Begins to answer a request.
    ///
    /// Returns at once; errors come out of the stream. Cancelling the stream or the task that reads it, or letting the
    /// stream go, ends the work behind it.
    func stream(_ request: ModelRequest) -> ModelStream
}
