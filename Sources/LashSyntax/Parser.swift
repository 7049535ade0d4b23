/// The parser gives up on a construct; the reason has been reported.
struct Abort: Error {}

/// Builds the flat tree from the tokens.
///
/// Recursive descent with one token of look-ahead, plus the look-ahead for assignments. Native recursion is bounded by
/// `SyntaxError.nestingLimit`; chains of operators, postfixes, prefixes and `else if` are loops.
struct Parser {
    var tree: SyntaxTables
    /// The next token.
    var at = 0
    /// Levels of nesting around the next token.
    var depth = 0
    /// `for` and `while` bodies around the next token.
    var loops = 0
    var insideProcess = false
    /// Whether `return` is a statement here: in a function, where the program does not use the word as a name.
    var returns = false
    /// Whether the text uses `return` as a name, once that was asked.
    var returnIsName: Bool?
    /// The top-level statements so far.
    var statements: [UInt32] = []
    /// Members of the lists that are not complete yet.
    var scratch: [UInt32] = []
    /// Left operands and operators that wait for their right operand, two entries each.
    var waiting: [UInt32] = []

    var diagnostics: [Diagnostic] = []
    /// No second error at or before this token.
    var lastReported = -1
    /// Failures so far, silent ones included. Bounds the cost of recovery.
    var failures = 0
    /// Blocks whose `{` is missing, so that their `}` is no mistake of its own.
    var missingBraces = 0
    /// The lexer could not say where strings end, so what the parser sees is not worth reporting.
    var isMuted = false
    /// Failures that were not reported because of `isMuted`.
    var muted = 0

    /// What no list position can be, and no token.
    static let none = WordList.empty

    init(_ source: SourceText) {
        let isTooLarge = source.bytes.count > SyntaxError.sourceLimit
        let lexer = Lexer(isTooLarge ? SourceText(bytes: [], name: source.name) : source)
        isMuted = lexer.isUnreadable
        diagnostics = lexer.errors.prefix(SyntaxError.limit).map { $0.error.diagnostic(at: $0.span) }
        if isTooLarge { diagnostics.append(SyntaxError.sourceTooLarge.diagnostic(at: nil)) }
        tree = SyntaxTables(source: source, tokens: lexer.tokens, symbols: lexer.symbols)
        // A node owns a token, so this is enough for any text; what is not used is never touched.
        let count = tree.tokenTable.count + 2 * SyntaxError.limit
        tree.nodeTable.reserveCapacity(count)
        tree.extra.reserveCapacity(count)
        // As much as most programs need: growing costs more.
        statements.reserveCapacity(16)
        scratch.reserveCapacity(32)
        waiting.reserveCapacity(8)
    }

    // MARK: Tokens

    var kind: TokenKind { kind(at: at) }

    func kind(at position: Int) -> TokenKind { tree.tokenTable[position].kind }

    /// The kind of the token `ahead` places further on.
    func kind(ahead: Int) -> TokenKind {
        let position = at + ahead
        return position < tree.tokenTable.count ? kind(at: position) : .endOfInput
    }

    var token: UInt32 { UInt32(truncatingIfNeeded: at) }

    /// Takes the next token, whatever it is.
    mutating func take() -> UInt32 {
        defer { at += 1 }
        return token
    }

    mutating func accept(_ wanted: TokenKind) -> Bool {
        guard kind == wanted else { return false }
        at += 1
        return true
    }

    @discardableResult
    mutating func expect(_ wanted: TokenKind) throws(Abort) -> UInt32 {
        guard kind == wanted else { throw missing("`\(wanted.spelling)`") }
        return take()
    }

    mutating func expectIdentifier() throws(Abort) -> UInt32 {
        guard kind.isIdentifier else { throw missing("identifier") }
        return take()
    }

    mutating func expectKey() throws(Abort) -> UInt32 {
        guard kind.isKey else { throw missing("identifier, string key, or keyword key") }
        if kind == .string { nameString(token) }
        return take()
    }

    /// Gives a string that is used as a name its symbol.
    mutating func nameString(_ token: UInt32) {
        tree.tokenTable[Int(token)].symbol = tree.symbols.symbol(tree.string(at: token))
    }

    // MARK: Nodes

    @inline(never)
    mutating func add(_ kind: NodeKind, _ main: UInt32, _ left: UInt32 = 0, _ right: UInt32 = 0) -> UInt32 {
        let node = UInt32(truncatingIfNeeded: tree.nodeTable.count)
        tree.nodeTable.append(Node(kind: kind, main: main, left: left, right: right))
        return node
    }

    /// Appends two words to `extra` and returns the position of the first.
    @inline(never)
    mutating func extra(_ first: UInt32, _ second: UInt32) -> UInt32 {
        let position = UInt32(truncatingIfNeeded: tree.extra.count)
        tree.extra.append(first)
        tree.extra.append(second)
        return position
    }

    /// The same with any number of words.
    @inline(never)
    mutating func extra(_ words: UInt32...) -> UInt32 {
        let position = UInt32(truncatingIfNeeded: tree.extra.count)
        tree.extra.append(contentsOf: words)
        return position
    }

    /// Turns the scratch entries from `mark` on into a list.
    @inline(never)
    mutating func list(_ mark: Int, closing: UInt32) -> UInt32 {
        let position = UInt32(truncatingIfNeeded: tree.extra.count)
        tree.extra.append(UInt32(truncatingIfNeeded: scratch.count - mark))
        tree.extra.append(closing)
        // Most lists are short: for them, ranges of arrays cost more than the members.
        for member in mark..<scratch.count { tree.extra.append(scratch[member]) }
        while scratch.count > mark { scratch.removeLast() }
        return position
    }

    // MARK: Nesting

    /// Enters one more level; whoever does, subtracts 1 from `depth` afterwards. Recovery restores it by itself.
    mutating func enter() throws(Abort) {
        if depth >= SyntaxError.nestingLimit { throw fail(.nestingTooDeep) }
        depth += 1
    }

    /// What recovery has to put back.
    struct Mark {
        var depth: Int
        var loops: Int
        var scratch: Int
        var waiting: Int
    }

    var mark: Mark { Mark(depth: depth, loops: loops, scratch: scratch.count, waiting: waiting.count) }

    mutating func restore(_ mark: Mark) {
        depth = mark.depth
        loops = mark.loops
        scratch.removeLast(scratch.count - mark.scratch)
        waiting.removeLast(waiting.count - mark.waiting)
    }
}
