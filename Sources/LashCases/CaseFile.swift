/// A case file: its lines, as they are, and the cases read from them.
public struct CaseFile: Sendable {
    /// Where the file lies.
    public let path: String
    /// The cases in the order of the file.
    public let cases: [Case]
    var lines: [String]

    /// Reads a file of cases.
    public init(path: String) throws {
        try self.init(text: String(decoding: Files.read(path), as: UTF8.self), path: path)
    }

    /// Reads cases from text; `path` is what messages call it.
    public init(text: String, path: String) throws(CaseFileErrors) {
        self.path = path
        // By bytes, because a carriage return before a line feed makes both one `Character`.
        lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        var reader = CaseReader(path: path, lines: lines)
        cases = try reader.cases()
    }

    /// The whole text again.
    var text: String { lines.joined(separator: "\n") }
}

/// Everything that is wrong with a case file.
public struct CaseFileErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Entry: Hashable, Sendable {
        /// The file.
        public var path: String
        /// The line, from 1.
        public var line: Int
        /// What is wrong with it.
        public var message: String
    }

    /// At least one, in the order of the file.
    public var all: [Entry]

    /// One line for each, `path:line: message`.
    public var description: String {
        all.map { "\($0.path):\($0.line): \($0.message)" }.joined(separator: "\n")
    }
}
