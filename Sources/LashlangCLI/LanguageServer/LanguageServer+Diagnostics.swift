import Lashlang

// Errors, warnings, and how to mend them.
extension LanguageServer {
    /// The most diagnostics of a document that are sent: nobody reads more, and all are sent anew at every change.
    static let mostDiagnostics = 500
    /// The largest text for which editors are offered to mend everything without asking for that.
    private static let mendedUnasked = 64 << 10

    func publish(_ analysis: Analysis) {
        var items = analysis.diagnostics.prefix(Self.mostDiagnostics).map { diagnostic(analysis, $0) }
        if let problem = analysis.settings.problem {
            let start = analysis.range(Span(0, 0))
            items.insert(["range": start, "severity": 2, "source": "lashlang", "message": .string(problem)], at: 0)
        }
        var parameters: Record = ["uri": .string(analysis.document.uri), "diagnostics": .list(items)]
        if let version = analysis.document.version { parameters["version"] = .number(Double(version)) }
        send("textDocument/publishDiagnostics", .record(parameters))
    }

    private func diagnostic(_ analysis: Analysis, _ diagnostic: Diagnostic) -> Value {
        [
            "range": analysis.range(diagnostic.span ?? Span(0, 0)),
            "severity": diagnostic.severity == .error ? 1 : 2,
            "code": .string(diagnostic.code),
            "source": "lashlang",
            "message": .string(diagnostic.message + (diagnostic.hint.map { "\n\($0)" } ?? "")),
        ]
    }

    /// A fix for each diagnostic in the range that has one, and all that can be mended at once.
    func codeActions(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        let range = try parameters.member("range").range()
        let (start, end) = (analysis.document.offset(of: range.start), analysis.document.offset(of: range.end))
        let size = analysis.document.source.bytes.count
        var kinds: [Value]?
        if case .list(let only)? = parameters.optional("context")?.optional("only")?.value { kinds = only }
        func wants(_ kind: String) -> Bool {
            guard let kinds else { return true }
            return kinds.contains { only in
                guard case .string(let only) = only else { return false }
                return kind == only || kind.hasPrefix(only + ".")
            }
        }
        func action(_ title: String, _ kind: String, _ fixes: [Fix]) -> Record {
            let edits = fixes.map { analysis.edit($0.span, $0.replacement) }
            return [
                "title": .string(title), "kind": .string(kind),
                "edit": ["changes": .record(Record([(analysis.document.uri, .list(edits))]))],
            ]
        }
        var actions: [Value] = []
        let mendable = analysis.diagnostics.prefix(Self.mostDiagnostics).filter { !$0.fixes.isEmpty }
        if wants("quickfix") {
            for diagnostic in mendable {
                let span = diagnostic.span ?? Span(0, 0)
                guard span.start <= end, start <= span.end else { continue }
                var fix = action(Self.title(of: diagnostic), "quickfix", diagnostic.fixes)
                fix["diagnostics"] = [self.diagnostic(analysis, diagnostic)]
                fix["isPreferred"] = true
                actions.append(.record(fix))
            }
        }
        // Editors ask for actions whenever the cursor moves, and this one takes longer than the others.
        if wants("source.fixAll"), !mendable.isEmpty, kinds != nil || size <= Self.mendedUnasked,
            let all = Self.change(analysis.document.source.bytes, analysis.mended.bytes)
        {
            actions.append(.record(action("Mend everything that can be mended", "source.fixAll", [all])))
        }
        return .list(actions)
    }

    private static func title(of diagnostic: Diagnostic) -> String {
        if let hint = diagnostic.hint, hint.count <= 80, !hint.contains("\n") { return hint }
        let text = diagnostic.fixes.first?.replacement ?? ""
        return text.isEmpty ? "Remove it" : "Write `\(text.prefix(60))`"
    }

    func formatting(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        // What cannot be read cannot be laid out; the diagnostics say so already.
        guard analysis.parsed.diagnostics.isEmpty else { return .null }
        let formatted = Array(analysis.parsed.tree.formatted().utf8)
        guard let change = Self.change(analysis.document.source.bytes, formatted) else { return [] }
        return [analysis.edit(change.span, change.replacement)]
    }

    /// What makes one text of another, without the lines at both ends that stay: cursors and marks there stay too.
    private static func change(_ old: [UInt8], _ new: [UInt8]) -> Fix? {
        if old == new { return nil }
        func isLineStart(_ text: [UInt8], _ at: Int) -> Bool { at == 0 || text[at - 1] == 0x0A }
        var start = zip(old, new).prefix { $0 == $1 }.count
        while !isLineStart(old, start) { start -= 1 }
        let longest = min(old.count, new.count) - start
        var end = zip(old.reversed().prefix(longest), new.reversed()).prefix { $0 == $1 }.count
        while end > 0, !isLineStart(old, old.count - end) || !isLineStart(new, new.count - end) { end -= 1 }
        let text = String(decoding: new[start..<new.count - end], as: UTF8.self)
        return Fix(Span(start, old.count - end), text)
    }
}
