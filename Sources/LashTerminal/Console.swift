#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Standard output, standard error and the terminal behind them.
package enum Console {
    /// Has to run before anything is written: a closed pipe is then an ordinary error of `write`, not a signal that ends
    /// us without a word.
    package static func prepare() { signal(SIGPIPE, SIG_IGN) }

    package static let inputIsTerminal = isatty(STDIN_FILENO) == 1
    package static let outputIsTerminal = isatty(STDOUT_FILENO) == 1
    package static let errorIsTerminal = isatty(STDERR_FILENO) == 1

    /// Writes all of a text to standard output.
    package static func write(_ text: String) throws(CommandFailure) {
        let code = Files.writeAll(text, to: STDOUT_FILENO)
        if code != 0 {
            throw CommandFailure(.outputError, "cannot write to standard output: \(Files.describe(code))")
        }
    }

    /// Writes to standard error. Nobody could be told if that failed.
    package static func writeError(_ text: String) { _ = Files.writeAll(text, to: STDERR_FILENO) }

    /// Says what went wrong with a command.
    package static func complain(_ message: String) {
        let mark = usesColor(onTerminal: errorIsTerminal, .auto) ? "\u{1B}[1;31merror:\u{1B}[0m" : "error:"
        writeError("\(mark) \(message)\n")
    }

    package static func exit(_ status: ExitStatus) -> Never { quit(status.rawValue) }

    /// Columns of the terminal, where there is one.
    package static var width: Int? {
        var size = winsize()
        for descriptor in [STDOUT_FILENO, STDERR_FILENO] where isatty(descriptor) == 1 {
            if ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 { return Int(size.ws_col) }
        }
        return nil
    }

    /// Whether to colour what goes to a stream, after the option and the conventions of https://no-color.org.
    package static func usesColor(onTerminal isTerminal: Bool, _ choice: ColorChoice) -> Bool {
        switch choice {
        case .always: return true
        case .never: return false
        case .auto:
            if let set = environment("NO_COLOR"), !set.isEmpty { return false }
            return isTerminal && environment("TERM") != "dumb"
        }
    }

    package static func environment(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    /// The number of processors that threads can use.
    package static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}

// The name is shadowed inside `Console`.
private func quit(_ status: Int32) -> Never { exit(status) }
