internal import LashSyntax

/// Gives every register its place, encodes the instructions, and builds the constants.
enum Assembler {
    /// The unit, or `nil` where a short jump does not reach.
    static func assemble(_ builder: CodeBuilder, variables: [String], _ functions: FunctionTable?) -> CodeUnit? {
        let layout = RegisterLayout(builder, variables: variables.count)
        var words: [UInt64] = []
        words.reserveCapacity(builder.instructions.count)
        let facts = Opcode.facts
        for (position, instruction) in builder.instructions.enumerated() {
            let uses = facts[Int(instruction.opcode.rawValue)].uses
            guard let word = encode(instruction, uses, at: position, layout, builder) else { return nil }
            words.append(word)
        }
        return CodeUnit(
            words: words,
            functions: functions,
            nodes: builder.instructions.map(\.node),
            layout: layout,
            variables: variables,
            keys: builder.keys,
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
        _ uses: OperandUses,
        at position: Int,
        _ layout: RegisterLayout,
        _ builder: CodeBuilder
    ) -> UInt64? {
        var word = UInt64(instruction.opcode.rawValue) | UInt64(truncatingIfNeeded: instruction.x & 0xFF) << 8
        guard let a = encode(uses.a, instruction.a, at: position, layout, builder),
            let b = encode(uses.b, instruction.b, at: position, layout, builder),
            let c = encode(uses.c, instruction.c, at: position, layout, builder)
        else { return nil }
        word |= a << 16 | b << 32 | c << 48
        return word
    }

    /// An operand, in the lowest bits.
    @inline(__always)
    private static func encode(
        _ use: OperandUse,
        _ value: Int,
        at position: Int,
        _ layout: RegisterLayout,
        _ builder: CodeBuilder
    ) -> UInt64? {
        if use.isRegister { return UInt64(UInt16(truncatingIfNeeded: layout.place(value) &* 16)) }
        switch use {
        case .none, .read, .readRange, .number, .write, .plainWrite, .update, .key, .iterator: return 0
        case .immediate, .shape: return value < 1 << 16 ? UInt64(value) : nil
        case .jump:
            guard let distance = Int16(exactly: builder.position(of: value) - position - 1) else { return nil }
            return UInt64(UInt16(bitPattern: distance))
        case .wideJump:
            let distance = Int32(truncatingIfNeeded: builder.position(of: value) - position - 1)
            return UInt64(UInt32(bitPattern: distance))
        case .far: return UInt64(UInt32(truncatingIfNeeded: layout.place(value)))
        }
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

    init(_ builder: CodeBuilder, variables: Int) {
        self.variables = variables
        nearVariables = min(variables, VirtualRegister.nearVariables)
        temporaries = builder.temporaryEnd - VirtualRegister.firstTemporary
        constants = builder.constants.count
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
