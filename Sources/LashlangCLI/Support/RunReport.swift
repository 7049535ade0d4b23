import LashTerminal
import Lashlang

/// What `--json` prints about a run.
struct RunReport {
    private let run: ProgramRun

    init(_ run: ProgramRun) { self.run = run }

    /// One JSON object on one line.
    ///
    /// Put together from texts: values may nest as deep as values can, and so could not stand inside another one.
    ///
    /// Variables for which there is no room are left out; their names stand under `omitted_globals`.
    func text(globalsAtMost room: Int) throws(CommandFailure) -> String {
        var members: [(key: String, json: String)] = []
        switch run.outcome {
        case .finished(let value): members = [("outcome", "\"finished\""), ("value", try value.jsonText())]
        case .completed: members = [("outcome", "\"completed\"")]
        case .failed(let value): members = [("outcome", "\"failed\""), ("value", try value.jsonText())]
        case nil: members = [("outcome", run.suspension == nil ? "\"error\"" : "\"suspended\"")]
        }
        if let event = run.suspension?.event {
            members.append(("waits_for", try Value.list(CallReport.questions(event)).jsonText()))
        }
        members.append(("prints", "[" + run.prints.map(JSONText.quoted).joined(separator: ",") + "]"))
        let writer = DiagnosticReport(run.source)
        if let error = run.errors.first { members.append(("error", try Value.record(writer.fields(error)).jsonText())) }
        let diagnostics = (run.errors + run.warnings).map { Value.record(writer.fields($0, severity: true)) }
        members.append(("diagnostics", try Value.list(diagnostics).jsonText()))
        members.append(("calls", try Value.list(run.asked.flatMap(CallReport.calls)).jsonText()))
        let receipts = run.session.receipts
        if !receipts.isEmpty { members.append(("receipts", try Value.list(receipts.map(Receipts.value)).jsonText())) }
        try appendGlobals(room, to: &members)
        members.append(("stats", try statistics.jsonText()))
        return Self.object(members)
    }

    private func appendGlobals(
        _ room: Int,
        to members: inout [(key: String, json: String)]
    ) throws(CommandFailure) {
        var room = min(room, 1 << 30)
        var globals: [(key: String, json: String)] = []
        var omitted: [Value] = []
        for name in run.session.variableNames {
            guard let value = run.session[name] else { continue }
            if let json = value.json(atMost: room) {
                room -= json.utf8.count
                globals.append((name, json))
            } else {
                omitted.append(.string(name))
            }
        }
        members.append(("globals", Self.object(globals)))
        if !omitted.isEmpty { members.append(("omitted_globals", try Value.list(omitted).jsonText())) }
    }

    private static func object(_ members: [(key: String, json: String)]) -> String {
        "{" + members.map { "\(JSONText.quoted($0.key)):\($0.json)" }.joined(separator: ",") + "}"
    }

    private var statistics: Value {
        [
            "fuel": .number(Double(run.session.statistics.fuel)),
            "peak_memory": .number(Double(run.session.statistics.peakMemory)),
            "host_calls": .number(Double(run.session.statistics.hostCalls)),
            "output_bytes": .number(Double(run.session.statistics.outputBytes)),
            "compile_ns": .number(Double(run.compileTime.nanoseconds)),
            "run_ns": .number(Double(run.runTime.nanoseconds)),
        ]
    }
}

extension Value {
    /// The value as JSON, where it has a text of a size that anybody could want.
    func jsonText() throws(CommandFailure) -> String {
        do { return try json() } catch {
            throw CommandFailure(.limit, "the value cannot be written: \(error.message)")
        }
    }
}

/// Diagnostics of one text as JSON.
struct DiagnosticReport {
    private let map: SourceMap
    private let renderer: DiagnosticRenderer

    /// Calls that are listed, besides the outermost: recursion may be deep.
    private static let mostCalls = 20

    private func place(_ span: Span, in source: SourceText?) -> Value {
        let place = (source.map { SourceMap($0) } ?? map).location(of: span.start)
        return [
            "start": .number(Double(span.start)), "end": .number(Double(span.end)),
            "line": .number(Double(place.line)), "column": .number(Double(place.column)),
        ]
    }

    init(_ source: SourceText) {
        map = SourceMap(source)
        renderer = DiagnosticRenderer(source)
    }

    /// The members of the object that stands for a diagnostic.
    func fields(_ diagnostic: Diagnostic, severity: Bool = false) -> Record {
        var fields: Record = ["code": .string(diagnostic.code), "stage": .string(diagnostic.stage.rawValue)]
        if severity { fields["severity"] = .string(diagnostic.severity.rawValue) }
        fields["message"] = .string(diagnostic.message)
        if let hint = diagnostic.hint { fields["hint"] = .string(hint) }
        if let span = diagnostic.span {
            fields["span"] = place(span, in: diagnostic.source)
        }
        if let source = diagnostic.source { fields["source"] = .string(source[Span(0, source.bytes.count)]) }
        if !diagnostic.calls.isEmpty {
            let shown = diagnostic.calls.prefix(Self.mostCalls) + diagnostic.calls.dropFirst(Self.mostCalls).suffix(1)
            fields["calls"] = .list(
                shown.map { call in ["function": .string(call.function), "span": place(call.span, in: call.source)] }
            )
        }
        fields["rendered"] = .string(renderer.render(diagnostic))
        return fields
    }
}

extension Duration {
    /// The whole nanoseconds.
    var nanoseconds: Int { Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000) }
}
