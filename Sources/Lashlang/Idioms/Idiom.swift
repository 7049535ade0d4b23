internal import LashSyntax

/// A habit of another language that a text shows, and what to write in its place.
struct Idiom {
    /// The class of habits that it belongs to.
    var name: String
    var hint: String
    /// Replacements that belong together; empty where nobody but the writer can tell what is meant.
    var fixes: [Fix]
    /// The bytes within which an error may be due to it.
    var reach: Span
}

/// Finds habits in a text that has an error. Nothing here is asked about programs without one.
struct IdiomFinder {
    let text: ForeignText
    let environment: HostEnvironment
    /// The names with which the paths of the host's modules begin.
    let moduleRoots: Set<String>
    /// Walks along tokens that may still be made; bounds the time whatever the text.
    var budget = 4_000

    /// Texts beyond this are not looked at.
    static let sizeLimit = 65_536

    init?(_ source: SourceText, environment: HostEnvironment) {
        // Habits are looked for in repaired text, whose places are others where something had to be repaired.
        guard source.bytes.count <= Self.sizeLimit, String(validating: source.bytes, as: UTF8.self) != nil else {
            return nil
        }
        text = ForeignText(source)
        self.environment = environment
        moduleRoots = Set(environment.catalog.modules.map { module in String(module.path.prefix { $0 != "." }) })
    }

    // MARK: Making idioms

    /// Tokens that are replaced by another text.
    func replacing(_ name: String, _ from: Int, _ to: Int, by replacement: String, hint: String? = nil) -> Idiom {
        let span = text.span(from, to)
        return Idiom(
            name: name,
            hint: hint ?? Self.writeHint(replacement),
            fixes: [Fix(span, replacement)],
            reach: reach(from, to)
        )
    }

    /// Several replacements at once.
    func edits(_ name: String, _ from: Int, _ to: Int, _ fixes: [Fix], hint: String) -> Idiom {
        Idiom(
            name: name,
            hint: hint,
            fixes: fixes.sorted { ($0.span.start, $0.span.end) < ($1.span.start, $1.span.end) },
            reach: reach(from, to)
        )
    }

    func advice(_ name: String, _ from: Int, _ to: Int, _ hint: String) -> Idiom {
        Idiom(name: name, hint: hint, fixes: [], reach: reach(from, to))
    }

    /// From the first token of a range to the end of its line and of the token behind it.
    private func reach(_ from: Int, _ to: Int) -> Span {
        let start = from < text.count ? text.tokens[from].start : text.source.bytes.count
        let last = min(max(to, from + 1), text.count) - 1
        guard last >= 0 else { return Span(start, start) }
        let behind = to < text.count ? text.tokens[to].end : text.source.bytes.count + 1
        return Span(start, max(behind, text.lineEnd(text.tokens[last].end) + 1))
    }

    static let hintLimit = 110

    /// `write …`, on one line and not too long.
    static func writeHint(_ replacement: String) -> String {
        let lines = replacement.split(separator: "\n").map { trimmed(String($0)) }.filter { !$0.isEmpty }
        var shown = ""
        for line in lines {
            if shown.isEmpty || shown.hasSuffix("{") || line.hasPrefix("}") {
                shown += shown.isEmpty ? line : " " + line
            } else {
                shown += "; " + line
            }
        }
        if shown.unicodeScalars.count > hintLimit { shown = String(shown.prefix(hintLimit)) + "…" }
        return shown.isEmpty ? "leave it out" : "write `\(shown)`"
    }

    static func trimmed(_ text: String) -> String {
        var scalars = text[...]
        while let first = scalars.first, first.isWhitespace { scalars.removeFirst() }
        while let last = scalars.last, last.isWhitespace { scalars.removeLast() }
        return String(scalars)
    }

    /// An expression in place of the tokens of a range: in parentheses where its neighbours would tear it apart.
    func fitted(_ expression: String, _ from: Int, _ to: Int) -> String {
        let before = text.text(from - 1)
        let isFree =
            from == 0 || text.statementStart[min(from, text.count - 1)] == from
            || [
                "=", "(", "[", ",", ":", "{", "finish", "print", "return", "?", ":=", "if", "while", "in", "fail",
                "yield",
            ]
            .contains(before)
        let after = text.text(to)
        let ends =
            to >= text.count || text.statementStart[to] == to || [")", "]", "}", ",", ";", ":", "for"].contains(after)
            || text.blocks.contains(to) || (text.isFirstOnLine(to) && text.kind(to) == .word)
        // A condition that is itself a condition would bind to what follows it.
        return isFree && ends ? expression : "(\(expression))"
    }

    /// An operand as a receiver or operand of a tight operator.
    func grouped(_ from: Int, _ to: Int) -> String {
        let slice = text.slice(from, to)
        return text.postfixEnd(from) >= to ? slice : "(\(slice))"
    }

    /// Whether an expression has an operator outside of brackets.
    func hasOperator(_ from: Int, _ to: Int) -> Bool {
        var at = from
        while at < to {
            if text.precedence(at) > 0, at > from { return true }
            at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
        }
        return false
    }

    /// Lines before the statement that a token belongs to, indented like it.
    func hoist(_ lines: [String], before index: Int) -> Fix? {
        let start = text.statementStart[index]
        if ["while", "elif", "elsif"].contains(text.text(start)) { return nil }
        if start > 0, text.text(start - 1) == "else" { return nil }
        let place = text.place(start)
        if text.isFirstOnLine(start) {
            let indent = text.indent(place)
            return Fix(Span(place, place), lines.map { $0 + "\n" + indent }.joined())
        }
        return Fix(Span(place, place), lines.map { $0 + "; " }.joined())
    }

    // MARK: Finding

    /// What is wrong at a place, by the habit that most likely explains it.
    mutating func find(for diagnostic: Diagnostic) -> Idiom? {
        if diagnostic.stage == .parse, let idiom = textIdiom(diagnostic) { return idiom }
        let place = diagnostic.span?.start ?? 0
        if diagnostic.stage == .runtime, let idiom = runtimeIdiom(diagnostic) { return idiom }
        if diagnostic.stage == .link, let idiom = linkIdiom(diagnostic) { return idiom }
        var before: Idiom?
        let isExact = diagnostic.stage != .parse
        for index in text.tokens.indices {
            guard budget > 0 else { break }
            let token = text.tokens[index]
            // What stands far behind the error is not its cause.
            if token.start > place, before != nil || isExact, token.isFirstOnLine { break }
            guard let idiom = idiom(at: index) else { continue }
            if idiom.reach.start <= place, idiom.reach.end > place { return idiom }
            if idiom.reach.start <= place || before == nil { before = idiom }
            budget -= 20
        }
        if isExact, diagnostic.stage == .runtime, diagnostic.message.hasPrefix("unknown name"),
            let index = text.token(startingAt: place)
        {
            return prose(at: index)
        }
        return isExact ? nil : before
    }

    /// The habit that shows at a token, in the order from the certain to the likely.
    mutating func idiom(at index: Int) -> Idiom? {
        budget -= 1
        switch text.tokens[index].kind {
        case .word: return wordIdiom(index)
        case .mark: return markIdiom(index)
        case .string: return stringIdiom(index)
        case .template: return templateIdiom(index)
        case .number: return numberIdiom(index)
        }
    }

    private mutating func wordIdiom(_ index: Int) -> Idiom? {
        declarationIdiom(index) ?? functionIdiom(index) ?? headIdiom(index) ?? statementWordIdiom(index)
            ?? operatorWordIdiom(index) ?? callIdiom(index) ?? nameIdiom(index)
    }

    private mutating func markIdiom(_ index: Int) -> Idiom? {
        switch text.text(index) {
        case "+=", "-=", "*=", "/=", "%=", "**=", "??=", "||=", "&&=", "<<=", ">>=", "^=", "|=", "&=", "++", "--", ":=",
            "=":
            return assignmentIdiom(index)
        case "[": return bracketIdiom(index)
        case "{": return recordIdiom(index)
        case ".", "?.": return methodIdiom(index) ?? markOperatorIdiom(index)
        case ":": return annotationIdiom(index) ?? markOperatorIdiom(index)
        default: return markOperatorIdiom(index)
        }
    }
}
