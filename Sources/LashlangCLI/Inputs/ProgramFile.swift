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

    /// A failure that shows everything that is wrong with a program.
    static func failure(_ problems: [Diagnostic], in source: SourceText, color: Bool) -> Never {
        let renderer = DiagnosticRenderer(source, usesColor: color, maximumWidth: Console.width ?? 200)
        Console.writeError(problems.map { renderer.render($0) }.joined(separator: "\n"))
        Console.exit(.dataError)
    }
}
