internal import LashSyntax

/// Questions about white space and lines, which the tree does not keep.
struct Layout {
    let bytes: [UInt8]

    /// The position of `byte` when nothing but white space and grouping parentheses stand between it and `end`.
    func opener(_ byte: UInt8, before end: Int) -> Int? {
        var position = end - 1
        while position >= 0 {
            if bytes[position] == byte { return position }
            guard isSpace(bytes[position]) || bytes[position] == UInt8(ascii: "(") else { return nil }
            position -= 1
        }
        return nil
    }

    /// The position of `byte` when nothing but white space and comments stand between it and `start`.
    func first(_ byte: UInt8, after start: Int) -> Int? {
        let position = skipBlank(from: start)
        return position < bytes.count && bytes[position] == byte ? position : nil
    }

    /// Whether only spaces stand between the line's beginning and a position, and there is a line before.
    func beginsLine(_ position: Int) -> Bool {
        var before = position - 1
        while before >= 0, bytes[before] == UInt8(ascii: " ") || bytes[before] == UInt8(ascii: "\t") { before -= 1 }
        return before >= 0 && bytes[before] == UInt8(ascii: "\n")
    }

    /// The last byte before a position that is no white space.
    func lastByte(before position: Int) -> UInt8? {
        var at = position - 1
        while at >= 0, isSpace(bytes[at]) { at -= 1 }
        return at >= 0 ? bytes[at] : nil
    }

    /// How many blanks the line of a position begins with.
    func indentation(at position: Int) -> Int {
        var start = position
        while start > 0, bytes[start - 1] != UInt8(ascii: "\n") { start -= 1 }
        var end = start
        while end < bytes.count, bytes[end] == UInt8(ascii: " ") || bytes[end] == UInt8(ascii: "\t") { end += 1 }
        return end - start
    }

    /// The first position that is neither white space, nor a semicolon, nor part of a comment.
    private func skipBlank(from start: Int) -> Int {
        var position = start
        while position < bytes.count {
            let slashes =
                bytes[position] == UInt8(ascii: "/") && position + 1 < bytes.count
                && bytes[position + 1] == UInt8(ascii: "/")
            if bytes[position] == UInt8(ascii: "#") || slashes {
                while position < bytes.count, bytes[position] != UInt8(ascii: "\n") { position += 1 }
            } else if isSpace(bytes[position]) {
                position += 1
            } else {
                break
            }
        }
        return position
    }

    private func isSpace(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x09...0x0D, 0x20, UInt8(ascii: ";"): true
        default: false
        }
    }
}
