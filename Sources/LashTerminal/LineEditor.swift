internal import CLibEdit

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Lines from the terminal, edited with libedit. There can be only one.
package final class LineEditor: LineSource {
    private let prompt: String
    private let historyPath: String?

    /// - Parameters:
    ///   - program: what the program is called in `~/.editrc`.
    ///   - prompt: stands before the first line of an input.
    package init(program: String, prompt: String, historyPath: String?, completions: @escaping () -> [String]) {
        self.prompt = prompt
        self.historyPath = historyPath
        candidates = completions
        // libedit decodes keys by the locale, and in the C locale refuses all that is not ASCII. Only the character type
        // is set: numbers must not change.
        setlocale(LC_CTYPE, "")
        if String(cString: nl_langinfo(CInt(CODESET))) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
        lash_edit_set_name(strdup(program))
        lash_edit_set_append_character(0)
        lash_edit_set_completion { text, _, _ in
            // No file names where nothing fits.
            lash_edit_set_completion_over(1)
            return rl_completion_matches(text, nextMatch)
        }
        using_history()
        stifle_history(1000)
        if let historyPath { read_history(historyPath) }
    }

    package func next(isContinued: Bool) -> Line {
        guard let raw = readline(isContinued ? "....> " : prompt) else {
            guard Interruption.take() else { return .end }
            // libedit leaves the cursor behind what was typed.
            _ = Files.writeAll("\n", to: STDOUT_FILENO)
            return .interrupted
        }
        defer { free(raw) }
        return Interruption.take() ? .interrupted : .text(String(cString: raw))
    }

    package func remember(_ input: String) { add_history(input) }

    /// Writes the history file. It is no loss that would be worth an error.
    package func saveHistory() {
        guard let historyPath else { return }
        if let slash = historyPath.lastIndex(of: "/") {
            try? Files.makeFolder(String(historyPath[..<slash]))
        }
        write_history(historyPath)
    }

    /// In the folder for state that the XDG specification names.
    package static func defaultHistoryPath(program: String) -> String? {
        if let folder = Console.environment("XDG_STATE_HOME"), folder.hasPrefix("/") {
            return folder + "/\(program)/history"
        }
        return Console.environment("HOME").map { $0 + "/.local/state/\(program)/history" }
    }
}

// libedit's callbacks are C functions and capture nothing; what they need is here. The REPL has one thread.
nonisolated(unsafe) private var candidates: () -> [String] = { [] }
nonisolated(unsafe) private var matches: [String] = []

/// Gives the matches one by one, in readline's way: state 0 begins, nil ends, and libedit frees each.
private func nextMatch(_ text: UnsafePointer<CChar>?, _ state: CInt) -> UnsafeMutablePointer<CChar>? {
    guard let text else { return nil }
    if state == 0 {
        let prefix = String(cString: text)
        matches = candidates().filter { $0.hasPrefix(prefix) }.reversed()
    }
    return matches.popLast().flatMap { strdup($0) }
}
