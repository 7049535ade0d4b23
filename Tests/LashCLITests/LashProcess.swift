import LashTestSupport

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A folder with files for runs of `lash`; it goes when the test does.
final class Workplace: Sendable {
    let path: String

    init() {
        var template = Array("/tmp/lash-tests.XXXXXX".utf8CString)
        mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit { _ = LashProcess(["/bin/rm", "-rf", path], in: "/tmp").wait() }

    func write(_ text: String, to name: String) {
        guard let file = fopen("\(path)/\(name)", "wb") else { return }
        fputs(text, file)
        fclose(file)
    }

    func read(_ name: String) -> String {
        guard let file = fopen("\(path)/\(name)", "rb") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Runs `lash` to its end.
    func lash(_ arguments: String..., input: String = "") -> (status: Int32, output: String, errors: String) {
        write(input, to: ".in")
        let process = LashProcess([LashProcess.binary] + arguments, in: path)
        let status = process.wait()
        return (status, read(".out"), read(".err"))
    }

    /// Starts `lash`.
    func start(_ arguments: [String], input: String) -> LashProcess {
        write(input, to: ".in")
        return LashProcess([LashProcess.binary] + arguments, in: path)
    }
}

/// A process whose streams are the files `.in`, `.out` and `.err` of its folder.
struct LashProcess {
    private var id = pid_t()

    /// The binary beside the test bundle.
    static let binary: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
        let parts = bundle.split(separator: "/", omittingEmptySubsequences: false)
        let end = parts.firstIndex { $0.hasSuffix(".xctest") } ?? parts.count - 1
        return (parts[..<end] + ["lash"]).joined(separator: "/")
    }()

    init(_ command: [String], in folder: String) {
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
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        let input = access("\(folder)/.in", R_OK) == 0 ? "\(folder)/.in" : "/dev/null"
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "\(folder)/.out", writing, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, "\(folder)/.err", writing, 0o600)
        // The shell changes the folder, and becomes the command.
        let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\"", folder]
        let environment = ["PATH=/usr/bin:/bin", "HOME=\(folder)", "LC_ALL=C.UTF-8", "OPENAI_API_KEY=sk-test-key"]
        var argv = (shell + command).map { strdup($0) } + [nil]
        var envp = environment.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        posix_spawn(&id, shell[0], &actions, &attributes, &argv, &envp)
    }

    func send(_ signal: Int32) { kill(id, signal) }

    /// The exit status, or the negative number of the signal that ended the process.
    func wait() -> Int32 { ChildProcess.end(of: id) }
}
