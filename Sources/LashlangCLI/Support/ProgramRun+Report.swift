import LashTerminal
import Lashlang

/// For whom a report is.
enum ReportForm {
    case people, model, json
}

extension ProgramRun {
    /// Shows what came of the run, and ends the process unless it went well. In a report in JSON, the variables take at
    /// most as many bytes as the program might print.
    func report(_ form: ReportForm, color: ColorChoice, atMost bytes: Int?) throws(CommandFailure) {
        switch form {
        case .json: try Console.write(RunReport(self).text(globalsAtMost: bytes ?? .max) + "\n")
        case .people, .model: try show(form, color)
        }
        if status != .success { Console.exit(status) }
    }

    private func show(_ form: ReportForm, _ color: ColorChoice) throws(CommandFailure) {
        var shown = errors
        if Console.errorIsTerminal || status == .dataError { shown = warnings + shown }
        if form == .model {
            Console.writeError(ModelReport(source).text(of: shown))
        } else if !shown.isEmpty {
            let renderer = DiagnosticRenderer(
                source,
                usesColor: Console.usesColor(onTerminal: Console.errorIsTerminal, color),
                maximumWidth: Console.width ?? 200
            )
            Console.writeError(shown.map { renderer.render($0) }.joined(separator: "\n"))
        }
        switch outcome {
        case .finished(let value): try Console.write(line: value, Self.form(of: value))
        case .failed(let value): Console.complain("the program failed: \(value.text(atMost: 1 << 20))")
        case .completed, nil: break
        }
    }

    /// A text as it is, anything else as JSON.
    private static func form(of value: Value) -> Value.WrittenForm {
        if case .string = value { return .print }
        return Console.outputIsTerminal ? .prettyJSON : .json
    }
}
