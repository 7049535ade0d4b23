/// What a token is. The raw values are grouped so that the questions below are comparisons.
enum TokenKind: UInt8, Sendable {
    case endOfInput
    /// Bytes that form no token; the lexer has reported them.
    case invalid
    case number, string

    // Identifiers. All of these are plain names wherever the grammar gives them no other meaning.
    case identifier
    case wordLet, wordWhile, wordBreak, wordContinue, wordFinish, wordYield, wordWake, wordFail
    case wordType, wordProcess, wordTrigger, wordSignals
    case wordFn, wordReturn
    case wordLabel, wordTitle, wordDescription
    case wordStart, wordSleep, wordUntil, wordTypeLiteral, wordParallel, wordWaitSignal, wordSignalRun
    /// `start` before `(…) {`: a removed form. The lexer's second pass tells it from a call.
    case wordInlineStart
    case wordStr, wordInt, wordFloat, wordBool, wordDict, wordAny
    case wordList, wordEnum, wordProcessType, wordTriggerHandle

    // Hard keywords: never names, but usable as keys.
    case null, `true`, `false`
    case `if`, `else`, `for`, `in`, await, cancel, submit, print, call, and, or, not

    // Punctuation.
    case leftBrace, rightBrace, leftParen, rightParen, leftBracket, rightBracket
    case comma, colon, at, dot, bar
    /// `?` of `c ? a : b`.
    case ternary
    /// `?` after a value.
    case unwrap
    case assign, equal, bang, notEqual, less, lessEqual, greater, greaterEqual
    case barBar, ampersandAmpersand
    case plus, minus, star, slash, percent
    /// `in` directly after the `not` of `a not in b`. The parser makes it of the word.
    case notIn
}

extension TokenKind {
    /// A name, contextual words included.
    var isIdentifier: Bool { rawValue >= Self.identifier.rawValue && rawValue <= Self.wordTriggerHandle.rawValue }

    /// What may stand after `.` and before `:` in records, named arguments and object types.
    var isKey: Bool { self == .string || (rawValue >= Self.identifier.rawValue && rawValue <= Self.not.rawValue) }

    /// `null`, `true`, `false`, a number, a string or a name.
    var isLeaf: Bool {
        self == .number || self == .string
            || (rawValue >= Self.identifier.rawValue && rawValue <= Self.`false`.rawValue)
    }

    /// Whether an expression may begin here.
    var startsExpression: Bool {
        if isLeaf { return true }
        switch self {
        case .leftParen, .leftBracket, .leftBrace, .await, .minus, .bang, .not: return true
        default: return false
        }
    }

    /// `?` in either meaning.
    var isQuestion: Bool { self == .ternary || self == .unwrap }

    /// `)`, `]`, `}`
    var isCloser: Bool { self == .rightParen || self == .rightBracket || self == .rightBrace }

    /// `(`, `[`, `{`
    var isOpener: Bool { self == .leftParen || self == .leftBracket || self == .leftBrace }

    /// How tightly a binary operator binds, from 1; 0 for anything else.
    var precedence: UInt8 {
        switch self {
        case .or, .barBar: 1
        case .and, .ampersandAmpersand: 2
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .in, .notIn: 3
        case .plus, .minus: 4
        case .star, .slash, .percent: 5
        default: 0
        }
    }

    /// The text of punctuation; empty for tokens whose text varies and for words.
    var spelling: StaticString {
        switch self {
        case .leftBrace: "{"
        case .rightBrace: "}"
        case .leftParen: "("
        case .rightParen: ")"
        case .leftBracket: "["
        case .rightBracket: "]"
        case .comma: ","
        case .colon: ":"
        case .at: "@"
        case .dot: "."
        case .bar: "|"
        case .ternary, .unwrap: "?"
        case .assign: "="
        case .equal: "=="
        case .bang: "!"
        case .notEqual: "!="
        case .less: "<"
        case .lessEqual: "<="
        case .greater: ">"
        case .greaterEqual: ">="
        case .barBar: "||"
        case .ampersandAmpersand: "&&"
        case .plus: "+"
        case .minus: "-"
        case .star: "*"
        case .slash: "/"
        case .percent: "%"
        default: ""
        }
    }
}
