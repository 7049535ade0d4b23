/// An operand by what is known of it: the place of a register whose kind is followed, or, below zero, a kind that stays.
struct KindPlace {
    let index: Int

    init(_ index: Int) { self.index = index }

    init(always kind: RegisterKind) { index = -1 - Int(kind.rawValue) }
}

/// An instruction with the places of its operands.
struct PlacedInstruction {
    let opcode: Opcode
    let x: Int
    let a: KindPlace
    let b: KindPlace
    let c: KindPlace
    /// How many registers it reads one after the other, if it does.
    let rangeCount: Int
    let uses: OperandUses
    let moved: Opcode.Operand
}

extension CodeBuilder {
    /// An instruction with the places of its operands, after `variables` that operands can name.
    func placed(_ instruction: Instruction, variables: Int) -> PlacedInstruction {
        let uses = instruction.opcode.uses
        return PlacedInstruction(
            opcode: instruction.opcode,
            x: instruction.x,
            a: place(instruction.a, uses.a, variables),
            b: place(instruction.b, uses.b, variables),
            c: place(instruction.c, uses.c, variables),
            rangeCount: rangeCount(instruction),
            uses: uses,
            moved: instruction.opcode.moved
        )
    }

    /// Variables come first, then temporaries.
    private func place(_ register: Int, _ use: OperandUse, _ variables: Int) -> KindPlace {
        if !use.isRegister { return KindPlace(always: .anything) }
        if register >= VirtualRegister.firstConstant {
            return KindPlace(always: kind(ofConstant: register - VirtualRegister.firstConstant))
        }
        if register >= VirtualRegister.firstTemporary {
            return KindPlace(variables + register - VirtualRegister.firstTemporary)
        }
        return register < variables ? KindPlace(register) : KindPlace(always: .anything)
    }
}
