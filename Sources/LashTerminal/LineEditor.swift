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
    private var latest: String?

    /// - Parameters:
    ///   - program: what the program is called in `~/.editrc`.
    ///   - prompt: stands before the first line of an input.
    ///   - complete: the ways in which a line can go on, given the part of it before the cursor.
    package init(
        program: String,
        prompt: String,
        historyPath: String?,
        complete: @escaping (String) -> Completion
    ) {
        self.prompt = prompt
        self.historyPath = historyPath
        completion = complete
        // libedit decodes keys by the locale, and in the C locale refuses all that is not ASCII. Only the character type
        // is set: numbers must not change.
        setlocale(LC_CTYPE, "")
        if String(cString: nl_langinfo(CInt(CODESET))) != "UTF-8" { setlocale(LC_CTYPE, "C.UTF-8") }
        lash_edit_set_name(strdup(program))
        lash_edit_set_append_character(0)
        lash_edit_set_completion { text, _, end in
            // No file names where nothing fits.
            lash_edit_set_completion_over(1)
            guard let text, let line = lash_edit_line() else { return nil }
            // Places in the line are counted in characters of C, which are code points.
            let before = String(String.UnicodeScalarView(String(cString: line).unicodeScalars.prefix(Int(end))))
            matches = completion(before).words(replacing: String(cString: text)).reversed()
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

    package func remember(_ input: String) {
        if input == latest { return }
        latest = input
        add_history(input)
        saveHistory()
    }

    /// Writes the history file, for its owner alone: a killed terminal loses nothing. What cannot be written is no loss
    /// that would be worth an error.
    private func saveHistory() {
        guard let historyPath else { return }
        if let slash = historyPath.lastIndex(of: "/") {
            try? Files.makeFolder(String(historyPath[..<slash]))
        }
        let temporary = "\(historyPath).\(getpid())"
        let mask = umask(0o077)
        let isWritten = write_history(temporary) == 0
        umask(mask)
        if !isWritten || rename(temporary, historyPath) != 0 { unlink(temporary) }
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
nonisolated(unsafe) private var completion: (String) -> Completion = { _ in Completion("", among: []) }
nonisolated(unsafe) private var matches: [String] = []

/// Gives the matches one by one, in readline's way: nil ends, and libedit frees each.
private func nextMatch(_ text: UnsafePointer<CChar>?, _ state: CInt) -> UnsafeMutablePointer<CChar>? {
    matches.popLast().flatMap { strdup($0) }
}
