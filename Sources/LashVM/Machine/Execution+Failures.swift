internal import LashSyntax

extension Execution {
    /// The failure of instructions that fail in one way only, and leave it to their operands to say which.
    var silentFailure: Failure {
        let unit = currentFrame.unit
        let word = instruction
        func variable(at place: Int) -> String {
            unit.layout.variable(at: place).map { unit.variables[$0] } ?? "?"
        }
        switch unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self) {
        case .loadFar: return .unknownName(variable(at: Int(word >> 32)))
        case .typeSchema: return .notAType(variable(at: Encoding.b(word) / 16))
        default: return .unknownName(variable(at: Encoding.a(word) / 16))
        }
    }

    /// The failure with its place, and the calls that led there.
    func diagnostic(of failure: Failure) -> Diagnostic {
        let frames = frames
        func place(_ number: Int) -> (span: Span, source: SourceText?) {
            let position = max(0, frames[number].position - 1)
            let node = frames[number].unit.nodes[number == 0 ? failure.position ?? position : position]
            if number == 0 { return (program.tree.span(of: node), nil) }
            let function = call(number - 1).function
            let tree = program.functions.trees[function]
            return (tree.span(of: node), program.functions.isOfSession[function] ? tree.source : nil)
        }
        let (span, source) = place(frames.count - 1)
        var diagnostic = failure.diagnostic(span: span)
        diagnostic.source = source
        for number in stride(from: frames.count - 2, through: 0, by: -1) {
            let (span, source) = place(number)
            let name = program.functions.names[call(number).function]
            diagnostic.calls.append(CallSite(function: name, span: span, source: source))
        }
        return diagnostic
    }
}
