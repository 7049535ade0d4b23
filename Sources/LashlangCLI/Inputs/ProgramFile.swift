import LashTerminal
import Lashlang

/// Programs that commands other than `run` work on.
enum ProgramFile {
    /// The text of a file, or of standard input for `-`.
    static func source(_ path: String) throws(CommandFailure) -> SourceText {
        var input = StandardInput()
        return try source(path, &input)
    }

    static func source(_ path: String, _ input: inout StandardInput) throws(CommandFailure) -> SourceText {
        if path == "-" { return SourceText(bytes: try input.read(for: "the program"), name: "<stdin>") }
        return SourceText(bytes: try Inputs.read(path), name: path)
    }

    /// Does something with each program. One that cannot be read is said, and the others are served all the same.
    /// - Returns: `noInput` if there was such a one, else `success`.
    static func forEach(
        _ paths: [String],
        _ input: inout StandardInput,
        _ body: (_ path: String, _ source: SourceText) throws -> Void
    ) throws -> ExitStatus {
        var status = ExitStatus.success
        for path in paths {
            let source: SourceText
            do throws(CommandFailure) {
                source = try self.source(path, &input)
            } catch {
                guard error.status == .noInput else { throw error }
                Console.complain(error.message)
                status = .noInput
                continue
            }
            try body(path, source)
        }
        return status
    }

    /// Writes a changed program in place.
    static func replace(_ path: String, with bytes: [UInt8]) throws(CommandFailure) {
        do { try Files.replace(path, with: bytes) } catch {
            throw CommandFailure(.outputError, "cannot write \(path): \(error.message)")
        }
    }

    /// A failure that shows everything that is wrong with a program.
    static func failure(_ problems: [Diagnostic], in source: SourceText, color: Bool) -> Never {
        let renderer = DiagnosticRenderer(source, usesColor: color, maximumWidth: Console.width ?? 200)
        Console.writeError(problems.map { renderer.render($0) }.joined(separator: "\n"))
        Console.exit(.dataError)
    }
}
