internal import LashSyntax

// Habits that show before there are tokens: fences, comments, characters.
extension IdiomFinder {
    func textIdiom(_ diagnostic: Diagnostic) -> Idiom? {
        fence() ?? wholeLine() ?? blockComment() ?? character(at: diagnostic.span?.start ?? 0) ?? slashes(diagnostic)
    }

    /// `(7 // 2)`, where the comment takes the parenthesis with it.
    private func slashes(_ diagnostic: Diagnostic) -> Idiom? {
        for comment in text.comments where text.source.bytes[comment.start] == UInt8(ascii: "/") {
            let next = text.token(at: comment.start)
            guard next > 0, text.endsOperand(next - 1),
                text.lineStart(text.tokens[next - 1].start) == text.lineStart(comment.start)
            else { continue }
            let rest = ForeignText(SourceText(text.source[Span(comment.start + 2, comment.end)]))
            guard rest.count > 0, rest.startsOperand(0),
                rest.tokens.contains(where: { [")", "]", "}"].contains($0.text) })
            else { continue }
            let end = rest.postfixEnd(rest.text(0) == "-" ? 1 : 0)
            let start = text.operandStart(before: next, binding: 7)
            guard start < next, end > 0, end <= rest.count else { continue }
            let divisor = rest.slice(0, end)
            let call = "floor_div(\(text.slice(start, next)), \(divisor))"
            var span = Span(text.place(start), comment.start + 2 + rest.tokens[end - 1].end)
            // Parentheses around nothing but the division are its own now.
            if start > 0, text.text(start - 1) == "(", rest.text(end) == ")", !text.endsOperand(start - 2) {
                span = Span(text.place(start - 1), comment.start + 2 + rest.tokens[end].end)
            }
            return Idiom(
                name: "comment-op",
                hint: "`//` begins a comment; " + Self.writeHint(call),
                fixes: [Fix(span, call)],
                reach: Span(span.start, text.source.bytes.count + 1)
            )
        }
        return nil
    }

    /// Words of a person among the statements.
    func prose(at index: Int) -> Idiom? {
        var first = index
        while first > 0, !text.isFirstOnLine(first), text.text(first - 1) != ";" { first -= 1 }
        let isBehind = first > 0 && text.text(first - 1) == ";" && !text.isFirstOnLine(first)
        let lineEnd = text.lineEnd(text.place(index))
        var words = 0
        var at = first
        while at < text.count, text.place(at) < lineEnd {
            let token = text.tokens[at]
            let isLead = at < index && ["-", "*", ".", ")", "+", ">"].contains(token.text) || token.kind == .number
            guard token.kind == .word || isLead || [".", ",", "-", "'", ":"].contains(token.text) else { return nil }
            if token.kind == .word { words += 1 }
            at += 1
        }
        guard words >= 2, !ForeignText.nonOperands.contains(text.text(first)) || text.text(first) == "start" else {
            return nil
        }
        let span = isBehind ? text.span(first - 1, first) : Span(text.place(first), text.place(first))
        return Idiom(
            name: "prose",
            hint: "a comment begins with `#`",
            fixes: [Fix(span, isBehind ? "#" : "# ")],
            reach: Span(text.place(first), lineEnd + 1)
        )
    }

    private func whole(_ name: String, _ hint: String, _ fixes: [Fix]) -> Idiom {
        Idiom(name: name, hint: hint, fixes: fixes, reach: Span(0, text.source.bytes.count + 1))
    }

    /// The lines of the text, without their line feeds.
    private func lines() -> [(span: Span, content: String)] {
        var result: [(span: Span, content: String)] = []
        var start = 0
        while start <= text.source.bytes.count {
            let end = text.lineEnd(start)
            result.append((Span(start, end), Self.trimmed(text.source[Span(start, end)])))
            start = end + 1
        }
        return result
    }

    private func withLineFeed(_ span: Span) -> Span { Span(span.start, min(span.end + 1, text.source.bytes.count)) }

    /// Markdown fences and tags around the program.
    private func fence() -> Idiom? {
        var fixes: [Fix] = []
        for (span, content) in lines() {
            let isFence = content.hasPrefix("```") || content.hasPrefix("~~~")
            let isTag = Self.tags.contains(content.lowercased())
            if isFence || isTag { fixes.append(Fix(withLineFeed(span), "")) }
        }
        if fixes.isEmpty { return nil }
        return whole("fence", "leave out the lines around the program; only lashlang stands here", fixes)
    }

    private static let tags: Set<String> = [
        "<lashlang>", "</lashlang>", "<code>", "</code>", "<![cdata[", "]]>", "<pre>", "</pre>", "<program>",
        "</program>",
        "<?php", "?>", "<script>", "</script>",
    ]

    /// Lines that are no code at all: prompts, comments of other languages.
    private func wholeLine() -> Idiom? {
        for (span, content) in lines() where !content.isEmpty {
            let indentEnd = span.start + text.indent(span.start).utf8.count
            for prompt in [">>> ", "... ", "In [1]: ", "irb> ", "js> "] where content.hasPrefix(prompt) {
                if prompt == "... ", !text.source[Span(0, text.source.bytes.count)].contains(">>> ") { continue }
                let fixes = lines().filter { $0.content.hasPrefix(prompt) }.map { line in
                    let start = line.span.start + text.indent(line.span.start).utf8.count
                    return Fix(Span(start, start + prompt.utf8.count), "")
                }
                return whole("fence", "leave out the prompt `\(Self.trimmed(prompt))`", fixes)
            }
            if content.hasPrefix("<!--"), content.hasSuffix("-->"), content.utf8.count >= 7 {
                let inner = Self.trimmed(String(content.dropFirst(4).dropLast(3)))
                return whole("comment", "a comment begins with `#`", [Fix(Span(indentEnd, span.end), "# " + inner)])
            }
            for mark in ["-- ", "% ", "' ", "REM ", "rem ", "* "]
            where content.hasPrefix(mark) && isProse(content, mark) {
                return Idiom(
                    name: mark == "* " ? "prose" : "comment",
                    hint: "a comment begins with `#`",
                    fixes: [Fix(Span(indentEnd, indentEnd + mark.utf8.count), "# ")],
                    reach: Span(span.start, span.end + 1)
                )
            }
        }
        return nil
    }

    /// Several plain words after a mark.
    private func isProse(_ line: String, _ mark: String) -> Bool {
        let words = line.dropFirst(mark.count).split(separator: " ")
        guard words.count >= 2 else { return mark == "-- " && !words.isEmpty }
        return words.allSatisfy { word in word.allSatisfy { $0.isLetter || $0.isNumber || ".,:;!?'-".contains($0) } }
    }

    private func blockComment() -> Idiom? {
        let bytes = text.source.bytes
        var at = 0
        while at + 1 < bytes.count {
            if bytes[at] == UInt8(ascii: "/"), bytes[at + 1] == UInt8(ascii: "*"), !isInside(at) {
                var end = at + 2
                while end + 1 < bytes.count, !(bytes[end] == UInt8(ascii: "*") && bytes[end + 1] == UInt8(ascii: "/")) {
                    end += 1
                }
                guard end + 1 < bytes.count else { return nil }
                return commented(Span(at, end + 2))
            }
            at += 1
        }
        return nil
    }

    private func isInside(_ offset: Int) -> Bool {
        let index = text.token(at: offset)
        if index < text.count, text.tokens[index].kind == .string, text.tokens[index].start < offset { return true }
        return text.comments.contains { $0.start < offset && offset < $0.end }
    }

    /// A block comment as line comments, or as nothing where code follows it on its line.
    private func commented(_ span: Span) -> Idiom {
        let inner = text.source[Span(span.start + 2, span.end - 2)]
        let lines = inner.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            var content = Self.trimmed(String(line))[...]
            while content.hasPrefix("*") { content.removeFirst() }
            return Self.trimmed(String(content))
        }
        let rest = Self.trimmed(text.source[Span(span.end, text.lineEnd(span.end))])
        let replacement: String
        if !rest.isEmpty {
            replacement = ""
        } else {
            let indent = text.indent(span.start)
            replacement = lines.filter { !$0.isEmpty }.map { "# " + $0 }.joined(separator: "\n" + indent)
        }
        return whole("comment", "a comment begins with `#` and ends with its line", [Fix(span, replacement)])
    }

    // MARK: Characters

    private func character(at place: Int) -> Idiom? {
        let all = text.source[Span(0, text.source.bytes.count)]
        if all.contains("&lt;") || all.contains("&gt;") || all.contains("&amp;") || all.contains("&quot;") {
            return entities()
        }
        let end = min(text.source.bytes.count, place + 4)
        guard place < end else { return nil }
        let byte = text.source.bytes[place]
        if byte == UInt8(ascii: "\\") {
            let rest = Self.trimmed(text.source[Span(place + 1, text.lineEnd(place))])
            if rest.isEmpty {
                return whole(
                    "lex-char",
                    "an expression goes on by itself; leave out the `\\`",
                    [Fix(Span(place, place + 1), "")]
                )
            }
        }
        if byte == UInt8(ascii: "$") { return dollars() }
        if byte == UInt8(ascii: "@") || byte < 0x80 { return nil }
        return typography(place)
    }

    private func entities() -> Idiom {
        let names = [("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " ")]
        var fixes: [Fix] = []
        let bytes = text.source.bytes
        for at in bytes.indices where bytes[at] == UInt8(ascii: "&") {
            for (name, plain) in names where text.source[Span(at, min(bytes.count, at + name.utf8.count))] == name {
                fixes.append(Fix(Span(at, at + name.utf8.count), plain))
            }
        }
        return whole("lex-char", "write the characters themselves: `<` for `&lt;`, `&` for `&amp;`", fixes)
    }

    /// `$name` and `${name}` outside of strings.
    private func dollars() -> Idiom? {
        var fixes: [Fix] = []
        for index in text.tokens.indices where text.text(index) == "$" {
            if text.kind(index + 1) == .word, text.isGlued(index + 1) {
                fixes.append(Fix(text.span(index, index + 1), ""))
            }
            if text.text(index + 1) == "{", text.partner[index + 1] == index + 3 {
                fixes.append(Fix(text.span(index, index + 4), text.text(index + 2)))
            }
        }
        return fixes.isEmpty ? nil : whole("lex-char", "names have no `$` before them", fixes)
    }

    /// Characters of word processors and mathematics, all of them at once.
    private func typography(_ place: Int) -> Idiom? {
        var fixes: [Fix] = []
        var seen: [String] = []
        var offset = 0
        let whole = String(decoding: text.source.bytes, as: UTF8.self)
        for scalar in whole.unicodeScalars {
            let length = String(scalar).utf8.count
            defer { offset += length }
            if scalar.isASCII || isInside(offset) { continue }
            guard let plain = Self.plain(scalar) else { continue }
            fixes.append(Fix(Span(offset, offset + length), plain))
            seen.append("`\(plain)` for `\(scalar)`")
        }
        guard fixes.contains(where: { $0.span.start <= place && place < $0.span.end }) else {
            return foreignName(place)
        }
        let isInvisible = fixes.contains { $0.span.start <= place && place < $0.span.end && $0.replacement.isEmpty }
        let shown = seen.prefix(2).joined(separator: " and ")
        return self.whole(
            "lex-char",
            isInvisible ? "an invisible character stands here; delete it" : "write \(shown)",
            fixes
        )
    }

    /// A letter that names cannot have.
    private func foreignName(_ place: Int) -> Idiom? {
        let index = text.token(at: place)
        guard index < text.count, text.tokens[index].kind == .word else { return nil }
        let name = text.text(index)
        // What is no text has no letters, so that no advice on names fits.
        if name.unicodeScalars.contains("\u{FFFD}") { return nil }
        guard let plain = Self.asciiName(name), !text.tokens.contains(where: { $0.text == plain }) else {
            return whole("lex-char", "names are made of a-z, A-Z, 0-9 and `_`", [])
        }
        let fixes = text.tokens.indices.filter { text.text($0) == name && text.kind($0) == .word }.map {
            Fix(text.span($0, $0 + 1), plain)
        }
        return whole("lex-char", "names are made of ASCII letters: write `\(plain)`", fixes)
    }

    private static func asciiName(_ name: String) -> String? {
        var result = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
            case "ä", "æ": result += "ae"
            case "ö", "ø", "œ": result += "oe"
            case "ü": result += "ue"
            case "ß": result += "ss"
            case "á", "à", "â", "ã", "å": result += "a"
            case "é", "è", "ê", "ë": result += "e"
            case "í", "ì", "î", "ï": result += "i"
            case "ó", "ò", "ô", "õ": result += "o"
            case "ú", "ù", "û": result += "u"
            case "ç": result += "c"
            case "ñ": result += "n"
            case "π": result += "pi"
            case "α": result += "alpha"
            case "β": result += "beta"
            case "λ": result += "lambda"
            case "μ": result += "mu"
            case "σ": result += "sigma"
            case "Δ", "δ": result += "delta"
            default: return nil
            }
        }
        return LexicalText.isName(result) ? result : nil
    }

    private static func plain(_ scalar: Unicode.Scalar) -> String? {
        switch scalar.value {
        case 0x201C, 0x201D, 0x201E, 0xAB, 0xBB, 0x201F, 0x2033: return "\""
        case 0x2018, 0x2019, 0x201A, 0x201B, 0x2032: return "'"
        case 0x2010...0x2015, 0x2212: return "-"
        case 0x2264: return "<="
        case 0x2265: return ">="
        case 0x2260: return "!="
        case 0xD7, 0x22C5, 0xB7, 0x2217: return "*"
        case 0xF7, 0x2215: return "/"
        case 0x2227: return "and"
        case 0x2228: return "or"
        case 0xAC: return "not "
        case 0x2208: return "in"
        case 0x2209: return "not in"
        case 0x2192, 0x21D2: return ":"
        case 0x2190, 0x2254: return "="
        case 0x221E: return "1e308"
        case 0x3001: return ","
        case 0x3002: return "."
        case 0x300C, 0x300D: return "\""
        case 0x3010: return "["
        case 0x3011: return "]"
        case 0xFF01...0xFF5E: return String(Unicode.Scalar(UInt8(scalar.value - 0xFF01 + 0x21)))
        case 0x200B...0x200F, 0xFEFF, 0x2060, 0xAD, 0x202A...0x202E: return ""
        case 0xA0, 0x2002...0x200A, 0x3000, 0x202F, 0x2028, 0x2029: return " "
        case 0x2022, 0x25CF, 0x2023: return "# "
        default: return nil
        }
    }
}
