/// An operand by what is known of it: the place of a register whose kind is followed, or, below zero, a kind that stays.
struct KindPlace {
    private let place: Int32

    @inline(__always) var index: Int { Int(place) }

    @inline(__always) init(_ index: Int) { place = Int32(truncatingIfNeeded: index) }

    @inline(__always) init(always kind: RegisterKind) { place = -1 - Int32(kind.rawValue) }
}

/// An instruction with the places of its operands.
struct PlacedInstruction {
    let opcode: Opcode
    /// Whether it moves what `moved` names out of its register.
    let moves: Bool
    let a: KindPlace
    let b: KindPlace
    let c: KindPlace
    /// How many registers it reads one after the other, if it does.
    let rangeCount: Int32
}

extension CodeBuilder {
    /// An instruction with the places of its operands, after `variables` that operands can name.
    @inline(__always)
    func placed(_ instruction: Instruction, _ uses: OperandUses, variables: Int) -> PlacedInstruction {
        PlacedInstruction(
            opcode: instruction.opcode,
            moves: instruction.x != 0,
            a: place(instruction.a, uses.a, variables),
            b: place(instruction.b, uses.b, variables),
            c: place(instruction.c, uses.c, variables),
            rangeCount: Int32(truncatingIfNeeded: rangeCount(instruction))
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
