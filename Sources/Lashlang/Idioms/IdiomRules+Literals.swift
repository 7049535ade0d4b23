internal import LashSyntax

// Numbers and strings of other languages.
extension IdiomFinder {
    func numberIdiom(_ index: Int) -> Idiom? {
        let literal = text.text(index)
        if literal.hasPrefix(".") { return replacing("number", index, index + 1, by: "0" + literal) }
        let lower = literal.lowercased()
        if lower.hasPrefix("0o"), let value = Int(lower.dropFirst(2).filter { $0 != "_" }, radix: 8) {
            return replacing("number", index, index + 1, by: String(value))
        }
        if lower.hasPrefix("0x") || lower.hasPrefix("0b") { return nil }
        let digits = literal.prefix { $0.isNumber || $0 == "." || $0 == "_" }
        let suffix = String(literal.dropFirst(digits.count))
        if [
            "n", "f", "l", "L", "u", "d", "m", "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize", "isize",
            "f32", "f64", "F", "D", "UL", "ull",
        ].contains(suffix) {
            return replacing("number", index, index + 1, by: String(digits))
        }
        let units: [String: Int] = [
            "ms": 1, "s": 1000, "sec": 1000, "min": 60_000, "h": 3_600_000, "k": 1000, "K": 1000, "M": 1_000_000,
        ]
        if let unit = units[suffix], let value = Int(digits) {
            return replacing("number", index, index + 1, by: String(value * unit))
        }
        // `1.` with a bullet behind it: prose.
        if text.isFirstOnLine(index), text.text(index + 1) == "." || text.text(index + 1) == ")",
            text.kind(index + 2) == .word, !text.isGlued(index + 2)
        {
            return Idiom(
                name: "prose",
                hint: "a comment begins with `#`",
                fixes: [Fix(Span(text.place(index), text.place(index)), "# ")],
                reach: Span(text.place(index), text.lineEnd(text.place(index)) + 1)
            )
        }
        return nil
    }

    // MARK: Strings

    static let stringPrefixes: Set<String> = [
        "f", "F", "b", "B", "u", "U", "rb", "br", "fr", "rf", "R", "s", "L", "re", "bytes", "raw",
    ]

    func stringIdiom(_ index: Int) -> Idiom? {
        guard index > 0, text.isGlued(index) else { return nil }
        let prefix = text.text(index - 1)
        if prefix == "$" || prefix == "@" {
            return replacing(
                "string-prefix",
                index - 1,
                index + 1,
                by: prefix == "$"
                    ? interpolated(text.text(index), open: "{", start: "") ?? text.text(index) : text.text(index)
            )
        }
        guard text.kind(index - 1) == .word, Self.stringPrefixes.contains(prefix) else { return nil }
        let literal = text.text(index)
        switch prefix {
        case "f", "F", "fr", "rf":
            guard let call = interpolated(literal, open: "{", start: "") else {
                return advice(
                    "string-prefix",
                    index - 1,
                    index + 1,
                    "fill in with `format(\"… {} …\", x)`; round with `to_int(x * 100 + 0.5) / 100`"
                )
            }
            return replacing("string-prefix", index - 1, index + 1, by: call)
        case "s":
            return replacing(
                "string-prefix",
                index - 1,
                index + 1,
                by: interpolated(literal, open: "{", start: "$") ?? literal
            )
        case "R", "rb", "br", "re", "raw":
            return replacing("string-prefix", index - 1, index + 1, by: "r" + literal)
        default:
            return replacing("string-prefix", index - 1, index + 1, by: literal)
        }
    }

    func templateIdiom(_ index: Int) -> Idiom? {
        let literal = text.text(index)
        guard literal.count >= 2, literal.hasSuffix("`") else { return nil }
        var inner = String(literal.dropFirst().dropLast()).split(separator: "\\`", omittingEmptySubsequences: false)
            .joined(separator: "`")
        let isLong = inner.contains("\n")
        let quote = isLong ? "\"\"\"" : "\""
        if !isLong { inner = Self.escapingQuotes(inner) }
        let plain = quote + inner + quote
        if !inner.contains("${") { return replacing("lex-char", index, index + 1, by: plain) }
        guard let call = interpolated(plain, open: "{", start: "$") else { return nil }
        return replacing("lex-char", index, index + 1, by: call)
    }

    /// Backslashes before the quotes that stand outside of `${…}`.
    private static func escapingQuotes(_ text: String) -> String {
        var result = ""
        var depth = 0
        var last: Character = " "
        for character in text {
            if character == "{", last == "$" || depth > 0 { depth += 1 }
            if character == "}", depth > 0 { depth -= 1 }
            if character == "\"", depth == 0, last != "\\" { result += "\\" }
            result.append(character)
            last = character
        }
        return result
    }

    /// `format(…)` for a literal with expressions between `start + open` and `}`; the literal itself without any. `nil`
    /// where one of them asks for a width or digits that we do not have.
    func interpolated(_ literal: String, open: Character, start: String) -> String? {
        var template = ""
        var arguments: [String] = []
        let characters = Array(literal)
        let lead = Array(start)
        var at = 0
        while at < characters.count {
            let character = characters[at]
            let begins =
                lead.isEmpty
                ? character == open : character == lead[0] && at + 1 < characters.count && characters[at + 1] == open
            if lead.isEmpty, character == "{", at + 1 < characters.count, characters[at + 1] == "{" {
                template += "{{"
                at += 2
                continue
            }
            if lead.isEmpty, character == "}" {
                template += "}}"
                at += at + 1 < characters.count && characters[at + 1] == "}" ? 2 : 1
                continue
            }
            guard begins else {
                template +=
                    !lead.isEmpty && (character == "{" || character == "}")
                    ? String([character, character]) : String(character)
                at += 1
                continue
            }
            at += lead.count + 1
            var depth = 0
            var inner = ""
            while at < characters.count {
                if characters[at] == "}" && depth == 0 { break }
                if "{[(".contains(characters[at]) { depth += 1 }
                if "}])".contains(characters[at]) { depth -= 1 }
                inner.append(characters[at])
                at += 1
            }
            at += 1
            guard let argument = Self.filledIn(inner, hasFormats: lead.isEmpty), !argument.isEmpty else { return nil }
            if inner.hasSuffix("="), lead.isEmpty { template += inner }
            template += "{}"
            arguments.append(argument)
        }
        if arguments.isEmpty { return lead.isEmpty ? literal.replacingDoubledBraces() : literal }
        return "format(\(template), \(arguments.joined(separator: ", ")))"
    }

    /// The expression of an f-string, without `!r` and `:.2f`.
    private static func filledIn(_ inner: String, hasFormats: Bool) -> String? {
        guard hasFormats else { return trimmed(inner) }
        var expression = inner
        var depth = 0
        var colon: String.Index?
        for index in inner.indices {
            if "([{".contains(inner[index]) { depth += 1 }
            if ")]}".contains(inner[index]) { depth -= 1 }
            if inner[index] == ":", depth == 0 { colon = index; break }
        }
        if let colon {
            let specification = inner[inner.index(after: colon)...]
            expression = String(inner[..<colon])
            if specification.hasPrefix("."), specification.hasSuffix("f"),
                let digits = Int(specification.dropFirst().dropLast()), digits <= 9
            {
                let factor = String((0..<digits).reduce(1) { product, _ in product * 10 })
                let value = trimmed(expression)
                let operand = LexicalText.isName(value) ? value : "(\(value))"
                return digits == 0 ? "to_int(\(operand) + 0.5)" : "to_int(\(operand) * \(factor) + 0.5) / \(factor)"
            }
            if !["d", "s", "?", "#?", "g"].contains(String(specification)) { return nil }
        }
        for suffix in ["!r", "!s", "="] where expression.hasSuffix(suffix) { expression.removeLast(suffix.count) }
        return trimmed(expression)
    }
}

extension String {
    fileprivate func replacingDoubledBraces() -> String {
        var result = ""
        var last: Character?
        for character in self {
            if character == last, character == "{" || character == "}" {
                last = nil
                continue
            }
            result.append(character)
            last = character
        }
        return result
    }
}
