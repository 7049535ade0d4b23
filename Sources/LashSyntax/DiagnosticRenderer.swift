/// Turns diagnostics over one text into text for people or for models.
public struct DiagnosticRenderer: Sendable {
    /// Whether to colour the output with ANSI escape sequences.
    public var usesColor: Bool
    /// Source lines longer than this many columns are cut to a window around the marked place.
    public var maximumWidth: Int

    private let map: SourceMap

    /// Creates a renderer; reads the whole text once.
    public init(_ source: SourceText, usesColor: Bool = false, maximumWidth: Int = 200) {
        map = SourceMap(source)
        self.usesColor = usesColor
        self.maximumWidth = max(20, maximumWidth)
    }

    // MARK: For people

    /// Code, message, place, the marked line with its number, hint and suggested replacements. Every line ends with a line
    /// feed. Control characters of the text are escaped, so that no text can drive a terminal.
    public func render(_ diagnostic: Diagnostic) -> String {
        let isError = diagnostic.severity == .error
        var lines = [
            style("\(diagnostic.severity.rawValue)[\(diagnostic.code)]", isError ? .error : .warning)
                + style(": " + TerminalText.escaped(diagnostic.message), .bold)
        ]
        var gutter = ""
        let map = diagnostic.source.map { SourceMap($0) } ?? self.map
        if let span = Self.clamped(diagnostic.span, map) {
            let place = map.location(of: span.start)
            let number = String(place.line)
            gutter = String(repeating: " ", count: number.count)
            var name = map.source.name.isEmpty ? "" : TerminalText.escaped(map.source.name) + ":"
            if let function = diagnostic.calls.first?.function, diagnostic.source != nil {
                name = "function `\(function)`, declared earlier, "
            }
            let frame = SourceFrame(map, span, maximumWidth: maximumWidth)
            lines.append(gutter + style("--> ", .frame) + "\(name)\(place.line):\(place.column)")
            lines.append(gutter + style(" |", .frame))
            lines.append(style(number + " | ", .frame) + frame.line)
            lines.append(gutter + style(" | ", .frame) + frame.pad + style(frame.marker, isError ? .error : .warning))
        }
        for call in calls(diagnostic) {
            lines.append(gutter + style(" = ", .frame) + TerminalText.escaped(call))
        }
        if let hint = diagnostic.hint {
            lines.append(gutter + style(" = ", .frame) + style("hint: ", .bold) + TerminalText.escaped(hint))
        }
        for fix in diagnostic.fixes {
            lines.append(gutter + style(" = ", .frame) + style("fix: ", .bold) + TerminalText.escaped(describe(fix)))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// All diagnostics, an empty line after each, and a count at the end.
    public func render(_ diagnostics: [Diagnostic]) -> String {
        diagnostics.map { render($0) + "\n" }.joined() + summary(diagnostics)
    }

    private func summary(_ diagnostics: [Diagnostic]) -> String {
        let errors = diagnostics.count { $0.severity == .error }
        let warnings = diagnostics.count - errors
        func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
        let parts = (errors > 0 ? [count(errors, "error")] : []) + (warnings > 0 ? [count(warnings, "warning")] : [])
        return parts.isEmpty ? "" : parts.joined(separator: ", ") + "\n"
    }

    private func describe(_ fix: Fix) -> String {
        let old = map.source[fix.span]
        let place = map.location(of: fix.span.start)
        if old.isEmpty { return "insert `\(fix.replacement)` at \(place.line):\(place.column)" }
        if fix.replacement.isEmpty { return "delete `\(old)` at \(place.line):\(place.column)" }
        return "replace `\(old)` by `\(fix.replacement)` at \(place.line):\(place.column)"
    }

    /// The calls that led to an error, a line each; of many, the first and the last.
    private func calls(_ diagnostic: Diagnostic) -> [String] {
        let calls = diagnostic.calls
        func line(_ call: CallSite) -> String {
            let map = call.source.map { SourceMap($0) } ?? self.map
            guard let span = Self.clamped(call.span, map) else { return "" }
            let place = map.location(of: span.start)
            let frame = SourceFrame(map, span, maximumWidth: maximumWidth)
            let text = frame.line.drop { $0 == " " || $0 == "\t" }
            let source = call.source == nil ? "" : " of an earlier declaration"
            return "in `\(call.function)`, called at line \(place.line), column \(place.column)\(source): \(text)"
        }
        if calls.count <= Self.mostCalls { return calls.map(line) }
        let first = calls.prefix(Self.mostCalls - 1).map(line)
        let others = calls.count - Self.mostCalls
        return first + ["… \(others) more calls"] + calls.suffix(1).map(line)
    }

    private static let mostCalls = 5

    private static func clamped(_ span: Span?, _ map: SourceMap) -> Span? {
        guard let span else { return nil }
        let start = max(0, min(span.start, map.source.bytes.count))
        return Span(start, max(start, min(span.end, map.source.bytes.count)))
    }

    // MARK: Colour

    private enum Style: String {
        case error = "\u{1B}[1;31m"
        case warning = "\u{1B}[1;33m"
        case frame = "\u{1B}[1;34m"
        case bold = "\u{1B}[1m"
    }

    private func style(_ text: String, _ style: Style) -> String {
        usesColor ? style.rawValue + text + "\u{1B}[0m" : text
    }
}
