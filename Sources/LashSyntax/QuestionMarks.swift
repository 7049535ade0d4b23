/// Tells the `?` of `c ? a : b` from the `?` after a value, in one pass over the tokens.
///
/// Within one bracket group, operands and operators alternate for as long as one expression lasts. Over such a run,
/// `?` and `:` match like brackets: a `:` completes the nearest open `?`, and what is open when the run ends was
/// never a ternary. The end of a run is cheap to see: a token that continues no expression, or a second operand.
struct QuestionMarks {
    private var tokens: [Token]
    /// `?` tokens that still may get their `:`, of all open groups.
    private var open: [UInt32] = []
    /// Per open bracket: its token, and how many entries of `open` lie outside it.
    private var brackets: [(token: UInt32, outside: UInt32)] = []
    /// The entries of `open` that belong to groups further out.
    private var base = 0
    /// Whether an operand has just ended.
    private var afterOperand = false

    /// Sets each `?` to `.ternary` or `.unwrap`, and marks the removed inline form of `start`.
    static func resolve(_ tokens: inout [Token]) {
        var pass = QuestionMarks(tokens: tokens)
        tokens = []
        pass.run()
        tokens = pass.tokens
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    private func kind(_ position: Int) -> TokenKind { tokens[position].kind }

    private mutating func endRun() {
        while open.count > base { open.removeLast() }
        afterOperand = false
    }

    /// An operand begins. Straight after another one, it begins the next statement.
    private mutating func operand() {
        if afterOperand { endRun() }
        afterOperand = true
    }

    private mutating func run() {
        var at = 0
        while kind(at) != .endOfInput {
            at += step(at)
        }
    }

    /// Handles the token at `at` and returns how many tokens that took.
    private mutating func step(_ at: Int) -> Int {
        let kind = tokens[at].kind
        switch kind {
        case .unwrap, .ternary:
            guard afterOperand, tokens[at + 1].kind.startsExpression else { return 1 }
            open.append(UInt32(truncatingIfNeeded: at))
            afterOperand = false
        case .colon:
            if open.count > base, let question = open.popLast() {
                tokens[Int(question)].kind = .ternary
                afterOperand = false
            } else {
                endRun()
            }
        case .dot:
            if tokens[at + 1].kind.isKey {
                afterOperand = true
                if tokens[at + 2].kind == .leftParen { return openBracket(at + 2) + 2 }
                return 2
            }
            endRun()
        case .leftParen, .leftBracket, .leftBrace:
            // Only `[` continues an operand; calls are opened with the name before them.
            if kind != .leftBracket, afterOperand { endRun() }
            return openBracket(at)
        case .rightParen, .rightBracket, .rightBrace:
            closeBracket(at)
        case .not where afterOperand && tokens[at + 1].kind == .in:
            afterOperand = false
            return 2
        case .await, .not, .bang:
            if afterOperand { endRun() }
        case .minus:
            afterOperand = false
        case .wordSleep:
            if afterOperand { endRun() }
            if tokens[at + 1].kind == .for || tokens[at + 1].kind == .wordUntil { return 2 }
            afterOperand = true
        case .wordStart where tokens[at + 1].kind.isIdentifier && tokens[at + 2].kind == .leftParen:
            operand()
            return openBracket(at + 2) + 2
        case .wordTypeLiteral where tokens[at + 1].kind == .leftBrace:
            operand()
            return openBracket(at + 1) + 1
        case _ where kind.isLeaf:
            operand()
            if kind.isIdentifier, tokens[at + 1].kind == .leftParen { return openBracket(at + 1) + 1 }
        case _ where kind.precedence > 0 && afterOperand:
            afterOperand = false
        default:
            endRun()
        }
        return 1
    }

    private mutating func openBracket(_ at: Int) -> Int {
        brackets.append((UInt32(truncatingIfNeeded: at), UInt32(truncatingIfNeeded: base)))
        base = open.count
        afterOperand = false
        return 1
    }

    private mutating func closeBracket(_ at: Int) {
        endRun()
        // Whatever the closed thing was, what follows cannot do worse than follow an operand.
        afterOperand = true
        guard let (opener, outside) = brackets.popLast() else { return }
        base = Int(outside)
        let before = Int(opener) - 1
        if kind(at) == .rightParen, before >= 0, kind(before) == .wordStart, kind(at + 1) == .leftBrace,
            before == 0 || kind(before - 1) != .dot
        {
            tokens[before].kind = .wordInlineStart
        }
    }
}
