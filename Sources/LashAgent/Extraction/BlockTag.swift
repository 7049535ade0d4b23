/// The two tags that mark a program in the reply of a model.
enum BlockTag {
    static let start = "<lashlang>"
    static let end = "</lashlang>"

    /// The program of a line that is a whole block: start tag, program, end tag.
    static func program(onLine line: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let line = WhiteSpace.trimmed(line)
        guard line.count >= start.utf8.count + end.utf8.count, line.starts(with: start.utf8),
            line.suffix(end.utf8.count).elementsEqual(end.utf8)
        else { return nil }
        return WhiteSpace.trimmed(line.dropFirst(start.utf8.count).dropLast(end.utf8.count))
    }
}

/// Compares a line with a tag while the line is being read.
struct TagMatcher: Sendable {
    enum State: Equatable {
        /// Nothing but white space so far.
        case space
        /// As many bytes of the tag.
        case part(Int)
        /// The tag, and white space around it.
        case tag
        /// The tag, and more on the same line.
        case tagAndMore
        /// Something else.
        case other
    }

    private let tag: [UInt8]
    private(set) var state = State.space

    init(_ tag: String) { self.tag = Array(tag.utf8) }

    /// Reads the next part of the line, whole characters without the line feed.
    mutating func read(_ piece: ArraySlice<UInt8>) {
        if state == .tagAndMore || state == .other { return }
        for scalar in String(decoding: piece, as: UTF8.self).unicodeScalars {
            switch state {
            case .space:
                if !scalar.properties.isWhitespace { state = scalar.value == UInt32(tag[0]) ? .part(1) : .other }
            case .part(let count):
                guard scalar.value == UInt32(tag[count]) else {
                    state = .other
                    return
                }
                state = count + 1 == tag.count ? .tag : .part(count + 1)
            case .tag:
                if !scalar.properties.isWhitespace { state = .tagAndMore }
            case .tagAndMore, .other: return
            }
        }
    }
}

/// White space as Unicode has it, in UTF-8.
enum WhiteSpace {
    /// A text without white space at both ends.
    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = withoutTrailing(text)
        while let length = length(atStartOf: text) { text = text.dropFirst(length) }
        return text
    }

    /// A text without white space at its end.
    static func withoutTrailing(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text
        while let last = text.last {
            if isASCIISpace(last) {
                text = text.dropLast()
                continue
            }
            // White space beyond ASCII takes two or three bytes.
            guard last >= 0x80,
                let length = [2, 3].first(where: { text.count >= $0 && length(atStartOf: text.suffix($0)) == $0 })
            else { break }
            text = text.dropLast(length)
        }
        return text
    }

    static func withoutTrailing(_ text: String) -> String {
        String(decoding: withoutTrailing(Array(text.utf8)[...]), as: UTF8.self)
    }

    static func trimmed(_ text: String) -> String {
        String(decoding: trimmed(Array(text.utf8)[...]), as: UTF8.self)
    }

    /// Whether there is nothing else.
    static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(\.properties.isWhitespace) }

    private static func isASCIISpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    /// The bytes of the white space character that a text begins with; `nil` where it begins with none.
    private static func length(atStartOf text: ArraySlice<UInt8>) -> Int? {
        guard let first = text.first else { return nil }
        if isASCIISpace(first) { return 1 }
        if first < 0x80 { return nil }
        guard let scalar = String(decoding: text.prefix(3), as: UTF8.self).unicodeScalars.first,
            scalar.properties.isWhitespace
        else { return nil }
        return String(scalar).utf8.count
    }
}
