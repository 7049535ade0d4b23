import LashTestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// One run of the built command line, and what came of it.
struct CommandLineRun {
    var status: Int32
    var output: String
    var errors: String

    /// The binary beside the test bundle.
    static let binary: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
        let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
        let end = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count - 1
        return (parts[..<end] + ["lashlang"]).joined(separator: "/")
    }()
}

/// An empty folder in which commands run; it is gone afterwards.
final class Workplace {
    let path: String

    init() {
        var template = Array("/tmp/lashlang-tests.XXXXXX".utf8CString)
        mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = spawn(["/bin/rm", "-rf", path], output: "/dev/null", errors: "/dev/null", input: "/dev/null") }

    func write(_ text: String, to name: String) { write(bytes: Array(text.utf8), to: name) }

    func write(bytes: [UInt8], to name: String) {
        guard let file = fopen("\(path)/\(name)", "w") else { return }
        fwrite(bytes, 1, bytes.count, file)
        fclose(file)
    }

    func read(_ name: String) -> String {
        guard let file = fopen("\(path)/\(name)", "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Runs `lashlang` to its end.
    func lashlang(_ arguments: String..., input: String = "") -> CommandLineRun {
        finish([CommandLineRun.binary] + arguments, input: input)
    }

    /// Runs a shell script in which `$LASHLANG` is the binary.
    func shell(_ script: String) -> CommandLineRun { finish(["/bin/sh", "-c", script], input: "") }

    private func finish(_ command: [String], input: String) -> CommandLineRun {
        write(input, to: ".in")
        let status = spawn(command, output: "\(path)/.out", errors: "\(path)/.err", input: "\(path)/.in")
        return CommandLineRun(status: status, output: read(".out"), errors: read(".err"))
    }

    /// The exit status, or the negative number of the signal that ended the process.
    private func spawn(_ command: [String], output: String, errors: String, input: String) -> Int32 {
        #if canImport(Darwin)
        var actions: posix_spawn_file_actions_t?
        var attributes: posix_spawnattr_t?
        #else
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        #endif
        // The threads that run tests block signals, and processes inherit that.
        var noSignals = sigset_t()
        sigemptyset(&noSignals)
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        posix_spawnattr_setsigmask(&attributes, &noSignals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        var environment = [
            "PATH=/usr/bin:/bin", "HOME=\(path)", "LC_ALL=C.UTF-8", "LASHLANG=\(CommandLineRun.binary)",
        ]
        // The shell changes the folder: not every system can do so for a process that it starts.
        let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", path]
        var argv = (shell + command).map { strdup($0) } + [nil]
        // The sanitizer's settings are the test run's own.
        if let options = getenv("LSAN_OPTIONS") { environment.append("LSAN_OPTIONS=" + String(cString: options)) }
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var process = pid_t()
        guard posix_spawn(&process, shell[0], &actions, &attributes, &argv, &envp) == 0 else { return 127 }
        return ChildProcess.end(of: process)
    }
}
