internal import LashSyntax

/// What a call needs to know of a function.
struct FunctionInfo {
    /// The first instruction.
    let code: UnsafePointer<UInt64>
    let shapes: UnsafePointer<Object>
    let constants: UnsafePointer<Tagged>
    /// Bytes of a frame.
    let bytes: Int
    /// The variables come first, then temporaries, then constants: as many as each operand can name.
    let variables: Int
    let firstConstant: Int
    let nearConstants: Int
    /// What operands cannot name comes last: variables, then constants.
    let farVariables: Int
    let farConstants: Int
    /// What a call costs: every instruction once, and the frame.
    let cost: Int
}

/// The functions that a program can call, by number. Immutable.
final class FunctionTable: @unchecked Sendable {
    /// Their code.
    let units: [CodeUnit]
    let names: [String]
    /// The program that each belongs to: that of the main block, or the declaration of an earlier one.
    let trees: [SyntaxTree]
    /// Whether each was declared by an earlier program of the session.
    let isOfSession: [Bool]
    let infos: UnsafePointer<FunctionInfo>
    private let storage: UnsafeMutablePointer<FunctionInfo>

    init(_ functions: [(name: String, unit: CodeUnit, tree: SyntaxTree, isOfSession: Bool)]) {
        units = functions.map(\.unit)
        names = functions.map(\.name)
        trees = functions.map(\.tree)
        isOfSession = functions.map(\.isOfSession)
        storage = .allocate(capacity: max(1, functions.count))
        for (number, unit) in units.enumerated() { (storage + number).initialize(to: FunctionInfo(unit)) }
        infos = UnsafePointer(storage)
    }

    deinit { storage.deallocate() }
}

extension FunctionInfo {
    fileprivate init(_ unit: CodeUnit) {
        let layout = unit.layout
        code = unit.code
        shapes = unit.shapes
        constants = unit.constants
        bytes = layout.count * 16
        variables = layout.nearVariables
        firstConstant = layout.firstConstant
        nearConstants = layout.nearConstants
        farVariables = layout.variables - layout.nearVariables
        farConstants = layout.constants - layout.nearConstants
        cost = unit.count + layout.count / 8
    }

    /// The first register that operands cannot name.
    fileprivate var firstFar: Int { firstConstant + nearConstants }

    fileprivate var hasFarRegisters: Bool { farVariables | farConstants != 0 }
}

/// The frames of the functions that are being called, on a stack of the machine's own.
///
/// A frame holds the registers of one call: its variables and temporaries own what they hold, as those of the main block
/// do. What lies above the last frame owns nothing.
struct CallStack {
    /// A call that has not returned.
    struct Frame {
        /// Where the caller goes on: after its `invoke` instruction, which names the register of the result.
        var pc: UnsafePointer<UInt64>
        /// The registers and the key tables of the caller.
        var registers: UnsafeMutableRawPointer
        var shapes: UnsafePointer<Object>
        /// The registers of the function.
        var base: UnsafeMutableRawPointer
        /// The number of the function.
        var function: Int
    }

    /// Calls inside of each other.
    static let limit = 1024

    /// Room for as many frames as there can be, once there was a call.
    private(set) var frames: UnsafeMutablePointer<Frame>
    var depth = 0
    /// Where the next frame begins, and where the memory ends.
    var top: UnsafeMutableRawPointer
    private(set) var end: UnsafeMutableRawPointer
    private var memory: UnsafeMutableRawPointer?
    private var capacity = 0

    /// An empty stack without memory; its pointers are never followed.
    init() {
        // Not zero, so they unwrap.
        top = UnsafeMutableRawPointer(bitPattern: 16).unsafelyUnwrapped
        end = top
        frames = top.assumingMemoryBound(to: Frame.self)
    }

    /// Makes room for a frame. Registers may move; everything above the top owns nothing.
    mutating func reserve(_ bytes: Int, _ heap: Heap) throws(Failure) {
        if depth == Self.limit { throw .frameLimit }
        if capacity > 0 && top + bytes <= end { return }
        let used = memory.map { top - $0 } ?? 0
        let wanted = max(4096, capacity * 2, used + bytes)
        try heap.require(wanted - capacity)
        let moved = UnsafeMutableRawPointer.allocate(byteCount: wanted, alignment: 16)
        if let memory {
            moved.copyMemory(from: memory, byteCount: used)
            let distance = moved - memory
            for number in 0..<depth {
                frames[number].base += distance
                if number > 0 { frames[number].registers += distance }
            }
            memory.deallocate()
        } else {
            frames = .allocate(capacity: Self.limit)
        }
        (moved + used).initializeMemory(as: Tagged.self, repeating: .null, count: (wanted - used) / 16)
        heap.takeLarge(wanted - capacity)
        memory = moved
        capacity = wanted
        top = moved + used
        end = moved + wanted
    }

    /// Frees the memory. All frames must have been left.
    mutating func deallocate(_ heap: Heap) {
        guard let memory else { return }
        frames.deallocate()
        memory.deallocate()
        heap.giveBackLarge(capacity)
        self = CallStack()
    }

    /// The registers of a frame.
    func registers(_ frame: Int) -> SlotPointer { frames[frame].base.assumingMemoryBound(to: Tagged.self) }
}

/// Begins the function that an `invoke` instruction names: its arguments move into a new frame. `false` is a failure.
///
/// What is rare is called last, so that nothing has to be saved before a usual call.
@inline(never)
func enterFunction(_ state: StatePointer, _ word: UInt64) -> Bool {
    let info = state.pointee.functions + Encoding.c(word)
    let isUsual =
        state.pointee.stack.top + info.pointee.bytes <= state.pointee.stack.end
        && state.pointee.stack.depth != CallStack.limit && !info.pointee.hasFarRegisters
    if _slowPath(!isUsual) { return enterUnusualFunction(state, word) }
    beginFrame(state, word, info)
    return true
}

/// The same where the stack is full, or where there are registers that operands cannot name.
@inline(never)
private func enterUnusualFunction(_ state: StatePointer, _ word: UInt64) -> Bool {
    let info = state.pointee.functions + Encoding.c(word)
    let hasRoom = state.attempt { () throws(Failure) in
        try state.pointee.stack.reserve(info.pointee.bytes, state.pointee.heap)
    }
    let depth = state.pointee.stack.depth
    // The registers of the caller may have moved.
    if hasRoom && depth > 0 { state.pointee.registers = state.pointee.stack.frames[depth - 1].base }
    guard hasRoom else { return false }
    let frame = state.pointee.stack.top.assumingMemoryBound(to: Tagged.self)
    if info.pointee.hasFarRegisters { prepareFarRegisters(frame, info) }
    beginFrame(state, word, info)
    return true
}

/// Makes a frame at the top of the stack, where there is room for it, and moves the arguments into it.
@inline(__always)
private func beginFrame(_ state: StatePointer, _ word: UInt64, _ info: UnsafePointer<FunctionInfo>) {
    let base = state.pointee.stack.top
    let slots = base.assumingMemoryBound(to: Tagged.self)
    let arguments = state.register(Encoding.b(word))
    let count = Encoding.x(word)
    var i = 0
    while i < count {
        let value = arguments[i]
        if _slowPath(value.isObject) {
            slots[i] = value.isBorrowed ? state.pointee.heap.owned(value) : value
            arguments[i] = .null
        } else {
            slots[i] = value
        }
        i &+= 1
    }
    while i < info.pointee.variables {
        slots[i] = .unset
        i &+= 1
    }
    prepareConstants(slots, info)
    state.pointee.pushFrame(base, Encoding.c(word), info)
    state.pointee.pc = info.pointee.code
}

/// Puts constants, and the variables that operands cannot name, into a new frame.
@inline(__always)
func prepare(_ frame: SlotPointer, _ info: UnsafePointer<FunctionInfo>) {
    prepareConstants(frame, info)
    if _slowPath(info.pointee.hasFarRegisters) { prepareFarRegisters(frame, info) }
}

/// Puts the constants that operands can name into a new frame.
@inline(__always)
private func prepareConstants(_ frame: SlotPointer, _ info: UnsafePointer<FunctionInfo>) {
    let constants = info.pointee.constants
    let near = frame + info.pointee.firstConstant
    var i = 0
    while i < info.pointee.nearConstants {
        near[i] = constants[i]
        i &+= 1
    }
}

@inline(never)
private func prepareFarRegisters(_ frame: SlotPointer, _ info: UnsafePointer<FunctionInfo>) {
    let far = frame + info.pointee.firstFar
    for i in 0..<info.pointee.farVariables { far[i] = .unset }
    for i in 0..<info.pointee.farConstants {
        far[info.pointee.farVariables + i] = info.pointee.constants[info.pointee.nearConstants + i]
    }
}

/// Ends the function at hand with the value of a register, and goes on after its call.
///
/// Most functions own nothing at their end, and most results are no objects: that takes no call, whose registers would
/// have to be saved.
@inline(never)
func leaveFunction(_ state: StatePointer, _ word: UInt64) {
    let value = state.register(Encoding.a(word)).pointee
    let frame = state.pointee.stack.frames + (state.pointee.stack.depth &- 1)
    let info = state.pointee.functions + frame.pointee.function
    if _slowPath(value.isObject || info.pointee.hasFarRegisters) { return leaveOwningFunction(state, word) }
    let slots = frame.pointee.base.assumingMemoryBound(to: Tagged.self)
    var i = 0
    while i < info.pointee.firstConstant {
        if _slowPath(slots[i].isOwnedObject) { return leaveOwningFunction(state, word) }
        i &+= 1
    }
    state.pointee.popFrame()
    let pc = frame.pointee.pc
    state.pointee.pc = pc
    let target = state.register(Encoding.a((pc - 1).pointee))
    let old = target.pointee
    target.pointee = value
    if _slowPath(old.isOwnedObject) { state.pointee.heap.releaseOutOfLine(old) }
}

/// The same where the function owns objects, or its result may be one.
@inline(never)
private func leaveOwningFunction(_ state: StatePointer, _ word: UInt64) {
    let source = state.register(Encoding.a(word))
    var value = source.pointee
    if value.isBorrowed { value = state.pointee.heap.owned(value) } else { source.pointee = .null }
    let pc = state.pointee.leaveFrame()
    state.pointee.pc = pc
    state.pointee.heap.store(value, into: state.register(Encoding.a((pc - 1).pointee)))
}

extension MachineState {
    /// Lets instructions work on the registers of a new frame at the top of the stack.
    @inline(__always) mutating func pushFrame(
        _ base: UnsafeMutableRawPointer,
        _ function: Int,
        _ info: UnsafePointer<FunctionInfo>
    ) {
        stack.frames[stack.depth] = CallStack.Frame(
            pc: pc,
            registers: registers,
            shapes: shapes,
            base: base,
            function: function
        )
        stack.depth &+= 1
        stack.top = base + info.pointee.bytes
        registers = base
        shapes = info.pointee.shapes
    }

    /// Releases what the last frame owns, and gives where its caller goes on.
    mutating func leaveFrame() -> UnsafePointer<UInt64> {
        let frame = stack.frames + (stack.depth &- 1)
        let info = functions + frame.pointee.function
        let slots = frame.pointee.base.assumingMemoryBound(to: Tagged.self)
        for i in 0..<info.pointee.firstConstant where slots[i].isOwnedObject { heap.clear(slots + i) }
        let far = slots + info.pointee.firstFar
        for i in 0..<info.pointee.farVariables where far[i].isOwnedObject { heap.clear(far + i) }
        popFrame()
        return frame.pointee.pc
    }

    /// Lets instructions work on the registers of the caller again.
    @inline(__always) fileprivate mutating func popFrame() {
        stack.depth &-= 1
        let frame = stack.frames + stack.depth
        stack.top = frame.pointee.base
        registers = frame.pointee.registers
        shapes = frame.pointee.shapes
    }
}
