internal import LashSyntax

/// Gives every register its place, encodes the instructions, and builds the constants.
enum Assembler {
    /// The unit, or `nil` where a short jump does not reach.
    static func assemble(_ compiler: Compiler, _ functions: FunctionTable?) -> CodeUnit? {
        let layout = RegisterLayout(compiler)
        let builder = compiler.builder
        var words: [UInt64] = []
        words.reserveCapacity(builder.instructions.count)
        for (position, instruction) in builder.instructions.enumerated() {
            guard let word = encode(instruction, at: position, layout, builder) else { return nil }
            words.append(word)
        }
        return CodeUnit(
            words: words,
            functions: functions,
            nodes: builder.instructions.map(\.node),
            layout: layout,
            variables: compiler.variableNames,
            constants: builder.constants,
            literals: builder.literals,
            shapes: builder.shapes,
            restores: builder.restores.map {
                LoopRestore(
                    start: $0.start,
                    end: $0.end,
                    variable: layout.place($0.variable),
                    saved: layout.place($0.saved)
                )
            }
        )
    }

    private static func encode(
        _ instruction: Instruction,
        at position: Int,
        _ layout: RegisterLayout,
        _ builder: CodeBuilder
    ) -> UInt64? {
        let description = instruction.opcode.description
        var word = UInt64(instruction.opcode.rawValue) | UInt64(truncatingIfNeeded: instruction.x & 0xFF) << 8
        let fields = [
            (description.a, instruction.a, 16), (description.b, instruction.b, 32), (description.c, instruction.c, 48),
        ]
        for (use, value, shift) in fields {
            switch use {
            case .none: continue
            case .read, .readRange, .number, .write, .plainWrite, .update, .key, .iterator:
                word |= UInt64(UInt16(truncatingIfNeeded: layout.place(value) * 16)) << UInt64(shift)
            case .immediate, .shape:
                guard value < 1 << 16 else { return nil }
                word |= UInt64(value) << UInt64(shift)
            case .jump:
                guard let distance = Int16(exactly: builder.position(of: value) - position - 1) else { return nil }
                word |= UInt64(UInt16(bitPattern: distance)) << UInt64(shift)
            case .wideJump:
                let distance = Int32(truncatingIfNeeded: builder.position(of: value) - position - 1)
                word |= UInt64(UInt32(bitPattern: distance)) << UInt64(shift)
            case .far:
                word |= UInt64(UInt32(truncatingIfNeeded: layout.place(value))) << UInt64(shift)
            }
        }
        return word
    }
}

/// The order of registers: near variables, temporaries, near constants; then what operands cannot name: far variables
/// and far constants.
struct RegisterLayout {
    let nearVariables: Int
    let variables: Int
    let temporaries: Int
    let nearConstants: Int
    let constants: Int

    init(_ compiler: Compiler) {
        variables = compiler.variableNames.count
        nearVariables = min(variables, VirtualRegister.nearVariables)
        temporaries = compiler.builder.temporaryEnd - VirtualRegister.firstTemporary
        constants = compiler.builder.constants.count
        nearConstants = min(constants, VirtualRegister.nearConstants)
    }

    var firstConstant: Int { nearVariables + temporaries }
    private var firstFarVariable: Int { firstConstant + nearConstants }
    private var firstFarConstant: Int { firstFarVariable + variables - nearVariables }
    var count: Int { variables + temporaries + constants }

    /// The final place of a virtual register.
    func place(_ register: Int) -> Int {
        if register >= VirtualRegister.firstConstant {
            return placeOfConstant(register - VirtualRegister.firstConstant)
        }
        if register >= VirtualRegister.firstTemporary {
            return nearVariables + register - VirtualRegister.firstTemporary
        }
        return placeOfVariable(register)
    }

    func placeOfVariable(_ number: Int) -> Int {
        number < nearVariables ? number : firstFarVariable + number - nearVariables
    }

    func placeOfConstant(_ number: Int) -> Int {
        number < nearConstants ? firstConstant + number : firstFarConstant + number - nearConstants
    }

    /// The variable that a place holds.
    func variable(at place: Int) -> Int? {
        if place < nearVariables { return place }
        let number = place - firstFarVariable + nearVariables
        return place >= firstFarVariable && number < variables ? number : nil
    }

    /// The constant that a place holds.
    func constant(at place: Int) -> Int? {
        if place >= firstFarConstant { return place - firstFarConstant + nearConstants }
        return place >= firstConstant && place < firstFarVariable ? place - firstConstant : nil
    }
}
