/// What the text of a model's reply consists of: prose, and at most one program that runs.
public struct Reply: Hashable, Sendable, Codable {
    /// What was found of a program.
    public enum Verdict: Hashable, Sendable, Codable {
        /// There is none.
        case none
        /// A program: the lines between the tags, without the last line end, otherwise as they were written.
        case block(code: String)
        /// A block that begins and has no end.
        case unclosed(code: String)
    }

    /// The text before the block as it may be shown at once, all of it where there is no block.
    public var shown: String
    /// What was found of a program.
    public var verdict: Verdict
    /// Whether more whole blocks follow the one that counts. They are ignored, like everything after it.
    public var hasMoreBlocks: Bool

    /// Takes a whole text apart.
    public init(_ text: String) {
        var scanner = BlockScanner()
        let begun = scanner.read(text).prose
        let end = scanner.finish()
        self.init(shown: begun + end.output.prose, verdict: end.verdict, hasMoreBlocks: end.hasMoreBlocks)
    }

    /// A reply whose parts are known.
    public init(shown: String, verdict: Verdict, hasMoreBlocks: Bool = false) {
        self.shown = shown
        self.verdict = verdict
        self.hasMoreBlocks = hasMoreBlocks
    }

    /// The text before the block without the white space at its end, and without the opening line of a Markdown fence
    /// that was put around the block; the whole text as it is where there is no block.
    public var prose: String {
        if verdict == .none { return shown }
        return Self.withoutOpenFence(shown)
    }

    /// The program, where there is a whole one.
    public var code: String? {
        if case .block(let code) = verdict { return code }
        return nil
    }

    /// A reply as the model should have written it: prose, and the program between tags on lines of their own.
    public static func rendered(prose: String, code: String) -> String {
        let prose = WhiteSpace.withoutTrailing(prose)
        return (prose.isEmpty ? "" : prose + "\n") + "\(BlockTag.start)\n\(code)\n\(BlockTag.end)"
    }

    private static func withoutOpenFence(_ text: String) -> String {
        let text = WhiteSpace.withoutTrailing(text)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let fences = lines.filter { $0.drop { $0 == " " || $0 == "\t" }.hasPrefix("```") }
        guard !fences.count.isMultiple(of: 2), let last = lines.last, last == fences.last else { return text }
        // Only what opens a fence: the marks, and the name of a language.
        let name = last.drop { $0 == " " || $0 == "\t" }.drop { $0 == "`" }
        if name.contains(where: { $0.isWhitespace && $0 != "\r" }) { return text }
        return WhiteSpace.withoutTrailing(String(text.dropLast(last.count)))
    }
}
