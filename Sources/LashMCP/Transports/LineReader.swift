/// Takes a stream of bytes apart into lines.
struct LineReader {
    /// The bytes that one line may have.
    let limit: Int
    private var line: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    /// The lines that some more bytes complete, without their ends. Throws for one that is too long.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(LineTooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            line += rest[..<end]
            if line.count > limit { throw LineTooLong() }
            if line.last == UInt8(ascii: "\r") { line.removeLast() }
            if !line.isEmpty { lines.append(line) }
            line.removeAll(keepingCapacity: line.count < 1 << 16)
            rest = rest[rest.index(after: end)...]
        }
        line += rest
        if line.count > limit { throw LineTooLong() }
        return lines
    }

    /// What no line end follows.
    mutating func end() -> [UInt8]? {
        defer { line = [] }
        return line.isEmpty ? nil : line
    }
}

/// A line that is longer than anybody wants to keep.
struct LineTooLong: Error {}

/// The last lines that a server wrote beside the protocol.
struct LastLines {
    private static let count = 10
    private static let characters = 300
    private var lines: [String] = []

    mutating func add(_ line: String) {
        lines.append(line.cut(to: Self.characters))
        if lines.count > Self.count { lines.removeFirst() }
    }

    /// The lines behind a sentence; nothing where there are none.
    func after(_ sentence: String) -> String {
        lines.isEmpty ? sentence : "\(sentence); it wrote last:\n\(lines.joined(separator: "\n"))"
    }
}
