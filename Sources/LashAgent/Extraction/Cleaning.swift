extension Reply {
    /// The program as it is compiled: lines of dashes before its first and after its last statement are empty, and lines
    /// end with a line feed. Lines keep their numbers.
    ///
    /// Models put such lines, which are rules in Markdown, around what they write. Inside of the program a line of dashes
    /// means what the language says, in a string above all.
    public static func cleaned(code: String) -> String {
        guard code.utf8.contains(0x0D) || code.utf8.contains(UInt8(ascii: "-")) else { return code }
        var lines = code.replacing("\r\n", with: "\n").split(separator: "\n", omittingEmptySubsequences: false)
        for position in lines.indices {
            if isRule(lines[position]) { lines[position] = "" } else if !isEmpty(lines[position]) { break }
        }
        for position in lines.indices.reversed() {
            if isRule(lines[position]) { lines[position] = "" } else if !isEmpty(lines[position]) { break }
        }
        return lines.joined(separator: "\n")
    }

    /// Dashes, and white space between them.
    private static func isRule(_ line: Substring) -> Bool {
        line.contains("-") && line.allSatisfy { $0 == "-" || $0.isWhitespace }
    }

    /// A line without a statement.
    private static func isEmpty(_ line: Substring) -> Bool {
        let text = line.drop(while: \.isWhitespace)
        return text.isEmpty || text.hasPrefix("#") || text.hasPrefix("//")
    }
}
