/// Finds instructions that have a form for numbers, where the code itself says that their operands are numbers.
///
/// The kinds of registers are followed along all paths until nothing changes any more. What operands cannot name, and
/// what comes from outside, can be anything.
struct Specialization {
    /// An instruction, and what is asked of it in each pass.
    private struct Step {
        let instruction: PlacedInstruction
        /// Whether what is known where it begins allows its form for numbers.
        var isAllowed = false
        /// Where it may jump to, or -1.
        let target: Int32
        /// The row of what is known here, where paths come together or a loop is left; or -1.
        var row: Int32 = -1
        /// Whether anything comes here.
        var isKnown = false
        /// Whether what is known here became less certain since the code was gone through.
        var isNew = false

        init(_ instruction: PlacedInstruction, target: Int?) {
            self.instruction = instruction
            self.target = Int32(truncatingIfNeeded: target ?? -1)
        }
    }

    private let facts = Opcode.facts
    private var steps: [Step] = []
    /// What holds at the places that have a row, as far as it is known: nothing but what can come there, so at first no bit.
    private var known: [UInt64]
    /// What holds where the code begins.
    private let start: RegisterKinds

    /// Larger code stays as it is: at each row every register is looked at.
    private static let limit = 3 << 17
    /// The work for each instruction of the code, at most. To look at one counts as much as to step over sixteen.
    private static let work = 24 * lookCost
    private static let lookCost = 16

    /// Puts the forms for numbers in place; none where the code does nothing often, is too large, or takes too long.
    static func apply(to code: inout CodeBuilder, variables: Int, isFunction: Bool) {
        guard var specialization = Specialization(code, variables: variables, isFunction: isFunction) else { return }
        guard specialization.run() else { return }
        for (position, step) in specialization.steps.enumerated() where step.isAllowed {
            if let form = specialization.facts(of: step).formForNumbers { code.replaceOpcode(at: position, by: form) }
        }
    }

    private init?(_ code: borrowing CodeBuilder, variables: Int, isFunction: Bool) {
        let variables = min(variables, VirtualRegister.nearVariables)
        let temporaries = code.temporaryEnd - VirtualRegister.firstTemporary
        steps.reserveCapacity(code.instructions.count)
        for instruction in code.instructions {
            let uses = facts[Int(instruction.opcode.rawValue)].uses
            let placed = code.placed(instruction, uses, variables: variables)
            steps.append(Step(placed, target: code.target(of: instruction, uses)))
        }
        var count = 0
        var isRepeated = isFunction
        for position in steps.indices {
            let target = Int(steps[position].target)
            if target < 0 { continue }
            Self.giveRow(to: &steps[target], &count)
            if target <= position {
                isRepeated = true
                if position + 1 < steps.count { Self.giveRow(to: &steps[position + 1], &count) }
            }
        }
        guard isRepeated else { return nil }
        start = RegisterKinds(variables: variables, temporaries: temporaries, isFunction: isFunction)
        guard count * start.wordCount <= Self.limit else { return nil }
        known = Array(repeating: 0, count: count * start.wordCount)
    }

    private func facts(of step: Step) -> OpcodeFacts { facts[Int(step.instruction.opcode.rawValue)] }

    /// Has what holds at a place kept.
    private static func giveRow(to step: inout Step, _ count: inout Int) {
        if step.row >= 0 { return }
        step.row = Int32(truncatingIfNeeded: count)
        count += 1
    }

    /// Goes through the code where something is new, and back as soon as that makes the beginning of a loop less certain:
    /// inner loops come to rest first. Gives false where it takes too long.
    private mutating func run() -> Bool {
        var kinds = start
        var isReached = true
        var position = 0
        var work = Self.work * steps.count
        while position < steps.count, work > 0 {
            if steps[position].row >= 0 {
                if isReached { join(kinds, at: position) }
                isReached = steps[position].isNew
                steps[position].isNew = false
                if isReached { kinds.load(Int(steps[position].row), of: known) }
            }
            guard isReached else {
                position += 1
                work -= 1
                continue
            }
            work -= Self.lookCost
            let step = steps[position]
            let facts = facts(of: step)
            if let form = facts.formForNumbers { steps[position].isAllowed = kinds.allow(form, step.instruction) }
            kinds.run(step.instruction, facts)
            position += 1
            if step.target >= 0 {
                let target = Int(step.target)
                if let loop = RegisterKinds.kindAfterJump(step.instruction.opcode) {
                    let kept = kinds[step.instruction.b]
                    kinds[step.instruction.b] = loop
                    join(kinds, at: target)
                    kinds[step.instruction.b] = kept
                } else {
                    join(kinds, at: target)
                }
                if target < position, steps[target].isNew {
                    if !facts.endsPath, position < steps.count { join(kinds, at: position) }
                    position = target
                    isReached = false
                    continue
                }
            }
            if facts.endsPath { isReached = false }
        }
        return position == steps.count
    }

    /// Notes whether a place became less certain.
    private mutating func join(_ kinds: RegisterKinds, at position: Int) {
        if kinds.join(Int(steps[position].row), of: &known) || !steps[position].isKnown {
            (steps[position].isKnown, steps[position].isNew) = (true, true)
        }
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
