/// The form of diagnostics for language models: short, and with the rewrite.
///
/// An error takes at most 240 characters (60 tokens of four characters), the report of a block at most 1,600. What does
/// not fit is left out from its least useful end: first the source line, then the rest of the hint; of several errors,
/// the last ones.
public struct ModelReport: Sendable {
    /// The most characters of one diagnostic.
    public static let diagnosticLimit = 240
    /// The most characters of a report.
    public static let reportLimit = 1_600

    private let map: SourceMap

    /// Creates a report over a text; reads the whole text once.
    public init(_ source: SourceText) { map = SourceMap(source) }

    /// One diagnostic: code and message, its line, and what to write, without a line feed at the end.
    ///
    ///     line 3: unexpected `=` (E0106)
    ///       total += x
    ///       write `total = total + x`
    public func text(of diagnostic: Diagnostic) -> String {
        // A function of an earlier block has a text of its own.
        let map = diagnostic.source.map { SourceMap($0) } ?? self.map
        let place = diagnostic.span.map { map.location(of: max(0, $0.start)) }
        let function = diagnostic.source == nil ? nil : diagnostic.calls.first?.function
        let lead =
            place.map { (function.map { "function `\(Self.cut($0, to: 32))`, " } ?? "") + "line \($0.line): " } ?? ""
        let kind = diagnostic.severity == .warning ? "warning: " : ""
        let tail = " (\(diagnostic.code))"
        let limit = Self.diagnosticLimit
        // A long message leaves half of the room to the hint.
        let reserve = min(diagnostic.hint.map { $0.unicodeScalars.count + 3 } ?? 0, limit / 2)
        let room = limit - reserve - lead.unicodeScalars.count - kind.count - tail.count
        let head = lead + kind + Self.cut(Self.oneLine(diagnostic.message), to: room) + tail
        var rest = limit - head.unicodeScalars.count
        var lines = [head]
        var hint: String?
        if let text = diagnostic.hint, rest > 12 {
            let shown = "  " + Self.cut(Self.oneLine(text), to: rest - 3)
            hint = shown
            rest -= shown.unicodeScalars.count + 1
        }
        if let place {
            let line = Self.oneLine(map.source[map.span(ofLine: place.line)])
            if !line.isEmpty, line.unicodeScalars.count + 3 <= rest { lines.append("  " + line) }
        }
        if let hint { lines.append(hint) }
        return lines.joined(separator: "\n")
    }

    /// All diagnostics of a block, errors first, as many as there is room for; ends with a line feed unless it is empty.
    public func text(of diagnostics: [Diagnostic]) -> String {
        let ordered = diagnostics.filter { $0.severity == .error } + diagnostics.filter { $0.severity == .warning }
        var result = ""
        var left = ordered.count
        for diagnostic in ordered {
            let next = text(of: diagnostic) + "\n"
            // Room for the line that says how many are missing.
            let reserve = left > 1 ? 24 : 0
            if result.unicodeScalars.count + next.unicodeScalars.count + reserve > Self.reportLimit { break }
            result += next
            left -= 1
        }
        if left > 0 { result += "… and \(left) more\n" }
        return result
    }

    /// Without line breaks, tabs and other controls.
    private static func oneLine(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var lastIsSpace = true
        for scalar in text.unicodeScalars {
            let isSpace = scalar.value <= 0x20 || scalar.value == 0x7F
            if isSpace, lastIsSpace { continue }
            result.append(isSpace ? " " : scalar)
            lastIsSpace = isSpace
        }
        if lastIsSpace, !result.isEmpty { result.removeLast() }
        return String(result)
    }

    private static func cut(_ text: String, to limit: Int) -> String {
        text.unicodeScalars.count <= limit ? text : String(text.unicodeScalars.prefix(max(0, limit - 1))) + "…"
    }
}
