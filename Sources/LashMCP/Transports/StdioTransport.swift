internal import LashHTTP
internal import Lashlang
internal import Subprocess

#if canImport(Darwin)
internal import Darwin
internal import System
#else
#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif
internal import SystemPackage
#endif

/// A server that is a process: one message a line, over its standard input and output.
final class StdioTransport: MCPTransport {
    /// How long a process may go on when its input has ended, and then when it was told to.
    static let grace = Duration.seconds(2)

    let answersWhileSending = false
    private let command: MCPServer.Command
    private let process: ChildProcess

    init(_ command: MCPServer.Command, limits: MCPServer.Limits, secrets: Secrets) {
        self.command = command
        process = ChildProcess(limits: limits, secrets: secrets)
    }

    deinit { process.end() }

    func open(_ listener: MCPListener) async throws(MCPError) {
        let command = command
        if let folder = command.folder, access(folder, X_OK) != 0 {
            throw MCPError(.connection, "there is no folder `\(folder)` to run in")
        }
        try await process.start(Self.configuration(of: command), name: command.executable, listener)
    }

    func send(_ message: Value) async throws(MCPError) { try process.write(try message.message()) }

    func began(version: String) {}

    func close() async { await process.untilEnded() }

    private static func configuration(of command: MCPServer.Command) -> Configuration {
        var variables: [Subprocess.Environment.Key: String] = [:]
        for name in ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER", "LANG", "LC_ALL", "TMPDIR"] {
            if let value = LashHTTP.Environment.process(name), let key = Subprocess.Environment.Key(rawValue: name) {
                variables[key] = value
            }
        }
        for (name, value) in command.environment {
            if let key = Subprocess.Environment.Key(rawValue: name) { variables[key] = value }
        }
        var options = PlatformOptions()
        // Keys that end a turn are not for servers, and signals at the end are for all that they have started.
        options.createSession = true
        options.teardownSequence = [.gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: grace)]
        let isPath = command.executable.contains("/")
        return Configuration(
            executable: isPath ? .path(FilePath(command.executable)) : .name(command.executable),
            arguments: Arguments(command.arguments),
            environment: .custom(variables),
            workingDirectory: command.folder.map { FilePath($0) },
            platformOptions: options
        )
    }
}
