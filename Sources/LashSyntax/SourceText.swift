/// A half-open range of byte offsets `[start, end)` into a source text.
public struct Span: Hashable, Sendable {
    /// The first byte.
    public var start: Int
    /// The byte after the last one.
    public var end: Int

    /// Creates the span `[start, end)`.
    public init(_ start: Int, _ end: Int) {
        self.start = start
        self.end = end
    }
}

/// The text of a program: UTF-8 bytes and the name under which people know them.
public struct SourceText: Hashable, Sendable {
    /// What diagnostics call the text: a path, `<stdin>`, `-e`; empty where it has no name.
    public let name: String
    /// The text in UTF-8. Invalid sequences are lexical errors, so any bytes may stand here.
    public let bytes: [UInt8]

    /// A source text of at most `UInt32.max - 1` bytes.
    public init(_ text: String, name: String = "") {
        self.init(bytes: Array(text.utf8), name: name)
    }

    /// A source text from bytes that need not be valid UTF-8.
    public init(bytes: [UInt8], name: String = "") {
        self.name = name
        self.bytes = bytes
    }

    /// Hashes the name and the text, all bytes at once: texts are long.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    /// The text between two byte offsets; invalid UTF-8 is repaired.
    public subscript(span: Span) -> String {
        String(decoding: bytes[max(0, span.start)..<min(bytes.count, max(span.start, span.end))], as: UTF8.self)
    }
}
