internal import LashSyntax

// Texts put together: templates, percent signs, sums, repetition.
extension IdiomFinder {
    /// `format(…)` with a template in the manner of Rust.
    func formatted(_ arguments: [String]) -> String {
        "format(\(([Self.plainTemplate(arguments[0])] + arguments.dropFirst()).joined(separator: ", ")))"
    }

    /// `{:?}`, `{:.2}`, `{0}` and `{name}` as `{}`.
    static func plainTemplate(_ template: String) -> String {
        var result = ""
        var depth = 0
        var inner = ""
        for character in template {
            if character == "{", depth == 0 {
                depth = 1
                inner = ""
            } else if character == "}", depth == 1 {
                depth = 0
                result +=
                    inner.hasPrefix(":") || inner.isEmpty
                    ? "{}" : "{\(inner.split(separator: ":").first.map(String.init) ?? "")}"
            } else if depth == 1 {
                if character == "{" { result += "{{"; depth = 0 } else { inner.append(character) }
            } else {
                result.append(character)
            }
        }
        return depth == 1 ? template : result
    }

    /// `"n = {n}"` in a macro that fills in variables.
    func inlined(_ literal: String) -> String? {
        guard literal.contains("{"), literal.first == "\"" else { return nil }
        return interpolated(literal, open: "{", start: "")
    }

    /// `+x`
    func plus(_ index: Int) -> Idiom? {
        guard index == 0 || !text.endsOperand(index - 1) || text.statementStart[index] == index,
            text.startsOperand(index + 1), text.isGlued(index + 1)
        else { return nil }
        if text.kind(index + 1) == .number {
            return replacing("operator", index, index + 1, by: "", hint: "leave the `+` out")
        }
        let end = text.postfixEnd(index + 1)
        return replacing("operator", index, end, by: "to_float(\(text.slice(index + 1, end)))")
    }

    /// `<tag>`
    func angle(_ index: Int) -> Idiom? {
        guard text.isFirstOnLine(index) || index == 0 else { return nil }
        if text.kind(index + 1) == .word || text.text(index + 1) == "/" || text.text(index + 1) == "!" {
            return advice(
                "fence",
                index,
                index + 2,
                "only lashlang stands here: call an operation as `await tools.name({…})?`"
            )
        }
        return nil
    }

    /// `"%s" % x`
    func percent(_ index: Int) -> Idiom? {
        guard text.kind(index - 1) == .string, text.text(index - 1).contains("%"), text.startsOperand(index + 1) else {
            return nil
        }
        let template = text.text(index - 1)
        guard let plain = Self.percentTemplate(template) else {
            return advice(
                "format-template",
                index - 1,
                index + 2,
                "write `format(\"{}\", x)`; there are no widths or digits"
            )
        }
        if text.text(index + 1) == "(", text.partner[index + 1] > index {
            let items = text.items(index + 1).map { text.slice($0.lowerBound, $0.upperBound) }
            return replacing(
                "format-template",
                index - 1,
                text.partner[index + 1] + 1,
                by: "format(\(([plain] + items).joined(separator: ", ")))"
            )
        }
        let end = text.postfixEnd(index + 1)
        return replacing("format-template", index - 1, end, by: "format(\(plain), \(text.slice(index + 1, end)))")
    }

    /// A `printf` template with `{}`; `nil` where it gives widths.
    static func percentTemplate(_ template: String) -> String? {
        var result = ""
        var characters = Array(template)[...]
        while let first = characters.popFirst() {
            if first == "{" || first == "}" {
                result += String([first, first])
                continue
            }
            guard first == "%", let next = characters.first else {
                result.append(first)
                continue
            }
            if "sdifvrgux".contains(next) {
                characters.removeFirst()
                result += "{}"
            } else if next == "%" {
                characters.removeFirst()
                result += "%"
            } else if "0123456789.-+,".contains(next) {
                return nil
            } else {
                result.append(first)
            }
        }
        return result
    }

    /// `"-" * 10`
    func repeated(_ index: Int) -> Idiom? {
        let isLeft = text.kind(index - 1) == .string
        let isRight = text.kind(index + 1) == .string
        guard isLeft != isRight else { return nil }
        let literal = isLeft ? text.text(index - 1) : text.text(index + 1)
        guard !literal.contains(where: \.isNumber) else { return nil }
        let start = isLeft ? index - 1 : text.postfixStart(index - 1)
        let end = isLeft ? text.postfixEnd(index + 1) : index + 2
        let count = isLeft ? text.slice(index + 1, end) : text.slice(start, index)
        return replacing("operator", start, end, by: repetition(literal, count))
    }

    func repetition(_ literal: String, _ count: String) -> String {
        let counter = text.freshName("i")
        return "join([\(literal) for \(counter) in range(\(count))], \"\")"
    }
}
