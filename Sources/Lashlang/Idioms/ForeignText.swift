internal import LashSyntax

/// A text as tokens of many languages, with its brackets matched and its statements told apart.
///
/// Token ranges are half-open. All of it is a guess, good enough for suggestions.
struct ForeignText {
    let source: SourceText
    let tokens: [ForeignToken]
    let comments: [Span]
    /// The other bracket of each bracket, -1 where there is none.
    private(set) var partner: [Int]
    /// The bracket around each token, -1 at top level.
    private(set) var parent: [Int]
    /// The first token of the statement that each token belongs to.
    private(set) var statementStart: [Int]
    /// Braces that hold statements.
    private(set) var blocks: Set<Int> = []
    /// Names that the text assigns or binds.
    private(set) var assigned: Set<String> = []

    init(_ source: SourceText) {
        let lexer = ForeignLexer(source)
        self.source = source
        tokens = lexer.tokens
        comments = lexer.comments
        partner = Array(repeating: -1, count: tokens.count)
        parent = Array(repeating: -1, count: tokens.count)
        statementStart = Array(repeating: 0, count: tokens.count)
        matchBrackets()
        findStatements()
        findNames()
    }

    var count: Int { tokens.count }

    /// The text of a token, empty beyond the ends.
    func text(_ index: Int) -> String { index >= 0 && index < tokens.count ? tokens[index].text : "" }

    func kind(_ index: Int) -> ForeignToken.Kind? { index >= 0 && index < tokens.count ? tokens[index].kind : nil }

    func isFirstOnLine(_ index: Int) -> Bool { index < 0 || index >= tokens.count || tokens[index].isFirstOnLine }

    func isGlued(_ index: Int) -> Bool { index > 0 && index < tokens.count && tokens[index].isGlued }

    /// The source from the first token of a range to the end of its last one.
    func slice(_ from: Int, _ to: Int) -> String {
        guard from < to, from >= 0, to <= tokens.count else { return "" }
        return source[Span(tokens[from].start, tokens[to - 1].end)]
    }

    func span(_ from: Int, _ to: Int) -> Span {
        from < to ? Span(tokens[from].start, tokens[to - 1].end) : Span(place(from), place(from))
    }

    /// Where a token begins; the end of the text for the one behind the last.
    func place(_ index: Int) -> Int { index < tokens.count ? tokens[index].start : source.bytes.count }

    /// The token at a byte offset, or the next one.
    func token(at offset: Int) -> Int {
        var (low, high) = (0, tokens.count)
        while low < high {
            let middle = (low + high) / 2
            if tokens[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The token that begins at a byte offset.
    func token(startingAt offset: Int) -> Int? {
        let index = token(at: offset)
        return index < tokens.count && tokens[index].start == offset ? index : nil
    }

    // MARK: Lines

    func lineStart(_ offset: Int) -> Int {
        var at = min(offset, source.bytes.count)
        while at > 0, source.bytes[at - 1] != 0x0A { at -= 1 }
        return at
    }

    /// The offset of the next line feed, or the end.
    func lineEnd(_ offset: Int) -> Int {
        var at = offset
        while at < source.bytes.count, source.bytes[at] != 0x0A { at += 1 }
        return at
    }

    /// The white space before the first token of a line.
    func indent(_ offset: Int) -> String {
        let start = lineStart(offset)
        var at = start
        while at < source.bytes.count, source.bytes[at] == 0x20 || source.bytes[at] == 0x09 { at += 1 }
        return source[Span(start, at)]
    }

    // MARK: Structure

    private mutating func matchBrackets() {
        var open: [Int] = []
        for index in tokens.indices {
            parent[index] = open.last ?? -1
            guard tokens[index].kind == .mark else { continue }
            switch tokens[index].text {
            case "(", "[", "{":
                open.append(index)
            case ")", "]", "}":
                let wanted = tokens[index].text == ")" ? "(" : tokens[index].text == "]" ? "[" : "{"
                guard let match = open.lastIndex(where: { tokens[$0].text == wanted }) else { continue }
                partner[open[match]] = index
                partner[index] = open[match]
                open.removeLast(open.count - match)
                parent[index] = open.last ?? -1
            default: break
            }
        }
    }

    static let blockHeads: Set<String> = [
        "if", "for", "while", "else", "unless", "until", "process", "fn", "function", "def", "func", "class", "struct",
        "switch", "match", "with", "elif", "elsif", "elseif", "try", "catch", "except", "finally", "loop", "do",
        "foreach", "interface", "impl", "async", "begin", "when", "case", "guard", "select", "fun", "sub", "repeat",
        "default", "enum",
    ]
    /// Words and marks after which a brace begins a record.
    private static let valueHeads: Set<String> = [
        "=", "(", "[", ",", ":", "?", "+", "==", "!=", "finish", "print", "return", "in", "and", "or", "not", "await",
        "of", "yield", "fail", "??", "||", "&&", "+=", ":=", "<-",
    ]

    private mutating func findStatements() {
        /// A level: its opener and whether statements stand in it, and the statement at hand.
        var levels: [(opener: Int, holdsStatements: Bool, start: Int)] = [(-1, true, -1)]
        for index in tokens.indices {
            let token = tokens[index]
            if partner[index] >= 0, partner[index] < index {
                while levels.count > 1, levels[levels.count - 1].opener != partner[index] { levels.removeLast() }
                if levels.count > 1 { levels.removeLast() }
                statementStart[index] = max(0, levels[levels.count - 1].start)
                continue
            }
            let level = levels.count - 1
            if levels[level].holdsStatements {
                if levels[level].start < 0 || beginsStatement(index, levels[level].start) {
                    levels[level].start = index
                }
            }
            let start = max(0, levels[level].start)
            statementStart[index] = start
            guard token.kind == .mark, partner[index] > index || ["(", "[", "{"].contains(token.text) else { continue }
            if partner[index] < 0 { continue }
            let isBlock = token.text == "{" && isBlock(index, start)
            if isBlock { blocks.insert(index) }
            levels.append((index, isBlock, isBlock ? -1 : start))
        }
    }

    private func isBlock(_ index: Int, _ start: Int) -> Bool {
        let before = text(index - 1)
        if before == "=>" || before == "->" { return !text(index + 1).isEmpty && text(index + 2) != ":" }
        if Self.valueHeads.contains(before), index > start { return false }
        if ["else", "do", "loop", "try", "finally", "begin", "then", "repeat"].contains(before) { return true }
        if Self.blockHeads.contains(text(start)), index > start { return true }
        if text(start) == "export" || text(start) == "pub", index > start {
            return Self.blockHeads.contains(text(start + 1))
        }
        return false
    }

    private func beginsStatement(_ index: Int, _ start: Int) -> Bool {
        let before = tokens[index - 1]
        let token = tokens[index]
        if before.text == ";" { return true }
        if before.text == "}", partner[index - 1] >= 0, blocks.contains(partner[index - 1]) {
            return !["else", "elif", "elsif", "elseif", "catch", "finally", "except", ")", ",", ";"].contains(
                token.text
            )
                && !(token.text == "while" && text(start) == "do")
        }
        guard token.isFirstOnLine else { return false }
        if continues(before) { return false }
        switch token.text {
        case "-", "[", "(", "*": return indent(token.start).utf8.count <= indent(tokens[start].start).utf8.count
        case "else": return text(start) != "if"
        case "{", "--", "++", "@", "...", "<", "!", "~", "$", "\\", "`", "|": return token.text != "|"
        case "and", "or", "in": return text(index + 1) == "="
        default: return token.kind != .mark
        }
    }

    /// A line cannot end with this token.
    private func continues(_ token: ForeignToken) -> Bool {
        switch token.kind {
        case .mark:
            return ![")", "]", "}", "?", ";", "++", "--", ":", ">", "!", "|"].contains(token.text)
        case .word: return ["and", "or", "not", "in", "await"].contains(token.text)
        default: return false
        }
    }

    private mutating func findNames() {
        for index in tokens.indices where tokens[index].kind == .word {
            let next = text(index + 1)
            let before = text(index - 1)
            if next == "=", before != ".", statementStart[index] == index || before == "let" {
                assigned.insert(tokens[index].text)
            } else if before == "for" || (before == "(" && text(index - 2) == "for") {
                assigned.insert(tokens[index].text)
            } else if next == ":", parent[index] >= 0, text(parent[index]) == "(" {
                assigned.insert(tokens[index].text)
            }
        }
    }

    // MARK: Statements and expressions

    /// The end of the statement that begins at `start`.
    func statementEnd(_ start: Int) -> Int {
        var at = start
        while at < tokens.count {
            if at > start, statementStart[at] == at || statementStart[at] < start { break }
            if tokens[at].text == ";" || (tokens[at].kind == .mark && [")", "]", "}"].contains(tokens[at].text)) {
                break
            }
            at = partner[at] > at ? partner[at] + 1 : at + 1
        }
        return at
    }

    /// The end of an expression that begins at `start`: a comma, a closer, a block, a modifier or the next statement.
    func expressionEnd(_ start: Int, stopping: Set<String> = []) -> Int {
        var at = start
        while at < tokens.count {
            let token = tokens[at]
            if at > start, statementStart[at] == at { break }
            if at > start, token.isFirstOnLine, token.kind == .word, !["and", "or"].contains(token.text) { break }
            if token.kind == .mark, [")", "]", "}", ",", ";"].contains(token.text) { break }
            if blocks.contains(at) || stopping.contains(token.text) { break }
            if at > start, token.kind == .word, ["for", "unless", "then", "do"].contains(token.text) { break }
            if at > start, token.kind == .word, token.text == "if", !stopping.contains("?if") { break }
            at = partner[at] > at ? partner[at] + 1 : at + 1
        }
        return at
    }

    /// The token is a value, or the end of one.
    func endsOperand(_ index: Int) -> Bool {
        guard index >= 0, index < tokens.count else { return false }
        switch tokens[index].kind {
        case .number, .string, .template: return true
        case .word: return !Self.nonOperands.contains(tokens[index].text) || text(index - 1) == "."
        case .mark: return [")", "]", "}", "?"].contains(tokens[index].text) && !blocks.contains(partner[index])
        }
    }

    /// A value may begin here.
    func startsOperand(_ index: Int) -> Bool {
        guard index >= 0, index < tokens.count else { return false }
        switch tokens[index].kind {
        case .number, .string, .template: return true
        case .word:
            return !Self.nonOperands.contains(tokens[index].text) || ["not", "await"].contains(tokens[index].text)
        case .mark: return ["(", "[", "{", "-", "!"].contains(tokens[index].text)
        }
    }

    static let nonOperands: Set<String> = [
        "if", "else", "for", "in", "and", "or", "not", "await", "while", "finish", "print", "return", "let", "cancel",
        "elif", "then", "do", "unless", "start", "fail", "yield", "wake",
    ]

    /// The first token of the value whose last token is `last`: names, fields, indexes and calls.
    func postfixStart(_ last: Int) -> Int {
        var at = last
        while at >= 0 {
            let token = tokens[at]
            if token.kind == .mark {
                if token.text == "?" || token.text == "!" {
                    at -= 1
                    continue
                }
                guard partner[at] >= 0, partner[at] < at else { return at + 1 }
                at = partner[at]
                if text(at) == "(" || text(at) == "[" {
                    // A call or an index goes on to the left, a group or a list ends here.
                    guard isGlued(at), at > 0, endsOperand(at - 1), kind(at - 1) != .number else { return at }
                    at -= 1
                    continue
                }
                return at
            }
            // A name, perhaps a field.
            if at > 0, [".", "?.", "::"].contains(text(at - 1)) {
                if at < 2 { return at }
                at -= 2
                continue
            }
            if token.kind == .string, at > 0, kind(at - 1) == .word, isGlued(at) { return at - 1 }
            return at
        }
        return 0
    }

    /// How tightly an operator of any language binds; 0 for what is none.
    func precedence(_ index: Int) -> Int {
        switch text(index) {
        case "?", ":", "?:": return kind(index) == .mark ? 1 : 0
        case "or", "||", "OR", "??": return 2
        case "and", "&&", "AND": return 3
        case "==", "!=", "<", "<=", ">", ">=", "===", "!==", "<>", "in", "is", "=~", "~=": return 4
        case "|", "&", "^", "<<", ">>": return 5
        case "+", "-": return 6
        case "*", "/", "%", "**", "mod", "div": return 7
        default: return 0
        }
    }

    /// The first token of the operand that ends before `index`, made of operators that bind at least as tightly.
    func operandStart(before index: Int, binding: Int) -> Int {
        var at = index
        while at > 0, endsOperand(at - 1) {
            at = postfixStart(at - 1)
            while at > 0, ["-", "!", "not", "await", "NOT", "+"].contains(text(at - 1)), isPrefix(at - 1) { at -= 1 }
            guard at > 0, precedence(at - 1) >= binding, precedence(at - 1) > 0, endsOperand(at - 2) else { break }
            if text(at - 2) == "not", text(at - 1) == "in" { at -= 1 }
            at -= 1
        }
        return at
    }

    private func isPrefix(_ index: Int) -> Bool {
        if ["not", "await", "!", "NOT"].contains(text(index)) { return true }
        return index == 0 || !endsOperand(index - 1)
    }

    /// The end of the operand that begins at `index`, made of operators that bind at least as tightly.
    func operandEnd(_ index: Int, binding: Int) -> Int {
        var at = index
        while at < tokens.count {
            while ["-", "!", "not", "await", "NOT", "+"].contains(text(at)) { at += 1 }
            guard at < tokens.count else { return at }
            at = postfixEnd(at)
            guard at < tokens.count, precedence(at) >= binding, precedence(at) > 0 else { break }
            if tokens[at].isFirstOnLine, tokens[at].text == "-" { break }
            at += 1
        }
        return at
    }

    /// The end of the value that begins at `index`.
    func postfixEnd(_ index: Int) -> Int {
        guard index < tokens.count else { return index }
        var at = partner[index] > index ? partner[index] + 1 : index + 1
        if kind(index) == .word, kind(at) == .string, isGlued(at) { at += 1 }
        while at < tokens.count {
            switch text(at) {
            case ".", "?.", "::":
                at += 2
            case "(", "[":
                guard isGlued(at), partner[at] > at else { return at }
                at = partner[at] + 1
            case "?":
                // A ternary has a value behind its mark.
                if startsOperand(at + 1), !isFirstOnLine(at + 1) { return at }
                at += 1
            default:
                return min(at, tokens.count)
            }
        }
        return min(at, tokens.count)
    }

    /// The items between a bracket and its partner, split at commas; an empty last item is left out.
    func items(_ open: Int, separator: String = ",") -> [Range<Int>] {
        guard partner[open] > open else { return [] }
        return split(open + 1, partner[open], at: separator)
    }

    /// A range of tokens, split at a mark outside of inner brackets.
    func split(_ from: Int, _ to: Int, at separator: String) -> [Range<Int>] {
        var result: [Range<Int>] = []
        var begin = from
        var at = from
        while at < to {
            if tokens[at].kind == .mark, tokens[at].text == separator {
                result.append(begin..<at)
                begin = at + 1
            }
            at = partner[at] > at ? min(partner[at] + 1, to) : at + 1
        }
        if begin < to || !result.isEmpty && separator != "," { result.append(begin..<to) }
        return result
    }

    /// The first token of a range that has a text, outside of inner brackets.
    func find(_ texts: Set<String>, _ from: Int, _ to: Int) -> Int? {
        var at = from
        while at < to {
            if texts.contains(tokens[at].text), tokens[at].kind == .mark || tokens[at].kind == .word { return at }
            at = partner[at] > at ? partner[at] + 1 : at + 1
        }
        return nil
    }

    /// A name that the text does not use, like `wanted`.
    func freshName(_ wanted: String) -> String {
        let used = Set(tokens.lazy.filter { $0.kind == .word }.map(\.text))
        if !used.contains(wanted) { return wanted }
        var number = 2
        while used.contains("\(wanted)\(number)") { number += 1 }
        return "\(wanted)\(number)"
    }

    /// The words with which the blocks around a token begin, from the innermost to the outermost.
    func headsAround(_ index: Int) -> [String] {
        var heads: [String] = []
        var at = index < tokens.count ? parent[index] : -1
        while at >= 0 {
            if blocks.contains(at) { heads.append(text(statementStart[at])) }
            at = parent[at]
        }
        return heads
    }
}
