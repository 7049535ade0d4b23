/// What is wrong with a script.
public struct ScriptError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1.
    public var line: Int
    /// What is wrong there.
    public var message: String

    /// Place and reason.
    public var description: String { "line \(line): \(message)" }
}

extension ScriptedReply {
    /// The replies of a script.
    ///
    /// A line that begins with `%%` begins a reply; what follows up to the next one is its text. Before the first such line
    /// there may be the text of a first reply. After `%% reply` stand options, each as `name=value`:
    ///
    /// - `chunk=N`: pieces of N characters
    /// - `delay=N`: milliseconds before each piece
    /// - `usage=IN,OUT`: tokens of the request and of the answer
    /// - `stop=REASON`: `stop`, `output_limit`, `content_filter`, …
    /// - `cut=N`, `silence=N`, `restart=N`: after N pieces the connection breaks, nothing more comes, or the answer begins
    ///   again
    ///
    /// `%% thinking` begins what the model thinks before the reply that follows, and `%% error KIND MESSAGE` is a failure
    /// instead of a reply, such as `%% error rate_limit slow down`.
    public static func read(script: String) throws(ScriptError) -> [ScriptedReply] {
        var reader = ScriptReader()
        var number = 0
        for line in script.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            try reader.take(line, number)
        }
        return try reader.end(number)
    }
}

private struct ScriptReader {
    private enum Section {
        case start, reply, thinking
        /// After a reply that has no text.
        case failure
    }

    private var replies: [ScriptedReply] = []
    private var next = ScriptedReply("")
    private var section = Section.start
    private var lines: [Substring] = []

    mutating func take(_ line: Substring, _ number: Int) throws(ScriptError) {
        guard line.hasPrefix("%%") else { return lines.append(line) }
        try close(number)
        let words = line.dropFirst(2).split(whereSeparator: \.isWhitespace)
        switch words.first {
        case "reply":
            section = .reply
            for option in words.dropFirst() { try set(option, number) }
        case "thinking" where words.count == 1: section = .thinking
        case "error":
            guard words.count > 2, let kind = ModelError.Kind(rawValue: String(words[1])) else {
                let kinds = ModelError.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ScriptError(line: number, message: "expected `%% error KIND MESSAGE`, with a KIND of \(kinds)")
            }
            replies.append(.failure(ModelError(kind, words[2...].joined(separator: " "))))
            section = .failure
        default:
            throw ScriptError(line: number, message: "expected `%% reply`, `%% thinking` or `%% error`, not `\(line)`")
        }
    }

    mutating func end(_ number: Int) throws(ScriptError) -> [ScriptedReply] {
        if lines.last == "" { lines.removeLast() }
        try close(number)
        if section == .thinking { throw ScriptError(line: number, message: "a reply has to follow `%% thinking`") }
        return replies
    }

    /// Ends the section that the lines so far are of.
    private mutating func close(_ number: Int) throws(ScriptError) {
        let text = lines.joined(separator: "\n")
        lines = []
        let isBlank = text.allSatisfy(\.isWhitespace)
        switch section {
        case .start where isBlank: return
        case .start, .reply:
            next.text = text
            replies.append(next)
            next = ScriptedReply("")
        case .thinking: next.reasoning = text
        case .failure where isBlank: return
        case .failure: throw ScriptError(line: number, message: "there is text between `%% error` and the next `%%`")
        }
    }

    private mutating func set(_ option: Substring, _ number: Int) throws(ScriptError) {
        let parts = option.split(separator: "=", maxSplits: 1)
        let numbers = parts.count == 2 ? parts[1].split(separator: ",").compactMap { Int($0) }.filter { $0 >= 0 } : []
        switch (parts.first, numbers.count) {
        case ("chunk", 1) where numbers[0] > 0: next.chunking = .characters(numbers[0])
        case ("delay", 1): next.delay = .milliseconds(numbers[0])
        case ("usage", 2): next.usage = ModelUsage(input: numbers[0], output: numbers[1])
        case ("cut", 1):
            next.fault = .error(ModelError(.network, "the connection was lost"), afterPieces: numbers[0])
        case ("silence", 1): next.fault = .silence(afterPieces: numbers[0])
        case ("restart", 1): next.fault = .restart(afterPieces: numbers[0])
        case ("stop", 0):
            guard let reason = parts.last.flatMap({ ModelStopReason(rawValue: String($0)) }) else { fallthrough }
            next.stopReason = reason
        default: throw ScriptError(line: number, message: "`\(option)` is no option of a reply")
        }
    }
}
