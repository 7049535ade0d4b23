/// Finds instructions that have a form for numbers, where the code itself says that their operands are numbers.
///
/// The kinds of registers are followed along all paths until nothing changes any more. What operands cannot name, and
/// what comes from outside, can be anything.
struct Specialization {
    /// An instruction, and what is asked of it in each pass.
    private struct Step {
        let instruction: PlacedInstruction
        /// Its form for numbers.
        let form: Opcode?
        let endsPath: Bool
        /// Where it may jump to, or -1.
        let target: Int
        /// The row of what is known where something jumps to it, or -1.
        var row = -1

        init(_ instruction: PlacedInstruction, target: Int?) {
            self.instruction = instruction
            form = instruction.opcode.formForNumbers
            endsPath = instruction.opcode.endsPath
            self.target = target ?? -1
        }
    }

    private var steps: [Step] = []
    /// What holds at the places that something jumps to, as far as it is known: nothing but what can come there, so at
    /// first no bit.
    private var known: [UInt64]
    private var isKnown: [Bool]
    /// What holds where the code begins.
    private let start: RegisterKinds
    /// The forms for numbers that the last pass found.
    private var found: [(position: Int, opcode: Opcode)] = []

    /// Larger code stays as it is: at each label every register is looked at.
    private static let limit = 1 << 18
    private static let passes = 12

    /// The forms for numbers by position; none where the code does nothing often, is too large, or takes too long.
    static func opcodes(
        of code: CodeBuilder,
        variables: Int,
        isFunction: Bool
    ) -> [(position: Int, opcode: Opcode)] {
        guard var specialization = Specialization(code, variables: variables, isFunction: isFunction) else { return [] }
        for _ in 1...passes {
            let isChanged = specialization.pass()
            if !isChanged { return specialization.found }
        }
        return []
    }

    private init?(_ code: CodeBuilder, variables: Int, isFunction: Bool) {
        let variables = min(variables, VirtualRegister.nearVariables)
        let temporaries = code.temporaryEnd - VirtualRegister.firstTemporary
        steps.reserveCapacity(code.instructions.count)
        for instruction in code.instructions {
            steps.append(Step(code.placed(instruction, variables: variables), target: code.target(of: instruction)))
        }
        var count = 0
        var isRepeated = isFunction
        for position in steps.indices {
            let target = steps[position].target
            if target < 0 { continue }
            if target <= position { isRepeated = true }
            if steps[target].row < 0 {
                steps[target].row = count
                count += 1
            }
        }
        guard isRepeated else { return nil }
        start = RegisterKinds(variables: variables, temporaries: temporaries, isFunction: isFunction)
        guard count * start.wordCount <= Self.limit else { return nil }
        known = Array(repeating: 0, count: count * start.wordCount)
        isKnown = Array(repeating: false, count: count)
    }

    /// Goes through the code once; says whether that made anything less certain that was passed already.
    private mutating func pass() -> Bool {
        found.removeAll(keepingCapacity: true)
        var kinds = start
        var isReached = true
        var isChanged = false
        for position in steps.indices {
            let step = steps[position]
            if step.row >= 0 {
                if isReached { _ = join(kinds, step.row) }
                isReached = isKnown[step.row]
                if isReached { kinds.load(step.row, of: known) }
            }
            guard isReached else { continue }
            if let form = step.form, kinds.allow(form, step.instruction) { found.append((position, form)) }
            kinds.run(step.instruction)
            if step.target >= 0 {
                let isNew: Bool
                if let loop = RegisterKinds.kindAfterJump(step.instruction.opcode) {
                    let kept = kinds[step.instruction.b]
                    kinds[step.instruction.b] = loop
                    isNew = join(kinds, steps[step.target].row)
                    kinds[step.instruction.b] = kept
                } else {
                    isNew = join(kinds, steps[step.target].row)
                }
                if isNew && step.target <= position { isChanged = true }
            }
            if step.endsPath { isReached = false }
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
    /// Whether what is known where an instruction begins allows a form of it.
    fileprivate func allow(_ form: Opcode, _ instruction: PlacedInstruction) -> Bool {
        let uses = form.uses
        return fits(instruction.a, uses.a) && fits(instruction.b, uses.b) && fits(instruction.c, uses.c)
    }

    private func fits(_ place: KindPlace, _ use: OperandUse) -> Bool {
        switch use {
        case .number: self[place] == .number
        case .plainWrite: self[place].rawValue <= RegisterKind.plain.rawValue
        default: true
        }
    }
}
