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
        /// Whether what is known where it begins allows that form.
        var isAllowed = false
        let endsPath: Bool
        /// Where it may jump to, or -1.
        let target: Int32
        /// The row of what is known where something jumps to it, or -1.
        var row: Int32 = -1

        init(_ instruction: PlacedInstruction, target: Int?) {
            self.instruction = instruction
            form = instruction.opcode.formForNumbers
            endsPath = instruction.opcode.endsPath
            self.target = Int32(truncatingIfNeeded: target ?? -1)
        }
    }

    private var steps: [Step] = []
    /// What holds at the places that something jumps to, as far as it is known: nothing but what can come there, so at
    /// first no bit.
    private var known: [UInt64]
    private var isKnown: [Bool]
    /// Whether that became less certain since the code there was gone through.
    private var isNew: [Bool]
    /// What holds where the code begins.
    private let start: RegisterKinds

    /// Larger code stays as it is: at each label every register is looked at.
    private static let limit = 1 << 18
    private static let passes = 12

    /// Puts the forms for numbers in place; none where the code does nothing often, is too large, or takes too long.
    static func apply(to code: inout CodeBuilder, variables: Int, isFunction: Bool) {
        guard var specialization = Specialization(code, variables: variables, isFunction: isFunction) else { return }
        var next: Int? = 0
        for _ in 1...passes {
            guard let first = next else { break }
            next = specialization.pass(from: first)
        }
        guard next == nil else { return }
        for (position, step) in specialization.steps.enumerated() where step.isAllowed {
            if let form = step.form { code.replaceOpcode(at: position, by: form) }
        }
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
            let target = Int(steps[position].target)
            if target < 0 { continue }
            if target <= position { isRepeated = true }
            if steps[target].row < 0 {
                steps[target].row = Int32(truncatingIfNeeded: count)
                count += 1
            }
        }
        guard isRepeated else { return nil }
        start = RegisterKinds(variables: variables, temporaries: temporaries, isFunction: isFunction)
        guard count * start.wordCount <= Self.limit else { return nil }
        known = Array(repeating: 0, count: count * start.wordCount)
        isKnown = Array(repeating: false, count: count)
        isNew = isKnown
    }

    /// Goes through the code from a place on, but only where something is new; gives the first place before that became
    /// less certain by it.
    private mutating func pass(from first: Int) -> Int? {
        var kinds = start
        var isReached = first == 0
        var again: Int?
        for position in first..<steps.count {
            let row = Int(steps[position].row)
            if row >= 0 {
                if isReached { join(kinds, row) }
                isReached = isNew[row]
                isNew[row] = false
                if isReached { kinds.load(row, of: known) }
            }
            guard isReached else { continue }
            let step = steps[position]
            if let form = step.form { steps[position].isAllowed = kinds.allow(form, step.instruction) }
            kinds.run(step.instruction)
            if step.target >= 0 {
                let target = Int(step.target)
                let row = Int(steps[target].row)
                if let loop = RegisterKinds.kindAfterJump(step.instruction.opcode) {
                    let kept = kinds[step.instruction.b]
                    kinds[step.instruction.b] = loop
                    join(kinds, row)
                    kinds[step.instruction.b] = kept
                } else {
                    join(kinds, row)
                }
                if target <= position, isNew[row] { again = min(again ?? target, target) }
            }
            if step.endsPath { isReached = false }
        }
        return again
    }

    /// Notes whether a place became less certain.
    private mutating func join(_ kinds: RegisterKinds, _ row: Int) {
        if kinds.join(row, of: &known) || !isKnown[row] { (isKnown[row], isNew[row]) = (true, true) }
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
