/// One of the frames of a run that stands still: the main block, or a function that is being called.
struct FrameView {
    let unit: CodeUnit
    let registers: SlotPointer
    /// The next instruction.
    let position: Int
    /// Where the code begins to read what the frame holds: an effect has not got its operands behind it, and a call has
    /// not written its result.
    let demandPosition: Int
    /// The variables that are bindings.
    var bound: Set<Int> = []

    func slot(_ place: Int) -> SlotPointer { registers + place }

    /// What loops at the current position will give back to their variables, inner loops first.
    var openRestores: [LoopRestore] {
        let last = max(0, position - 1)
        return unit.restores.filter { $0.start <= last && last < $0.end }
    }

    /// The variables that loops give new values to. They may borrow those, so they come last.
    var loopVariables: Set<Int> { Set(openRestores.compactMap { unit.layout.variable(at: $0.variable) }) }
}

extension Execution {
    /// How many functions are being called.
    var depth: Int { state.pointee.stack.depth }

    /// A call that has not returned, from the outside in.
    func call(_ number: Int) -> CallStack.Frame { state.pointee.stack.frames[number] }

    /// The main block, or the body of the process that is run.
    var rootFrame: FrameView {
        let isCalling = depth > 0
        let position = (isCalling ? call(0).pc : state.pointee.pc) - unit.code
        let isBetween = (standing == .ready || standing == .reading) && !isCalling
        return FrameView(
            unit: unit,
            registers: registers,
            position: position,
            demandPosition: isBetween ? position : position - 1,
            bound: bound
        )
    }

    /// All frames from the outside in.
    var frames: [FrameView] {
        var frames = [rootFrame]
        for number in 0..<depth {
            let unit = functionUnit(call(number).function)
            let isLast = number == depth - 1
            let position = (isLast ? state.pointee.pc : call(number + 1).pc) - unit.code
            frames.append(
                FrameView(
                    unit: unit,
                    registers: state.pointee.stack.registers(number),
                    position: position,
                    demandPosition: isLast ? position : position - 1
                )
            )
        }
        return frames
    }

    /// Begins a call of a function that had been called before the run was suspended, and stands at a position in it.
    func restoreCall(_ function: Int, at position: Int) throws(Failure) {
        let info = program.functions.infos + function
        try state.pointee.stack.reserve(info.pointee.bytes, heap)
        if depth > 0 { state.pointee.registers = state.pointee.stack.frames[depth - 1].base }
        let base = state.pointee.stack.top
        let slots = base.assumingMemoryBound(to: Tagged.self)
        for place in 0..<info.pointee.variables { slots[place] = .unset }
        prepare(slots, info)
        state.pointee.pushFrame(base, function, info)
        state.pointee.pc = info.pointee.code + position
    }

    func functionUnit(_ number: Int) -> CodeUnit { program.functions.units[number] }

    /// The frame that the machine works in.
    var currentFrame: FrameView { frames[frames.count - 1] }
}
