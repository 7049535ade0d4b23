import Lashlang

extension ProgramRun {
    /// Shows what came of the run, and ends the process unless it went well.
    func report(json: Bool, color: ColorChoice) throws(CommandFailure) {
        if json {
            try Console.write(RunReport(self).text() + "\n")
        } else {
            try show(color)
        }
        if status != .success { Console.exit(status) }
    }

    private func show(_ color: ColorChoice) throws(CommandFailure) {
        var shown = errors
        if Console.errorIsTerminal || status == .dataError { shown = warnings + shown }
        if !shown.isEmpty {
            let renderer = DiagnosticRenderer(
                source,
                usesColor: Console.usesColor(onTerminal: Console.errorIsTerminal, color),
                maximumWidth: Console.width ?? 200
            )
            Console.writeError(shown.map { renderer.render($0) }.joined(separator: "\n"))
        }
        switch outcome {
        case .finished(let value): try Console.write(try Self.text(of: value) + "\n")
        case .failed(let value): Console.complain("the program failed: \(value.text)")
        case .completed, nil: break
        }
    }

    private static func text(of value: Value) throws(CommandFailure) -> String {
        if case .string(let text) = value { return text }
        return try value.jsonText(pretty: Console.outputIsTerminal)
    }
}
