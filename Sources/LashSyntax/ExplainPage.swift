/// The page that explains one code.
public struct ExplainPage: Hashable, Sendable {
    /// The code, as in `Diagnostic.code`.
    public var code: String
    /// What the problem is, in a few words.
    public var title: String
    /// A few plain sentences.
    public var explanation: String
    /// A program that has the problem; empty where none can be shown.
    public var wrong: String
    /// The same program without it.
    public var right: String

    /// Creates a page.
    public init(code: String, title: String, explanation: String, wrong: String, right: String) {
        self.code = code
        self.title = title
        self.explanation = explanation
        self.wrong = wrong
        self.right = right
    }
}
