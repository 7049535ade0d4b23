/// The words that the lexer knows, looked up by length and packed bytes.
struct Words {
    private struct Entry {
        var packed: UInt128
        var kind: TokenKind
    }

    private let byLength: [[Entry]]

    static let shared = Words()

    private init() {
        var byLength = [[Entry]](repeating: [], count: 17)
        for (word, kind) in Self.all {
            var packed: UInt128 = 0
            for byte in word.utf8 { packed = packed << 8 | UInt128(byte) }
            byLength[word.utf8.count].append(Entry(packed: packed, kind: kind))
        }
        self.byLength = byLength
    }

    /// The kind of the identifier in `bytes`.
    func kind(of bytes: UnsafeBufferPointer<UInt8>, from start: Int, to end: Int) -> TokenKind {
        let length = end - start
        guard length < byLength.count, !byLength[length].isEmpty else { return .identifier }
        var packed: UInt128 = 0
        for at in start..<end { packed = packed << 8 | UInt128(bytes[at]) }
        for entry in byLength[length] where entry.packed == packed { return entry.kind }
        return .identifier
    }

    private static let all: [(String, TokenKind)] = [
        ("if", .if), ("else", .else), ("for", .for), ("in", .in), ("await", .await), ("cancel", .cancel),
        ("submit", .submit), ("print", .print), ("call", .call), ("and", .and), ("or", .or), ("not", .not),
        ("true", .true), ("false", .false), ("null", .null),
        ("let", .wordLet), ("while", .wordWhile), ("break", .wordBreak), ("continue", .wordContinue),
        ("finish", .wordFinish), ("yield", .wordYield), ("wake", .wordWake), ("fail", .wordFail),
        ("type", .wordType), ("process", .wordProcess), ("trigger", .wordTrigger), ("signals", .wordSignals),
        ("fn", .wordFn), ("return", .wordReturn),
        ("label", .wordLabel), ("title", .wordTitle), ("description", .wordDescription),
        ("start", .wordStart), ("sleep", .wordSleep), ("until", .wordUntil), ("Type", .wordTypeLiteral),
        ("parallel", .wordParallel), ("wait_signal", .wordWaitSignal), ("signal_run", .wordSignalRun),
        ("str", .wordStr), ("string", .wordStr), ("int", .wordInt), ("integer", .wordInt),
        ("float", .wordFloat), ("number", .wordFloat), ("bool", .wordBool), ("boolean", .wordBool),
        ("dict", .wordDict), ("object", .wordDict), ("any", .wordAny),
        ("list", .wordList), ("enum", .wordEnum), ("Process", .wordProcessType),
        ("TriggerHandle", .wordTriggerHandle),
    ]
}
