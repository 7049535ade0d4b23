internal import LashSyntax

/// A function value of another language.
struct ForeignClosure {
    var parameters: [String]
    /// The tokens of an expression, or of the statements between braces.
    var body: Range<Int>
    var isBlock: Bool
    /// The token behind it.
    var end: Int
}

extension IdiomFinder {
    /// `x => e`, `(x) => { … }`, `lambda x: e`, `|x| e`, `function(x) { … }`, `{ |x| e }`, `{ x in e }`, `x -> e`
    func closure(at start: Int, until limit: Int) -> ForeignClosure? {
        var at = start
        if text.text(at) == "async" || text.text(at) == "move" { at += 1 }
        if text.text(at) == "&", text.text(at + 1) == ":", text.kind(at + 2) == .word { return nil }
        switch text.text(at) {
        case "lambda":
            guard let colon = text.find([":"], at + 1, limit) else { return nil }
            return ForeignClosure(
                parameters: names(in: text.split(at + 1, colon, at: ",")),
                body: colon + 1..<limit,
                isBlock: false,
                end: limit
            )
        case "function", "func", "fn", "fun":
            let open = text.text(at + 1) == "(" ? at + 1 : at + 2
            guard text.text(open) == "(", text.partner[open] > open else { return nil }
            return closureBody(from: text.partner[open] + 1, names(in: text.items(open)), limit)
        case "|", "||":
            let isEmpty = text.text(at) == "||"
            guard let close = isEmpty ? at : (at + 1..<limit).first(where: { text.text($0) == "|" }) else { return nil }
            let parameters = isEmpty ? [] : names(in: text.split(at + 1, close, at: ","))
            return closureBody(from: close + 1, parameters, limit)
        case "(":
            guard text.partner[at] > at, text.partner[at] < limit, isArrow(text.partner[at] + 1) else { return nil }
            return closureBody(from: text.partner[at] + 2, names(in: text.items(at)), limit)
        case "{":
            return braceClosure(at)
        default:
            guard text.kind(at) == .word, isArrow(at + 1) else { return nil }
            return closureBody(from: at + 2, [text.text(at)], limit)
        }
    }

    private func isArrow(_ index: Int) -> Bool { text.text(index) == "=>" || text.text(index) == "->" }

    private func names(in items: [Range<Int>]) -> [String] {
        items.map { item in
            var at = item.lowerBound
            while ["&", "*", "const", "let", "mut", "var", "&&"].contains(text.text(at)), at + 1 < item.upperBound {
                at += 1
            }
            return text.text(at)
        }
    }

    private func closureBody(from start: Int, _ parameters: [String], _ limit: Int) -> ForeignClosure? {
        guard start < limit else { return nil }
        var open = start
        // A declared result: `(x): number => …`, `func(x int) int { … }`.
        while open < limit, text.text(open) != "{", text.text(start) != "{", isTypeLike(open) { open += 1 }
        if open >= limit || text.text(open) != "{" { open = start }
        if text.text(open) == "{", text.partner[open] > open, !isRecord(open) {
            return ForeignClosure(
                parameters: parameters,
                body: open + 1..<text.partner[open],
                isBlock: true,
                end: text.partner[open] + 1
            )
        }
        return ForeignClosure(parameters: parameters, body: start..<limit, isBlock: false, end: limit)
    }

    private func isTypeLike(_ index: Int) -> Bool {
        Self.typeWords.contains(text.text(index)) || [":", "->", "<", ">"].contains(text.text(index))
    }

    /// Braces that hold `key: value`.
    func isRecord(_ open: Int) -> Bool {
        if text.partner[open] == open + 1 { return true }
        return (text.kind(open + 1) == .word || text.kind(open + 1) == .string) && text.text(open + 2) == ":"
    }

    /// `{ |x| e }`, `{ x in e }`, `{ x -> e }`, `{ $0 }`, `{ it }`
    private func braceClosure(_ open: Int) -> ForeignClosure? {
        let close = text.partner[open]
        guard close > open + 1 else { return nil }
        if text.text(open + 1) == "|", let bar = (open + 2..<close).first(where: { text.text($0) == "|" }) {
            let parameters = names(in: text.split(open + 2, bar, at: ","))
            return ForeignClosure(parameters: parameters, body: bar + 1..<close, isBlock: true, end: close + 1)
        }
        if let arrow = text.find(["in", "->", "=>"], open + 1, min(close, open + 6)), arrow > open + 1,
            text.split(open + 1, arrow, at: ",").allSatisfy({ $0.count == 1 })
        {
            let parameters = names(in: text.split(open + 1, arrow, at: ","))
            return ForeignClosure(parameters: parameters, body: arrow + 1..<close, isBlock: true, end: close + 1)
        }
        if (open + 1..<close).contains(where: { text.text($0) == "it" && text.kind($0) == .word }) {
            return ForeignClosure(parameters: ["it"], body: open + 1..<close, isBlock: true, end: close + 1)
        }
        return nil
    }

    /// What a closure gives, where it is one expression.
    func expression(of closure: ForeignClosure) -> Range<Int>? {
        var (from, to) = (closure.body.lowerBound, closure.body.upperBound)
        if from < to, text.text(from) == "return" { from += 1 }
        while from < to, text.text(to - 1) == ";" { to -= 1 }
        guard from < to else { return nil }
        if !closure.isBlock {
            // `=> ({ … })`
            if text.text(from) == "(", text.partner[from] == to - 1, text.text(from + 1) == "{" {
                return from + 1..<to - 1
            }
            return from..<to
        }
        for at in from..<to
        where text.text(at) == ";" || text.text(at) == "=" || (at > from && text.statementStart[at] == at) {
            return nil
        }
        if ["if", "for", "while", "print", "let", "const", "var"].contains(text.text(from)) { return nil }
        return from..<to
    }

    /// The text of tokens with some names replaced.
    func substituted(_ range: Range<Int>, _ replacements: [String: String]) -> String {
        guard !range.isEmpty else { return "" }
        var result = ""
        var place = text.place(range.lowerBound)
        for at in range where text.kind(at) == .word && text.text(at - 1) != "." {
            guard let replacement = replacements[text.text(at)] else { continue }
            if text.text(at + 1) == ":", text.parent[at] >= 0, text.text(text.parent[at]) == "{" { continue }
            result += text.source[Span(place, text.place(at))] + replacement
            place = text.tokens[at].end
        }
        return result + text.source[Span(place, text.tokens[range.upperBound - 1].end)]
    }

    // MARK: Declared functions

    static let functionWords: Set<String> = ["def", "function", "func", "fun", "sub", "fn", "defun", "method"]

    /// `def f(x):`, `function f(x) {`, `func f(x int) int {`, `async function f() {`, `fn f(x: i32) -> i32 {`
    func functionIdiom(_ index: Int) -> Idiom? {
        guard text.statementStart[index] == index else { return nil }
        var word = index
        while ["async", "export", "default", "pub", "public", "static", "private", "suspend", "override"].contains(
            text.text(word)
        ) {
            word += 1
        }
        guard Self.functionWords.contains(text.text(word)), text.kind(word + 1) == .word else { return nil }
        let name = word + 1
        var open = name + 1
        if text.text(open) == "<", let close = text.find([">"], open, min(text.count, open + 8)) { open = close + 1 }
        // Ruby: `def f x` and `def f`.
        guard text.text(open) == "(", text.partner[open] > open else { return nil }
        let close = text.partner[open]
        guard let parameters = parameterNames(open) else { return nil }
        var bodyStart = close + 1
        while bodyStart < text.count, !text.isFirstOnLine(bodyStart),
            !["{", ":"].contains(text.text(bodyStart)) || isResultColon(bodyStart, close)
        {
            bodyStart += 1
        }
        let isAsync = text.slice(index, word + 1).contains("async")
        return declared(index, word, name, parameters, close, bodyStart, isAsync)
    }

    /// The colon of `f(x): number {`.
    private func isResultColon(_ index: Int, _ close: Int) -> Bool {
        index == close + 1 && text.text(index) == ":" && !text.isFirstOnLine(index + 1)
            && (Self.typeWords.contains(text.text(index + 1)) || text.text(index + 1) == "Promise")
    }

    private func parameterNames(_ open: Int) -> [String]? {
        var result: [String] = []
        for item in text.items(open) where !item.isEmpty {
            var at = item.lowerBound
            while ["&", "*", "mut", "const", "..."].contains(text.text(at)), at + 1 < item.upperBound { at += 1 }
            // C and Java put the type first.
            if item.count == 2, Self.typeWords.contains(text.text(at)), text.kind(at + 1) == .word,
                !Self.typeWords.contains(text.text(at + 1))
            {
                at += 1
            }
            let name = text.text(at)
            if name == "self" || name == "this" { continue }
            guard LexicalText.isName(name) else { return nil }
            result.append(name)
        }
        return result
    }

    private func declared(
        _ index: Int,
        _ word: Int,
        _ name: Int,
        _ parameters: [String],
        _ close: Int,
        _ bodyStart: Int,
        _ isAsync: Bool
    ) -> Idiom? {
        let nameText = text.text(name)
        var fixes: [Fix] = []
        var body = 0..<0
        var isFinished = false
        if text.text(bodyStart) == "{", text.partner[bodyStart] > bodyStart {
            body = bodyStart + 1..<text.partner[bodyStart]
        } else if text.text(bodyStart) == ":", let block = colonBlock(bodyStart, header: index) {
            body = block.body
            fixes = block.fixes.filter { $0.span.start != text.place(bodyStart) }
        } else if let end = endBlock(from: index, bodyStart: bodyStart) {
            body = bodyStart..<end
            fixes = [Fix(text.span(end, end + 1), "}")]
            isFinished = true
        } else {
            return nil
        }
        let needsProcess = isAsync || hasEffects(body)
        let list = parameters.map { "\($0): any" }.joined(separator: ", ")
        let head = needsProcess ? "process \(nameText)(\(list))" : "fn \(nameText)(\(list)) -> any"
        // Already as it should be.
        if text.text(index) == "fn", text.text(bodyStart) == "{", !needsProcess, index == word {
            let types = close + 1 < bodyStart && isKnownHead(name, bodyStart)
            if types { return nil }
        }
        if isFinished || text.isFirstOnLine(bodyStart) {
            fixes.append(Fix(text.span(index, close + 1), head + " {"))
        } else {
            fixes.append(Fix(Span(text.place(index), text.tokens[bodyStart].end), head + " {"))
        }
        if needsProcess {
            fixes += body.filter { text.text($0) == "return" && text.kind($0) == .word }.map {
                Fix(text.span($0, $0 + 1), "finish")
            }
        }
        if !needsProcess, !body.isEmpty, !(body.contains { text.text($0) == "return" }), let only = lastExpression(body)
        {
            fixes.append(Fix(Span(text.place(only), text.place(only)), "return "))
        }
        return edits(
            "function",
            index,
            bodyStart + 1,
            fixes,
            hint: "functions are declared as " + Self.writeHint(head + " { return … }").dropFirst(6)
        )
    }

    /// A body that is one expression, as Rust and Ruby return it.
    private func lastExpression(_ body: Range<Int>) -> Int? {
        guard
            let last = body.last(where: {
                text.statementStart[$0] == $0 && text.parent[$0] == text.parent[body.lowerBound]
            })
        else { return nil }
        if text.kind(last) == .word, ForeignText.blockHeads.contains(text.text(last)) || text.text(last) == "print" {
            return nil
        }
        if text.find(["="], last, min(text.statementEnd(last), body.upperBound)) != nil { return nil }
        return last
    }

    private func hasEffects(_ body: Range<Int>) -> Bool {
        body.contains { at in
            ["await", "print", "console", "println", "puts", "echo", "start", "sleep"].contains(text.text(at))
                || (moduleRoots.contains(text.text(at)) && text.text(at + 1) == ".")
        }
    }

    /// Every type between `name` and the body is one of the language.
    private func isKnownHead(_ name: Int, _ body: Int) -> Bool {
        guard text.text(text.partner[name + 1] + 1) == "->" else { return false }
        for item in text.items(name + 1) where text.text(item.lowerBound + 1) != ":" { return false }
        return (name + 1..<body).allSatisfy { at in
            text.kind(at) != .word || text.text(at - 1) == "(" || text.text(at - 1) == ","
                || !Self.typeWords.contains(text.text(at))
                || ["int", "float", "str", "bool", "any", "dict", "list"].contains(text.text(at))
        }
    }

    /// `const f = (x) => e`, `f = lambda x: e`
    func arrowDeclaration(_ start: Int, _ name: Int, _ end: Int) -> Idiom? {
        guard text.text(name + 1) == "=" else { return nil }
        guard let closure = closure(at: name + 2, until: end), closure.end == end || text.text(closure.end) == ";"
        else { return nil }
        if text.text(name + 2) == "{" { return nil }
        guard closure.parameters.allSatisfy(LexicalText.isName) else { return nil }
        let isProcess = hasEffects(closure.body)
        let list = closure.parameters.map { "\($0): any" }.joined(separator: ", ")
        let head = isProcess ? "process \(text.text(name))(\(list))" : "fn \(text.text(name))(\(list)) -> any"
        let word = isProcess ? "finish" : "return"
        var body: String
        if let expression = expression(of: closure) {
            body = "\(word) \(text.slice(expression.lowerBound, expression.upperBound))"
        } else {
            body = text.slice(closure.body.lowerBound, closure.body.upperBound)
            if isProcess { body = substituted(closure.body, ["return": "finish"]) }
        }
        return replacing("lambda", start, end, by: "\(head) { \(body) }")
    }
}
