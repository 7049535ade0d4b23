internal import LashAgent
internal import Subprocess
internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A process that is written to and read from until its input is closed.
final class ChildProcess: Sendable {
    private struct State {
        var task: Task<Void, Never>?
        var queuedBytes = 0
        var lines = LastLines()
    }

    private let limits: MCPServer.Limits
    private let secrets: Secrets
    private let state = Mutex(State())
    private let outgoing: AsyncStream<[UInt8]>
    private let input: AsyncStream<[UInt8]>.Continuation

    init(limits: MCPServer.Limits, secrets: Secrets) {
        self.limits = limits
        self.secrets = secrets
        (outgoing, input) = AsyncStream.makeStream()
    }

    /// Starts it, and returns when it runs.
    func start(_ configuration: Configuration, name: String, _ listener: MCPListener) async throws(MCPError) {
        // Writing to a process that is gone has to be an error, and not the end of this one. What the host has decided for
        // the signal stays.
        if let decided = signal(SIGPIPE, SIG_IGN) { signal(SIGPIPE, decided) }
        let started = FirstAnswer<MCPError?>()
        let task = Task {
            do {
                let result = try await Subprocess.run(
                    configuration,
                    input: .inputWriter,
                    output: .sequence,
                    error: .sequence
                ) { execution in
                    started.give(nil)
                    await self.carry(execution, listener)
                }
                listener.end(self.ending(result.terminationStatus))
            } catch {
                let failure = Self.failure(error, name)
                started.give(failure)
                listener.end(failure)
            }
        }
        state.withLock { $0.task = task }
        if let failure = await started.wait() { throw failure }
    }

    private func carry(
        _ execution: Execution<CustomWriteInput, SequenceOutput, SequenceOutput>,
        _ listener: MCPListener
    ) async {
        await withTaskGroup { group in
            group.addTask {
                for await bytes in self.outgoing {
                    do { _ = try await execution.standardInputWriter.write(bytes) } catch {
                        self.end()
                        break
                    }
                    self.state.withLock { $0.queuedBytes -= bytes.count }
                }
                try? await execution.standardInputWriter.finish()
            }
            group.addTask {
                await self.read(execution.standardOutput, listener)
                // A server without output is none.
                self.end()
            }
            group.addTask { await self.listen(execution.standardError, listener) }
            await group.waitForAll()
        }
        // What it has started does not outlive it.
        try? execution.send(signal: .terminate, toProcessGroup: true)
    }

    private func read(_ output: SubprocessOutputSequence, _ listener: MCPListener) async {
        var reader = LineReader(limit: limits.messageBytes)
        do {
            for try await chunk in output {
                for line in try chunk.withUnsafeBytes({ bytes throws(LineTooLong) in try reader.take(bytes) }) {
                    try take(line, listener)
                }
            }
            if let line = reader.end() { try take(line, listener) }
        } catch let error as MCPError {
            fail(error, listener)
        } catch is LineTooLong {
            fail(
                MCPError(.malformed, "the server sent a message of more than \(limits.messageBytes) bytes"),
                listener
            )
        } catch {
            fail(MCPError(.ended, "the server cannot be read any more"), listener)
        }
    }

    private func take(_ line: [UInt8], _ listener: MCPListener) throws(MCPError) {
        // Many servers greet people on the stream that is for messages.
        guard line.first == UInt8(ascii: "{") || line.first == UInt8(ascii: "[") else {
            return note(line, listener)
        }
        for message in try RPCMessage.read(line, secrets) { listener.receive(message) }
    }

    private func listen(_ errors: SubprocessOutputSequence, _ listener: MCPListener) async {
        var reader = LineReader(limit: 1 << 16)
        do {
            for try await chunk in errors {
                do throws(LineTooLong) {
                    let lines = try chunk.withUnsafeBytes { bytes throws(LineTooLong) in try reader.take(bytes) }
                    for line in lines { note(line, listener) }
                } catch {
                    // Of a line that never ends nothing is kept.
                    reader = LineReader(limit: 1 << 16)
                }
            }
        } catch { return }
        if let line = reader.end() { note(line, listener) }
    }

    private func note(_ line: [UInt8], _ listener: MCPListener) {
        // Of a secret that is cut in two, a half would be left.
        let text = secrets.redacted(String(decoding: line, as: UTF8.self)).cut(to: 1 << 12)
        state.withLock { $0.lines.add(text) }
        listener.say(text)
    }

    /// Writes a message when those before it are written.
    func write(_ message: [UInt8]) throws(MCPError) {
        let limit = 4 * limits.messageBytes
        let isTooMuch = state.withLock { state in
            state.queuedBytes += message.count + 1
            return state.queuedBytes > limit
        }
        if isTooMuch {
            state.withLock { $0.queuedBytes -= message.count + 1 }
            throw MCPError(.malformed, "the server does not read what it is sent, and \(limit) bytes wait for it")
        }
        // Where the input is closed, the end of the process is near, and whoever waits for an answer is told of that.
        input.yield(message + [UInt8(ascii: "\n")])
    }

    /// Ends a process that does not keep to the protocol. Nobody waits until it is gone.
    private func fail(_ error: MCPError, _ listener: MCPListener) {
        listener.end(error.with(message: state.withLock { $0.lines.after(error.message) }))
        end()
    }

    /// Closes its input; a process that does not end then is ended.
    func end() {
        input.finish()
        guard let task = state.withLock({ $0.task }) else { return }
        Task {
            try? await Task.sleep(for: StdioTransport.grace)
            task.cancel()
        }
    }

    func untilEnded() async {
        end()
        await state.withLock { $0.task }?.value
    }

    private func ending(_ status: TerminationStatus) -> MCPError {
        let how =
            switch status {
            case .exited(let code): "the server has ended with status \(code)"
            case .signaled(let signal): "the server was ended by signal \(signal)"
            }
        return MCPError(.ended, state.withLock { $0.lines.after(how) })
    }

    private static func failure(_ error: any Error, _ name: String) -> MCPError {
        guard let error = error as? SubprocessError else {
            return MCPError(.connection, "`\(name)` cannot be started: \(error)")
        }
        switch error.code {
        case .executableNotFound: return MCPError(.connection, "there is no program `\(name)`")
        case .failedToChangeWorkingDirectory: return MCPError(.connection, "the folder to run in cannot be entered")
        default:
            let reason = error.underlyingError.map { ": \($0)" } ?? ""
            return MCPError(.connection, "`\(name)` cannot be started\(reason)")
        }
    }
}
