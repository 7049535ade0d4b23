/// A line of a case file, split into program text and directive.
struct CaseLine {
    /// What belongs to the program; `nil` for a line that holds only a directive.
    var code: String?
    /// What follows `//!`; `nil` for a line without directive.
    var directive: String?

    init(_ line: String) {
        guard let mark = Self.mark(in: line) else {
            code = line
            return
        }
        let before = line[..<mark]
        let after = line[line.unicodeScalars.index(mark, offsetBy: 3)...]
        directive = Self.trimmed(after)
        code = before.unicodeScalars.allSatisfy(Self.isSpace) ? nil : Self.trimmedEnd(before)
    }

    /// The first `//!` that begins the line or follows white space.
    private static func mark(in line: String) -> String.Index? {
        let scalars = line.unicodeScalars
        var isAfterSpace = true
        var index = scalars.startIndex
        while index < scalars.endIndex {
            if isAfterSpace, scalars[index...].starts(with: "//!".unicodeScalars) { return index }
            isAfterSpace = isSpace(scalars[index])
            scalars.formIndex(after: &index)
        }
        return nil
    }

    static func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar == " " || scalar == "\t" }

    static func trimmedEnd(_ text: Substring) -> String {
        var rest = text.unicodeScalars
        while let last = rest.last, isSpace(last) { rest.removeLast() }
        return String(rest)
    }

    static func trimmed(_ text: Substring) -> String {
        trimmedEnd(Substring(text.unicodeScalars.drop(while: isSpace)))
    }

    /// The first word of a text and the rest behind the white space.
    static func word(_ text: String) -> (word: String, rest: String) {
        let scalars = text.unicodeScalars
        let end = scalars.firstIndex(where: isSpace) ?? scalars.endIndex
        return (String(scalars[..<end]), trimmed(Substring(scalars[end...])))
    }
}
