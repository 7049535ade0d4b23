/// Finds instructions that have a form for numbers, where the code itself says that their operands are numbers.
///
/// The kinds of registers are followed along all paths until nothing changes any more. What operands cannot name, and
/// what comes from outside, can be anything.
struct Specialization {
    private let code: CodeBuilder
    /// Where each instruction may jump to, or -1.
    private let targets: [Int]
    /// The rows of places that something jumps to, or -1.
    private var rows: [Int]
    /// What holds at those places, as far as it is known: nothing but what can come there, so at first no bit.
    private var known: [UInt64]
    private var isKnown: [Bool]
    /// What holds where the code begins.
    private let start: RegisterKinds

    /// Larger code stays as it is: at each label every register is looked at.
    private static let limit = 1 << 18
    private static let passes = 12

    /// Gives `nil` where the code does nothing often, or is too large.
    init?(_ code: CodeBuilder, variables: Int, isFunction: Bool) {
        let temporaries = code.temporaryEnd - VirtualRegister.firstTemporary
        targets = code.instructions.map { code.target(of: $0) ?? -1 }
        rows = Array(repeating: -1, count: targets.count)
        var count = 0
        var isRepeated = isFunction
        for (position, target) in targets.enumerated() where target >= 0 {
            if target <= position { isRepeated = true }
            if rows[target] < 0 {
                rows[target] = count
                count += 1
            }
        }
        guard isRepeated else { return nil }
        start = RegisterKinds(variables: variables, temporaries: temporaries, isFunction: isFunction)
        guard count * start.wordCount <= Self.limit else { return nil }
        self.code = code
        known = Array(repeating: 0, count: count * start.wordCount)
        isKnown = Array(repeating: false, count: count)
    }

    /// The forms for numbers by position; none where it takes too long to find them.
    mutating func specializedOpcodes() -> [(position: Int, opcode: Opcode)] {
        for _ in 1...Self.passes {
            var found: [(position: Int, opcode: Opcode)] = []
            let isChanged = pass { [code] position, kinds in
                if let opcode = kinds.specialized(code.instructions[position], code) {
                    found.append((position, opcode))
                }
            }
            if !isChanged { return found }
        }
        return []
    }

    /// Goes through the code once; says whether that made anything less certain that was passed already.
    private mutating func pass(_ visit: (_ position: Int, _ kinds: RegisterKinds) -> Void) -> Bool {
        var kinds = start
        var isReached = true
        var isChanged = false
        for position in targets.indices {
            let row = rows[position]
            if row >= 0 {
                if isReached { _ = join(kinds, row) }
                isReached = isKnown[row]
                if isReached { kinds.load(row, of: known) }
            }
            guard isReached else { continue }
            let instruction = code.instructions[position]
            visit(position, kinds)
            kinds.run(instruction, code)
            let target = targets[position]
            if target >= 0 {
                let isNew: Bool
                if let loop = RegisterKinds.kindAfterJump(instruction.opcode) {
                    let kept = kinds[instruction.b]
                    kinds[instruction.b] = loop
                    isNew = join(kinds, rows[target])
                    kinds[instruction.b] = kept
                } else {
                    isNew = join(kinds, rows[target])
                }
                if isNew && target <= position { isChanged = true }
            }
            if instruction.opcode.endsPath { isReached = false }
        }
        return isChanged
    }

    /// Says whether a place became less certain.
    private mutating func join(_ kinds: RegisterKinds, _ row: Int) -> Bool {
        let isFirst = !isKnown[row]
        isKnown[row] = true
        return kinds.join(row, of: &known) || isFirst
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
