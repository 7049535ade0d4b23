/// Finds instructions that have a form for numbers, where the code itself says that their operands are numbers.
///
/// The kinds of registers are followed along all paths until nothing changes any more. What operands cannot name, and
/// what comes from outside, can be anything.
struct Specialization {
    private let code: CodeBuilder
    /// What holds where paths meet, as far as it is known.
    private var known: [Int: RegisterKinds] = [:]
    private var isLabel: [Bool]
    private let start: RegisterKinds

    /// Larger code stays as it is: at each label every register is looked at.
    private static let limit = 1 << 18
    private static let passes = 12

    /// Gives `nil` where the code does nothing often, or is too large.
    init?(_ code: CodeBuilder, variables: Int, isFunction: Bool) {
        let temporaries = code.temporaryEnd - VirtualRegister.firstTemporary
        isLabel = Array(repeating: false, count: code.instructions.count)
        var jumps = 0
        var isRepeated = isFunction
        for (position, instruction) in code.instructions.enumerated() {
            guard let target = code.target(of: instruction) else { continue }
            isLabel[target] = true
            jumps += 1
            if target <= position { isRepeated = true }
        }
        guard isRepeated, jumps * (variables + temporaries) <= Self.limit else { return nil }
        self.code = code
        start = RegisterKinds(variables: variables, temporaries: temporaries, isFunction: isFunction)
    }

    /// The forms for numbers by position; none where it takes too long to find them.
    mutating func specializedOpcodes() -> [(position: Int, opcode: Opcode)] {
        var passes = 1
        while pass({ _, _ in }) {
            passes += 1
            if passes > Self.passes { return [] }
        }
        var found: [(position: Int, opcode: Opcode)] = []
        _ = pass { [code] position, kinds in
            if let opcode = kinds.specialized(code.instructions[position], code) { found.append((position, opcode)) }
        }
        return found
    }

    /// Goes through the code once; says whether that made anything less certain that was passed already.
    private mutating func pass(_ visit: (_ position: Int, _ kinds: RegisterKinds) -> Void) -> Bool {
        var kinds = start
        var isReached = true
        var isChanged = false
        for (position, instruction) in code.instructions.enumerated() {
            if isLabel[position] {
                if isReached { _ = join(kinds, at: position) }
                isReached = false
                if let met = known[position] {
                    kinds = met
                    isReached = true
                }
            }
            guard isReached else { continue }
            visit(position, kinds)
            kinds.run(instruction, code)
            if let target = code.target(of: instruction) {
                let isNew = join(kinds.afterJump(instruction), at: target)
                if isNew && target <= position { isChanged = true }
            }
            if instruction.opcode.endsPath { isReached = false }
        }
        return isChanged
    }

    /// Says whether a place became less certain.
    private mutating func join(_ kinds: RegisterKinds, at position: Int) -> Bool {
        if let change = known[position]?.join(kinds) { return change }
        known[position] = kinds
        return true
    }
}

extension RegisterKinds {
    /// The form of an instruction for what is known where it begins.
    fileprivate func specialized(_ instruction: Instruction, _ code: CodeBuilder) -> Opcode? {
        guard let form = instruction.opcode.formForNumbers else { return nil }
        let description = form.description
        let operands = (
            (description.a, instruction.a), (description.b, instruction.b), (description.c, instruction.c)
        )
        func isFit(_ operand: (OperandUse, Int)) -> Bool {
            switch operand.0 {
            case .number: kind(operand.1, code) == .number
            case .plainWrite: kind(operand.1, code).rawValue <= RegisterKind.plain.rawValue
            default: true
            }
        }
        return isFit(operands.0) && isFit(operands.1) && isFit(operands.2) ? form : nil
    }
}
