internal import LashSyntax

// Assignments and declarations.
extension IdiomFinder {
    static let declarationWords: Set<String> = [
        "const", "var", "let", "local", "mut", "val", "auto", "final", "static", "my", "our", "public", "private",
        "pub",
        "readonly", "ref", "dim", "set", "Dim", "late", "inout",
    ]
    static let typeWords: Set<String> = [
        "int", "float", "double", "str", "string", "String", "bool", "boolean", "char", "long", "short", "byte",
        "number",
        "any", "object", "list", "List", "Array", "dict", "Map", "i32", "i64", "u8", "u32", "u64", "usize", "f32",
        "f64",
        "Int", "Double", "Float", "Bool", "void", "dynamic", "unsigned", "signed", "array",
    ]

    /// `const x = …`, `let mut x = …`, `int x = …`, `let x`, destructuring.
    func declarationIdiom(_ index: Int) -> Idiom? {
        guard text.statementStart[index] == index || text.text(index - 1) == "export", isStatementWord(index) else {
            return nil
        }
        if text.assigned.contains(text.text(index)), text.text(index + 1) == "=" { return nil }
        var at = index
        while Self.declarationWords.contains(text.text(at)), text.kind(at + 1) == .word || isDestructuring(at + 1) {
            at += 1
        }
        if at > index, Self.typeWords.contains(text.text(at)), text.kind(at + 1) == .word, text.text(at + 2) == "=" {
            at += 1
        }
        if at == index, Self.typeWords.contains(text.text(index)) {
            var name = index + 1
            if text.text(name) == "[" || text.text(name) == "<", text.isGlued(name) {
                while name < text.count, !["]", ">"].contains(text.text(name)) { name += 1 }
                name += 1
            }
            if text.text(name) == "*" || text.text(name) == "&" { name += 1 }
            guard text.kind(name) == .word, text.text(name + 1) == "=", !text.isFirstOnLine(name) else { return nil }
            at = name
        }
        guard at > index else { return nil }
        if isDestructuring(at) { return destructuring(index, at) }
        let end = text.statementEnd(index)
        if text.text(at) == "function" || text.text(at) == "fn" || text.text(at) == "class" || text.text(at) == "type" {
            return nil
        }
        // Without a value.
        if at + 1 >= end || (text.text(at + 1) == ":" && text.find(["="], at, end) == nil) {
            return replacing("decl-word", index, end, by: "\(text.text(at)) = null")
        }
        if let idiom = arrowDeclaration(index, at, end) { return idiom }
        // Several declarations under one word.
        if let comma = text.find([","], at, end), text.text(at + 1) == "=", text.text(comma + 2) == "=" {
            return replacing("decl-word", index, comma + 1, by: text.slice(at, comma) + ";")
        }
        if at == index + 1, text.text(index) == "let", text.text(at + 1) == "=" { return nil }
        let lead = text.text(at + 1) == ":" ? annotated(at, end) : nil
        let stop = lead?.assign ?? at + 1
        return Idiom(
            name: lead == nil ? "decl-word" : "annotation",
            hint: Self.writeHint(text.text(at) + " " + text.slice(stop, end)),
            fixes: [Fix(text.span(index, stop), text.text(at) + (lead == nil ? "" : " "))].map { fix in
                Fix(Span(fix.span.start, lead == nil ? fix.span.end : text.place(stop)), fix.replacement)
            },
            reach: Span(text.place(index), text.lineEnd(text.place(stop)) + 1)
        )
    }

    /// The word begins a statement and something follows it on its line.
    func isStatementWord(_ index: Int) -> Bool {
        index + 1 < text.count && !text.isFirstOnLine(index + 1)
            && !["=", ".", ")", "]", "}"].contains(text.text(index + 1))
    }

    private func isDestructuring(_ index: Int) -> Bool {
        ["[", "{", "("].contains(text.text(index)) && text.partner[index] > index
            && text.text(text.partner[index] + 1) == "="
    }

    /// `name: Type = …`: where the `=` stands.
    private func annotated(_ name: Int, _ end: Int) -> (assign: Int, name: Int)? {
        guard let assign = text.find(["="], name, end), assign > name + 2 else { return nil }
        return (assign, name)
    }

    func annotationIdiom(_ index: Int) -> Idiom? {
        let name = index - 1
        guard name >= 0, text.kind(name) == .word, text.statementStart[index] == name, !text.isFirstOnLine(index) else {
            return nil
        }
        if ["finish", "print", "return", "submit"].contains(text.text(name)) { return labelledFinish(name) }
        let end = text.statementEnd(name)
        guard let (assign, _) = annotated(name, end), text.parent[name] < 0 || text.blocks.contains(text.parent[name]),
            !text.isFirstOnLine(assign)
        else { return nil }
        return Idiom(
            name: "annotation",
            hint: "variables have no types; " + Self.writeHint(text.text(name) + " " + text.slice(assign, end)),
            fixes: [Fix(Span(text.tokens[name].end, text.place(assign)), " ")],
            reach: Span(text.place(name), text.lineEnd(text.place(assign)) + 1)
        )
    }

    /// `finish: x`, `finish total: 3, ok: true`.
    private func labelledFinish(_ word: Int) -> Idiom? {
        let end = text.statementEnd(word)
        guard end > word + 2 else { return nil }
        return replacing("special-form", word, end, by: "\(text.text(word)) \(text.slice(word + 2, end))")
    }

    func assignmentIdiom(_ index: Int) -> Idiom? {
        let start = text.statementStart[index]
        let mark = text.text(index)
        switch mark {
        case "++", "--": return step(index, start)
        case ":=": return walrus(index, start)
        case "=": return plainAssignment(index, start)
        default: break
        }
        guard index > start, text.parent[index] < 0 || text.blocks.contains(text.parent[index]) else {
            return advice(
                "assign-op",
                index,
                index + 1,
                "assign in a statement of its own: `x = x \(mark.dropLast()) …`"
            )
        }
        let end = text.statementEnd(start)
        guard end > index + 1 else { return nil }
        let target = text.slice(start, index)
        let symbol = String(mark.dropLast())
        switch mark {
        case "??=", "||=", "&&=":
            let test = mark == "??=" ? "\(target) == null" : mark == "||=" ? "not \(target)" : target
            let lines = blockText("if \(test)", "\(target) = \(text.slice(index + 1, end))", at: start)
            return replacing("assign-op", start, end, by: lines)
        case "<<=", ">>=", "^=", "|=", "&=":
            if mark == "<<=" {
                return replacing(
                    "assign-op",
                    start,
                    end,
                    by: "\(target) = push(\(target), \(text.slice(index + 1, end)))"
                )
            }
            return advice("assign-op", index, index + 1, "there are no bit operators; use `floor_div`, `%` and `*`")
        case "**=":
            return replacing(
                "assign-op",
                start,
                end,
                by: "\(target) = \(power(target, text.slice(index + 1, end)) ?? target)"
            )
        default: break
        }
        var value = text.slice(index + 1, end)
        if text.text(index + 1) == "await" || needsGroup(index + 1, end, for: symbol) { value = "(\(value))" }
        return replacing("assign-op", start, end, by: "\(target) = \(target) \(symbol) \(value)")
    }

    private func needsGroup(_ from: Int, _ to: Int, for symbol: String) -> Bool {
        var at = from
        while at < to {
            let precedence = text.precedence(at)
            if precedence > 0, at > from, symbol != "+" || precedence < 6 { return true }
            at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
        }
        return false
    }

    /// A block around one statement; on several lines where the statement begins a line.
    func blockText(_ head: String, _ body: String, at start: Int) -> String {
        guard text.isFirstOnLine(start) else { return "\(head) { \(body) }" }
        let indent = text.indent(text.place(start))
        return "\(head) {\n\(indent)  \(body)\n\(indent)}"
    }

    private func step(_ index: Int, _ start: Int) -> Idiom? {
        let symbol = text.text(index) == "++" ? "+" : "-"
        // Behind its target.
        if index > start, text.endsOperand(index - 1), !text.isFirstOnLine(index), text.postfixStart(index - 1) == start
        {
            let target = text.slice(start, index)
            let isLast =
                index + 1 >= text.count || text.isFirstOnLine(index + 1)
                || ["}", ";", ")"].contains(text.text(index + 1))
            if isLast { return replacing("assign-op", start, index + 1, by: "\(target) = \(target) \(symbol) 1") }
        }
        // Before it.
        if index == start || text.isFirstOnLine(index), text.kind(index + 1) == .word, text.isGlued(index + 1) {
            let end = text.postfixEnd(index + 1)
            let target = text.slice(index + 1, end)
            return replacing("assign-op", index, end, by: "\(target) = \(target) \(symbol) 1")
        }
        if symbol == "-", !text.isGlued(index + 1), text.kind(index + 1) != nil, !text.isFirstOnLine(index + 1) {
            return Idiom(
                name: "comment",
                hint: "a comment begins with `#`",
                fixes: [Fix(text.span(index, index + 1), "#")],
                reach: Span(text.place(index), text.lineEnd(text.place(index)) + 1)
            )
        }
        if symbol == "-", text.text(index + 1) == "-" || text.isFirstOnLine(index + 1) || index + 1 >= text.count,
            text.isFirstOnLine(index) || text.text(index - 1) == "--"
        {
            return rule(index)
        }
        return advice(
            "assign-op",
            index,
            index + 1,
            "there is no `\(text.text(index))`; write `x = x \(symbol) 1` as a statement"
        )
    }

    /// A line of dashes.
    private func rule(_ index: Int) -> Idiom? {
        let start = text.lineStart(text.place(index))
        let end = min(text.source.bytes.count, text.lineEnd(start) + 1)
        guard text.source[Span(start, end)].allSatisfy({ "-=*_ \n\r\t".contains($0) }) else { return nil }
        let next = text.token(at: end)
        return Idiom(
            name: "fence",
            hint: "a line of dashes is no code; leave it out",
            fixes: [Fix(Span(start, end), "")],
            reach: Span(start, next < text.count ? text.lineEnd(text.tokens[next].end) : end + 1)
        )
    }

    private func walrus(_ index: Int, _ start: Int) -> Idiom? {
        let parent = text.parent[index]
        if parent >= 0, !text.blocks.contains(parent), text.kind(index - 1) == .word {
            let close = text.partner[parent]
            let end = text.text(parent) == "(" && index == parent + 2 ? close : text.expressionEnd(index + 1)
            let name = text.text(index - 1)
            guard let hoisted = hoist(["\(name) = \(text.slice(index + 1, end))"], before: index) else {
                return advice(
                    "assign-form",
                    index - 1,
                    end,
                    "assign before the `while`, and again at the end of its block"
                )
            }
            let isGroup = text.text(parent) == "(" && end == close && !text.endsOperand(parent - 1)
            let span = isGroup ? text.span(parent, close + 1) : text.span(index - 1, end)
            return edits(
                "assign-form",
                start,
                end,
                [hoisted, Fix(span, name)],
                hint: "assign before: " + Self.writeHint("\(name) = \(text.slice(index + 1, end))")
            )
        }
        if text.text(start) == "for" { return nil }
        if let targets = targetList(start, index), targets.count > 1 { return unpacking(start, index, targets) }
        if ["if", "while"].contains(text.text(start)), text.kind(index - 1) == .word {
            // Go: `if x := f(); x > 1 {`
            guard let semicolon = (index..<text.count).first(where: { text.text($0) == ";" }),
                !text.isFirstOnLine(semicolon)
            else { return nil }
            let assignment = "\(text.text(index - 1)) = \(text.slice(index + 1, semicolon))"
            return edits(
                "assign-form",
                start,
                semicolon + 1,
                [
                    Fix(
                        Span(text.place(start), text.place(semicolon + 1)),
                        assignment + "\n" + text.indent(text.place(start)) + text.text(start) + " "
                    )
                ],
                hint: Self.writeHint(assignment)
            )
        }
        return replacing(
            "assign-form",
            index,
            index + 1,
            by: "=",
            hint: Self.writeHint("\(text.slice(start, index)) = \(text.slice(index + 1, text.statementEnd(start)))")
        )
    }

    /// The targets of `a, b` or `[a, b]`, as token ranges.
    private func targetList(_ from: Int, _ to: Int) -> [Range<Int>]? {
        var (from, to) = (from, to)
        if ["(", "[", "{"].contains(text.text(from)), text.partner[from] == to - 1 { (from, to) = (from + 1, to - 1) }
        let items = text.split(from, to, at: ",")
        return items.allSatisfy { !$0.isEmpty } ? items : nil
    }

    private func plainAssignment(_ index: Int, _ start: Int) -> Idiom? {
        let parent = text.parent[index]
        if parent >= 0, !text.blocks.contains(parent) {
            return text.text(parent) == "(" ? namedArgument(index) : nil
        }
        if text.isGlued(index), text.text(index - 1) == "==" || text.text(index - 1) == "!=" { return nil }
        let end = text.statementEnd(start)
        if ["if", "while", "elif", "elsif", "unless", "until"].contains(text.text(start)) {
            if text.text(start + 1) == "let" || text.text(start + 1) == "var" { return ifLet(start, index) }
            return replacing("operator", index, index + 1, by: "==", hint: "`=` assigns; a comparison is written `==`")
        }
        if text.text(start) == "finish" || text.text(start) == "submit" || text.text(start) == "return",
            index == start + 1
        {
            return replacing(
                "special-form",
                index,
                index + 1,
                by: "",
                hint: Self.writeHint("finish " + text.slice(index + 1, end))
            )
        }
        if let keyword = keywordName(index, start) { return keyword }
        guard ![":", "for"].contains(text.text(start)) else { return nil }
        if text.text(start) == "for" || text.text(start) == "type" { return nil }
        let earlier = text.find(["="], start, index)
        if let earlier, text.find([","], start, earlier) == nil, text.find([","], earlier, index) == nil {
            return chained(start, end)
        }
        if let earlier { return trailingComma(earlier, index) }
        let first = ["let", "const", "var", "local", "val"].contains(text.text(start)) ? start + 1 : start
        if text.text(first) == "[" || text.text(first) == "{" || text.text(first) == "(",
            text.partner[first] == index - 1
        {
            return destructuring(start, first)
        }
        guard text.find([","], first, index) != nil, let targets = targetList(first, index), targets.count > 1 else {
            return nil
        }
        return unpacking(start, index, targets)
    }

    /// `a = b = 0`
    private func chained(_ start: Int, _ end: Int) -> Idiom? {
        let parts = text.split(start, end, at: "=")
        guard parts.count >= 3, let value = parts.last, !value.isEmpty else { return nil }
        let targets = parts.dropLast().map { text.slice($0.lowerBound, $0.upperBound) }.reversed()
        var lines: [String] = []
        var source = text.slice(value.lowerBound, value.upperBound)
        for target in targets {
            lines.append("\(target) = \(source)")
            source = target
        }
        return replacing("assign-form", start, end, by: joined(lines, at: start))
    }

    /// Statements in place of one: on lines of their own where it began one.
    func joined(_ lines: [String], at start: Int) -> String {
        let separator = text.isFirstOnLine(start) ? "\n" + text.indent(text.place(start)) : "; "
        return lines.joined(separator: separator)
    }

    /// `a = 1,` and another assignment below.
    private func trailingComma(_ first: Int, _ second: Int) -> Idiom? {
        var comma = second - 1
        while comma > first, text.text(comma) != "," || text.parent[comma] != text.parent[first] { comma -= 1 }
        guard comma > first else { return nil }
        let isLineEnd = text.isFirstOnLine(comma + 1)
        return replacing(
            "comma",
            comma,
            comma + 1,
            by: isLineEnd ? "" : ";",
            hint: "no comma stands between statements; leave it out"
        )
    }

    private func unpacking(_ start: Int, _ assign: Int, _ targets: [Range<Int>]) -> Idiom? {
        let end = text.statementEnd(start)
        guard end > assign + 1 else { return nil }
        let names = targets.map { text.slice($0.lowerBound, $0.upperBound) }
        let values = text.split(assign + 1, end, at: ",")
        if values.count == names.count, values.count > 1 {
            let right = values.map { text.slice($0.lowerBound, $0.upperBound) }
            if names.count == 2, right[0] == names[1], right[1] == names[0] {
                let temporary = text.freshName("tmp")
                let lines = ["\(temporary) = \(names[0])", "\(names[0]) = \(names[1])", "\(names[1]) = \(temporary)"]
                return replacing("assign-form", start, end, by: joined(lines, at: start))
            }
            let mentioned = values.dropFirst().flatMap { range in range.map { text.text($0) } }
            if names.dropLast().allSatisfy({ !mentioned.contains($0) }) {
                let lines = zip(names, right).map { "\($0) = \($1)" }
                return replacing("assign-form", start, end, by: joined(lines, at: start))
            }
            return unpacked(start, end, names, "[\(right.joined(separator: ", "))]", isName: false)
        }
        let source = text.slice(assign + 1, end)
        // Go: `value, err := call`
        if names.count == 2, ["err", "error", "_err", "ok", "e"].contains(names[1]) {
            return goError(start, assign, end, names)
        }
        return unpacked(start, end, names, source, isName: end == assign + 2 && text.kind(assign + 1) == .word)
    }

    private func unpacked(_ start: Int, _ end: Int, _ names: [String], _ source: String, isName: Bool) -> Idiom {
        let holder = isName ? source : text.freshName("tmp")
        var lines = isName ? [] : ["\(holder) = \(source)"]
        for (position, name) in names.enumerated() where name != "_" {
            if name.hasPrefix("*") || name.hasPrefix("...") {
                let plain = name.drop { $0 == "*" || $0 == "." }
                let behind = names.count - position - 1
                lines.append("\(plain) = slice(\(holder), \(position), \(behind == 0 ? "null" : "-\(behind)"))")
            } else {
                let afterStar = names[..<position].contains { $0.hasPrefix("*") || $0.hasPrefix("...") }
                lines.append("\(name) = \(holder)[\(afterStar ? position - names.count : position)]")
            }
        }
        return replacing("assign-form", start, end, by: joined(lines, at: start))
    }

    private func goError(_ start: Int, _ assign: Int, _ end: Int, _ names: [String]) -> Idiom {
        var call = text.slice(assign + 1, end)
        if !call.hasPrefix("await") { call = "await " + call }
        var fixes = [Fix(text.span(start, end), "\(names[0]) = \(call)")]
        // `if err != nil` asks whether it failed; afterwards the value is meant.
        var at = end
        var hasTested = false
        while at < text.count {
            if text.text(at) == names[1], ["!=", "=="].contains(text.text(at + 1)),
                ["nil", "null", "None"].contains(text.text(at + 2))
            {
                fixes.append(Fix(text.span(at, at + 3), (text.text(at + 1) == "!=" ? "not " : "") + "\(names[0]).ok"))
                hasTested = true
                at += 3
                continue
            }
            if hasTested, text.text(at) == names[0], text.kind(at) == .word, text.text(at - 1) != "." {
                fixes.append(Fix(text.span(at, at + 1), "\(names[0]).value"))
            } else if text.text(at) == names[1], text.text(at - 1) != "." {
                fixes.append(Fix(text.span(at, at + 1), "\(names[0]).error"))
            }
            at += 1
        }
        return edits(
            "assign-form",
            start,
            end,
            fixes,
            hint: "a call gives one result: `\(names[0]) = \(call)`, then `\(names[0]).ok`, `.value` or `.error`"
        )
    }

    /// `[a, b] = pair`, `const {a, b: c} = r`
    private func destructuring(_ start: Int, _ open: Int) -> Idiom? {
        let close = text.partner[open]
        let end = text.statementEnd(start)
        guard end > close + 2 else { return nil }
        let source = text.slice(close + 2, end)
        let isName = end == close + 3 && text.kind(close + 2) == .word
        let items = text.items(open)
        if text.text(open) != "{" {
            let names = items.map { $0.isEmpty ? "_" : text.slice($0.lowerBound, $0.upperBound) }
            guard !names.isEmpty else { return nil }
            let values = text.split(close + 2, end, at: ",")
            if values.count == names.count, values.count > 1 { return unpacking(start, close + 1, items) }
            if text.text(close + 2) == "[", text.partner[close + 2] == end - 1, text.items(close + 2).count == 2,
                names.count == 2
            {
                let right = text.items(close + 2).map { text.slice($0.lowerBound, $0.upperBound) }
                if right == [names[1], names[0]] {
                    let temporary = text.freshName("tmp")
                    let lines = [
                        "\(temporary) = \(names[0])", "\(names[0]) = \(names[1])", "\(names[1]) = \(temporary)",
                    ]
                    return replacing("assign-form", start, end, by: joined(lines, at: start))
                }
            }
            return unpacked(start, end, names, source, isName: isName)
        }
        let holder = isName ? source : text.freshName("tmp")
        var lines = isName ? [] : ["\(holder) = \(source)"]
        for item in items {
            let key = text.text(item.lowerBound)
            guard text.kind(item.lowerBound) == .word else {
                return advice("assign-form", start, end, "take each field: `a = r.a`")
            }
            if item.count == 1 {
                lines.append("\(key) = \(holder).\(key)")
            } else if text.text(item.lowerBound + 1) == ":", item.count == 3 {
                lines.append("\(text.text(item.lowerBound + 2)) = \(holder).\(key)")
            } else if text.text(item.lowerBound + 1) == "=" {
                let value = text.slice(item.lowerBound + 2, item.upperBound)
                lines.append("\(key) = \(holder).\(key) == null ? \(value) : \(holder).\(key)")
            } else {
                return advice("assign-form", start, end, "take each field: `a = r.a`")
            }
        }
        return replacing("assign-form", start, end, by: joined(lines, at: start))
    }

    /// `if let x = e {`, `if let Some(x) = e {`
    private func ifLet(_ start: Int, _ assign: Int) -> Idiom? {
        var name = text.text(assign - 1)
        if name == ")", text.partner[assign - 1] == assign - 3 { name = text.text(assign - 2) }
        let end = text.expressionEnd(assign + 1)
        guard LexicalText.isName(name), end > assign + 1 else { return nil }
        let value = text.slice(assign + 1, end)
        if text.text(start) == "while" {
            return advice("cond-expr", start, end, "assign inside the loop, and `break` at null")
        }
        let indent = text.indent(text.place(start))
        return replacing("cond-expr", start, end, by: "\(name) = \(value)\n\(indent)if \(name) != null")
    }

    /// A keyword as a variable: every bare use of it gets another name.
    private func keywordName(_ index: Int, _ start: Int) -> Idiom? {
        let word = text.text(index - 1)
        guard index == start + 1,
            [
                "in", "print", "call", "submit", "cancel", "not", "and", "or", "for", "if", "await", "else", "sleep",
                "start", "true", "false", "null",
            ].contains(word)
        else { return nil }
        let name = text.freshName(word + "_")
        let fixes = text.tokens.indices.filter { at in
            guard text.text(at) == word, text.text(at - 1) != ".", text.text(at + 1) != ":" else { return false }
            if at == start || text.text(at + 1) == "=" { return true }
            switch word {
            case "in", "and", "or": return !text.endsOperand(at - 1)
            case "print", "cancel", "for", "if": return text.statementStart[at] != at && !text.endsOperand(at - 1)
            case "sleep": return !["for", "until"].contains(text.text(at + 1))
            case "not", "await": return !text.startsOperand(at + 1) || text.isFirstOnLine(at + 1)
            default: return true
            }
        }.map { Fix(text.span($0, $0 + 1), name) }
        return edits(
            "keyword-name",
            start,
            index + 1,
            fixes,
            hint: "`\(word)` is a word of the language; call it `\(name)`"
        )
    }
}
