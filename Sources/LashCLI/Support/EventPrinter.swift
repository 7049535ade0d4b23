import LashAgent
import LashTerminal
import Lashlang
import Synchronization

/// Shows what happens in a turn to whoever sits at the terminal.
final class EventPrinter: TurnEventSink {
    /// What is shown.
    struct Style: Sendable {
        /// Prose goes to standard output as it is written.
        var showsProse: Bool
        /// Tools and retries are told of on standard error.
        var showsProgress: Bool
        /// Every call of the model is told of on standard error.
        var showsSteps = false
        /// Blocks and what they print are shown on standard error.
        var showsCode: Bool
        var usesColor: Bool
    }

    private struct State {
        var prose = ""
        var isInLine = false
        var isInCode = false
        var problem: CommandFailure?
    }

    private let style: Style
    private let state = Mutex(State())

    init(_ style: Style) { self.style = style }

    /// The prose since the last call of the model began, as it was shown.
    var prose: String { state.withLock { $0.prose } }

    /// Why something could not be shown.
    var problem: CommandFailure? { state.withLock { $0.problem } }

    func receive(_ activity: TurnActivity) async {
        switch activity.event {
        case .modelRequestStarted(let iteration):
            endLine()
            state.withLock { $0.prose = "" }
            if style.showsSteps { note("[thinking] step \(iteration + 1)") }
        case .prose(let text): if style.showsProse { write(text) }
        case .streamReset:
            endLine()
            state.withLock { $0.prose = "" }
        case .code(let text): if style.showsCode { write(code: text) }
        case .blockCompleted(let summary):
            if style.showsCode, !summary.output.isEmpty { dim(summary.output + "\n") }
            if style.showsCode, let error = summary.error { dim(error + "\n") }
        case .toolCallCompleted(let call):
            let time = Readable.time(nanoseconds: Int(call.milliseconds * 1_000_000))
            if style.showsProgress { note("[tool] \(call.name) · \(call.status.rawValue) · \(time)") }
        case .retry(let retry):
            let wait = Readable.time(nanoseconds: Int(retry.wait / .nanoseconds(1)))
            if style.showsProgress {
                note(
                    "[retry] \(retry.wait == .zero ? "at once" : "in \(wait)") · attempt \(retry.attempt)/\(retry.maximumAttempts) · \(retry.reason)"
                )
            }
        case .plugin(id: "mcp", .custom(name: "mcp.servers", let servers)): complain(of: servers)
        default: break
        }
    }

    /// Tells of MCP servers that cannot be used.
    private func complain(of servers: Value) {
        guard case .list(let servers) = servers else { return }
        for case .record(let server) in servers {
            guard case .string(let name)? = server["name"], case .string(let error)? = server["error"],
                server["state"] == "failed"
            else { continue }
            endLine()
            Console.writeError(Terminal.harmless("warning: MCP server `\(name)`: \(error)\n"))
        }
    }

    /// Ends the line that prose or code has left open.
    func endLine() {
        let (line, code) = state.withLock { state in
            defer { (state.isInLine, state.isInCode) = (false, false) }
            return (state.isInLine, state.isInCode)
        }
        if line { out("\n") }
        if code { Console.writeError(style.usesColor ? "\u{1B}[0m\n" : "\n") }
    }

    private func write(_ text: String) {
        state.withLock { state in
            state.prose += text
            state.isInLine = !state.prose.hasSuffix("\n")
        }
        out(Terminal.harmless(text))
    }

    private func write(code: String) {
        endProse()
        let begins = state.withLock { state in
            defer { state.isInCode = true }
            return !state.isInCode
        }
        if begins, style.usesColor { Console.writeError("\u{1B}[2m") }
        Console.writeError(Terminal.harmless(code))
    }

    private func endProse() {
        let isOpen = state.withLock { state in
            defer { state.isInLine = false }
            return state.isInLine
        }
        if isOpen { out("\n") }
    }

    private func note(_ text: String) {
        endLine()
        dim(text + "\n")
    }

    private func dim(_ text: String) {
        endLine()
        let text = Terminal.harmless(text)
        Console.writeError(style.usesColor ? "\u{1B}[2m\(text)\u{1B}[0m" : text)
    }

    private func out(_ text: String) {
        do throws(CommandFailure) { try Console.write(text) } catch {
            state.withLock { $0.problem = $0.problem ?? error }
        }
    }
}

/// What a terminal is given that models have written.
enum Terminal {
    /// The text without the characters that command terminals.
    static func harmless(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x09 }) { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl =
                scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || (0x7F...0x9F).contains(scalar.value)
            result.append(isControl ? "\u{FFFD}" : scalar)
        }
        return String(result)
    }
}
