/// Tells the `?` of `c ? a : b` from the `?` after a value, in one pass over the tokens.
///
/// Within one bracket group, operands and operators alternate for as long as one expression lasts. Over such a run,
/// `?` and `:` match like brackets: a `:` completes the nearest open `?`, and what is open when the run ends was
/// never a ternary. The end of a run is cheap to see: a token that continues no expression, or a second operand.
struct QuestionMarks {
    private var kinds: [TokenKind]
    /// `?` tokens that still may get their `:`, of all open groups.
    private var open: [UInt32] = []
    /// Per open bracket: its token, and how many entries of `open` lie outside it.
    private var brackets: [UInt32] = []
    private var outside: [UInt32] = []
    /// The entries of `open` that belong to groups further out.
    private var base = 0
    /// Whether an operand has just ended.
    private var afterOperand = false

    /// Sets each `?` to `.ternary` or `.unwrap`, and marks the removed inline form of `start`.
    static func resolve(_ kinds: inout [TokenKind]) {
        var pass = QuestionMarks(kinds: kinds)
        kinds = []
        pass.run()
        kinds = pass.kinds
    }

    private init(kinds: [TokenKind]) { self.kinds = kinds }

    private mutating func endRun() {
        open.removeLast(open.count - base)
        afterOperand = false
    }

    /// An operand begins. Straight after another one, it begins the next statement.
    private mutating func operand() {
        if afterOperand { endRun() }
        afterOperand = true
    }

    private mutating func run() {
        var at = 0
        while kinds[at] != .endOfInput {
            at += step(at)
        }
    }

    /// Handles the token at `at` and returns how many tokens that took.
    private mutating func step(_ at: Int) -> Int {
        let kind = kinds[at]
        switch kind {
        case .unwrap, .ternary:
            guard afterOperand, kinds[at + 1].startsExpression else { return 1 }
            open.append(UInt32(truncatingIfNeeded: at))
            afterOperand = false
        case .colon:
            if open.count > base, let question = open.popLast() {
                kinds[Int(question)] = .ternary
                afterOperand = false
            } else {
                endRun()
            }
        case .dot:
            if kinds[at + 1].isKey {
                afterOperand = true
                if kinds[at + 2] == .leftParen { return openBracket(at + 2) + 2 }
                return 2
            }
            endRun()
        case .leftParen, .leftBracket, .leftBrace:
            // Only `[` continues an operand; calls are opened with the name before them.
            if kind != .leftBracket, afterOperand { endRun() }
            return openBracket(at)
        case .rightParen, .rightBracket, .rightBrace:
            closeBracket(at)
        case .not where afterOperand && kinds[at + 1] == .in:
            afterOperand = false
            return 2
        case .await, .not, .bang:
            if afterOperand { endRun() }
        case .minus:
            afterOperand = false
        case .wordSleep:
            if afterOperand { endRun() }
            if kinds[at + 1] == .for || kinds[at + 1] == .wordUntil { return 2 }
            afterOperand = true
        case .wordStart where kinds[at + 1].isIdentifier && kinds[at + 2] == .leftParen:
            operand()
            return openBracket(at + 2) + 2
        case .wordTypeLiteral where kinds[at + 1] == .leftBrace:
            operand()
            return openBracket(at + 1) + 1
        case _ where kind.isLeaf:
            operand()
            if kind.isIdentifier, kinds[at + 1] == .leftParen { return openBracket(at + 1) + 1 }
        case _ where kind.precedence > 0 && afterOperand:
            afterOperand = false
        default:
            endRun()
        }
        return 1
    }

    private mutating func openBracket(_ at: Int) -> Int {
        brackets.append(UInt32(truncatingIfNeeded: at))
        outside.append(UInt32(truncatingIfNeeded: base))
        base = open.count
        afterOperand = false
        return 1
    }

    private mutating func closeBracket(_ at: Int) {
        endRun()
        // Whatever the closed thing was, what follows cannot do worse than follow an operand.
        afterOperand = true
        guard let opener = brackets.popLast(), let outer = outside.popLast() else { return }
        base = Int(outer)
        let before = Int(opener) - 1
        if kinds[at] == .rightParen, before >= 0, kinds[before] == .wordStart, kinds[at + 1] == .leftBrace,
            before == 0 || kinds[before - 1] != .dot
        {
            kinds[before] = .wordInlineStart
        }
    }
}
