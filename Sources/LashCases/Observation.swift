import Lashlang

/// What one block really did, in the form of expectations.
struct Observation: Sendable {
    /// One expectation that would have held.
    struct Fact: Sendable {
        var kind: Expectation.Kind
        var argument = ""
        var diagnostic: Diagnostic?
    }

    var outcome: [Fact] = []
    var prints: [Value] = []
    var printTexts: [String] = []
    /// What was asked of the host, in order.
    var asked: [HostLogEntry] = []
    /// What was observed, in order.
    var observed: [RunObservation] = []
    /// What was asked of scripted bindings, in order.
    var reads: [String] = []
    var warnings: [Diagnostic] = []
    var finished: Value?
    var state: Record?
    var tree: SyntaxTree?
    let source: SourceText

    init(source: SourceText) { self.source = source }

    mutating func fail(_ diagnostics: [Diagnostic]) {
        outcome = diagnostics.filter { $0.severity == .error }.map { Fact(kind: .error, diagnostic: $0) }
        warnings = diagnostics.filter { $0.severity == .warning }
    }

    /// The facts of a group; none where the block did not come that far.
    func facts(_ group: Expectation.Group) -> [Fact] {
        switch group {
        case .outcome: outcome
        case .prints: prints.map { Fact(kind: .print, argument: LiteralWriter.text($0)) }
        case .printTexts: printTexts.map { Fact(kind: .printText, argument: LiteralWriter.quoted($0)) }
        case .observes:
            observed.isEmpty
                ? [Fact(kind: .observesNothing)]
                : observed.map { Fact(kind: .observes, argument: AskedText.text($0)) }
        case .reads:
            reads.isEmpty
                ? [Fact(kind: .readsNothing)] : reads.map { Fact(kind: .reads, argument: $0) }
        case .asks:
            asked.isEmpty
                ? [Fact(kind: .asksNothing)] : asked.map { Fact(kind: .asks, argument: AskedText.text($0)) }
        case .warnings:
            warnings.isEmpty
                ? [Fact(kind: .noWarnings)] : warnings.map { Fact(kind: .warning, diagnostic: $0) }
        case .hint: (outcome.first?.diagnostic?.hint).map { [Fact(kind: .hint, argument: Report.written($0))] } ?? []
        case .text: finished.map { [Fact(kind: .text, argument: LiteralWriter.quoted($0.text))] } ?? []
        case .json:
            finished.map { [Fact(kind: .json, argument: LiteralWriter.quoted((try? $0.json()) ?? $0.text))] } ?? []
        case .state: state.map { [Fact(kind: .state, argument: LiteralWriter.state($0))] } ?? []
        case .ast: tree(.ast)
        case .declarations: tree(.declarations)
        }
    }

    private func tree(_ kind: Expectation.Kind) -> [Fact] {
        guard let tree else { return [] }
        let json = kind == .ast ? tree.mainJSON : tree.declarationsJSON
        guard let value = try? LiteralReader.value(json) else { return [] }
        return [Fact(kind: kind, argument: LiteralWriter.json(LiteralWriter.sorted(value)))]
    }

    /// The line of the program on which a byte stands, from 1.
    func line(of offset: Int) -> Int {
        1 + source.bytes.prefix(offset).reduce(0) { $1 == UInt8(ascii: "\n") ? $0 + 1 : $0 }
    }

    /// Where a diagnostic stands, as exactly as `position` asks.
    func position(of diagnostic: Diagnostic, like position: Report.Position?) -> Report.Position {
        guard let span = diagnostic.span else { return .nowhere }
        return switch position {
        case .start: .start(span.start)
        case .span: .span(span.start, span.end)
        default: .line(line(of: span.start))
        }
    }

    /// What a directive would say, without its kind where the directive carries a report.
    func described(_ fact: Fact, like position: Report.Position?) -> String {
        guard let diagnostic = fact.diagnostic else {
            return fact.argument.isEmpty ? fact.kind.rawValue : "\(fact.kind.rawValue) \(fact.argument)"
        }
        let report = Report(
            code: diagnostic.code,
            message: diagnostic.message,
            position: self.position(of: diagnostic, like: position)
        )
        return "\(fact.kind.rawValue) \(report.written)"
    }
}

extension Report {
    /// The argument of a directive on a line of its own.
    var written: String { "\(code) at \(position.written) \(Self.written(message))" }

    /// The argument of a directive behind the line it speaks of.
    var writtenBehind: String { "\(code) \(Self.written(message))" }
}

extension Report.Position {
    var written: String {
        switch self {
        case .line(let line): "line \(line)"
        case .start(let start): "\(start)"
        case .span(let start, let end): "\(start)..\(end)"
        case .nowhere: "nowhere"
        }
    }
}

extension Expectation {
    /// What the directive says.
    var described: String {
        if let report { return "\(kind.rawValue) \(report.written)" }
        return argument.isEmpty ? kind.rawValue : "\(kind.rawValue) \(argument)"
    }
}
