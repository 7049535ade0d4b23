internal import LashLinker
internal import LashSyntax

/// Code as people read it: registers by name, constants by value, source lines beside.
struct Disassembler {
    let unit: CodeUnit
    let tree: SyntaxTree
    var functions: [String] = []

    func text() -> String {
        let map = SourceMap(tree.source)
        var lines: [String] = []
        var line = 0
        var labels: Set<Int> = []
        for position in 0..<unit.count {
            if let target = Verifier.target(of: unit.code[position], at: position) { labels.insert(target) }
        }
        for position in 0..<unit.count {
            let here = map.location(of: tree.anchor(of: unit.nodes[position])).line
            if here != line {
                line = here
                if !lines.isEmpty { lines.append("") }
                lines.append("; \(line): \(tree.source[map.span(ofLine: line)])")
            }
            lines.append(render(position, isTarget: labels.contains(position)))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func render(_ position: Int, isTarget: Bool) -> String {
        let word = unit.code[position]
        let opcode = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self)
        let description = opcode.description
        var operands: [String] = []
        if opcode == .invoke, Encoding.c(word) < functions.count { operands.append(functions[Encoding.c(word)]) }
        if opcode == .call || opcode == .keyed || opcode == .sequence {
            operands.append("\(unsafeBitCast(UInt8(truncatingIfNeeded: Encoding.x(word)), to: Builtin.self).name)")
        }
        let fields = [
            (description.a, Encoding.a(word)), (description.b, Encoding.b(word)), (description.c, Encoding.c(word)),
        ]
        for (use, value) in fields {
            switch use {
            case .none: continue
            case .read, .number, .write, .plainWrite, .update, .key: operands.append(name(ofRegister: value / 16))
            case .readRange: operands.append(name(ofRegister: value / 16) + "…")
            case .iterator: operands.append(name(ofRegister: value / 16))
            case .immediate: operands.append("×\(value)")
            case .shape: operands.append(shape(value))
            case .jump, .wideJump: operands.append("→ \(Verifier.target(of: word, at: position) ?? 0)")
            case .far: operands.append(name(ofRegister: Int(word >> 32)))
            }
        }
        let number = String(position)
        let padding = String(repeating: " ", count: max(0, 6 - number.count))
        let mnemonic = "\(opcode)"
        let gap = String(repeating: " ", count: max(1, 24 - mnemonic.count))
        let line = padding + number + (isTarget ? " > " : "   ") + mnemonic + gap + operands.joined(separator: ", ")
        return operands.isEmpty ? padding + number + (isTarget ? " > " : "   ") + mnemonic : line
    }

    private func shape(_ number: Int) -> String {
        let table = unit.shapes[number]
        let keys = (0..<table.count).map { text(of: table.keys[$0]) }
        return "{" + keys.joined(separator: ", ") + "}"
    }

    private func text(of key: Object) -> String {
        String(decoding: UnsafeBufferPointer(start: key.bytes, count: key.count), as: UTF8.self)
    }

    private func name(ofRegister place: Int) -> String {
        let layout = unit.layout
        if let number = layout.variable(at: place) { return unit.variables[number] }
        if place < layout.firstConstant { return "t\(place - layout.nearVariables)" }
        if let number = layout.constant(at: place) {
            var value = unit.constants[number]
            return Value(&value).shortLiteral
        }
        return "r\(place)"
    }
}

extension Value {
    /// The value in the language's notation, cut where it is long.
    var shortLiteral: String {
        let text = literal
        return text.count <= 40 ? text : String(text.prefix(39)) + "…"
    }
}

extension CompiledProgram {
    /// The code as people read it.
    package func disassembly() -> String {
        var parts = [Disassembler(unit: unit, tree: tree, functions: functions.names).text()]
        for (number, unit) in functions.units.enumerated() {
            let code = Disassembler(unit: unit, tree: functions.trees[number], functions: functions.names).text()
            parts.append("; fn \(functions.names[number])\n" + code)
        }
        return parts.joined(separator: "\n")
    }
}
