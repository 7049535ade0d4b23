import CLibEdit

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Lines from the terminal, edited with libedit. There can be only one.
final class LineEditor: LineSource {
    private let historyPath: String?

    init(historyPath: String?, completions: @escaping () -> [String]) {
        self.historyPath = historyPath
        candidates = completions
        // libedit decodes keys by the locale, and in the C locale refuses all that is not ASCII. Only the character type
        // is set: numbers must not change.
        setlocale(LC_CTYPE, "")
        if String(cString: nl_langinfo(CInt(CODESET))) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
        lash_edit_set_name(strdup("lashlang"))
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

    func next(isContinued: Bool) -> Line {
        guard let raw = readline(isContinued ? "....> " : "lash> ") else {
            guard Interruption.take() else { return .end }
            // libedit leaves the cursor behind what was typed.
            _ = Files.writeAll("\n", to: STDOUT_FILENO)
            return .interrupted
        }
        defer { free(raw) }
        return Interruption.take() ? .interrupted : .text(String(cString: raw))
    }

    func remember(_ input: String) { add_history(input) }

    /// Writes the history file. It is no loss that would be worth an error.
    func saveHistory() {
        guard let historyPath else { return }
        if let slash = historyPath.lastIndex(of: "/") {
            try? Files.makeFolder(String(historyPath[..<slash]))
        }
        write_history(historyPath)
    }

    /// In the folder for state that the XDG specification names.
    static var defaultHistoryPath: String? {
        if let folder = Console.environment("XDG_STATE_HOME"), folder.hasPrefix("/") {
            return folder + "/lashlang/history"
        }
        return Console.environment("HOME").map { $0 + "/.local/state/lashlang/history" }
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
