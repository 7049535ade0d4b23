internal import LashSyntax

/// The code of one unit while it is being built: instructions, labels, registers, constants.
struct CodeBuilder {
    private(set) var instructions: [Instruction] = []
    private var labelPositions: [Int] = []
    private(set) var constants: [Constant] = []
    private var constantNumbers: [Constant: Int] = [:]
    private(set) var literals: [Value] = []
    private(set) var shapes: [[String]] = []
    private var shapeNumbers: [[String]: Int] = [:]
    private(set) var restores: [LoopRestore] = []
    /// The node that the next instructions belong to.
    var node: NodeID

    private(set) var nextTemporary = VirtualRegister.firstTemporary
    private(set) var temporaryEnd = VirtualRegister.firstTemporary

    init(node: NodeID) { self.node = node }

    // MARK: Instructions

    var position: Int { instructions.count }

    /// What running all instructions so far once would cost: one each, and more for what takes longer.
    var cost: Int { instructions.count + additionalCost }
    var additionalCost = 0

    mutating func emit(_ opcode: Opcode, x: Int = 0, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
        instructions.append(Instruction(opcode: opcode, x: x, a: a, b: b, c: c, node: node))
    }

    mutating func replaceOpcode(at position: Int, by opcode: Opcode) { instructions[position].opcode = opcode }

    /// Has the last instruction, if it reads an element into a temporary, do what comes next too: an addition of that
    /// temporary, which nothing else reads.
    mutating func joinIndex(withReaderOf register: Int) {
        guard let last = instructions.last, last.opcode == .index, last.a == register, isTemporary(register) else {
            return
        }
        replaceOpcode(at: instructions.count - 1, by: .indexAdd)
    }

    /// How many registers an instruction reads one after the other.
    func rangeCount(_ instruction: Instruction) -> Int {
        switch instruction.opcode {
        case .invoke: instruction.x
        case .record: shapes[instruction.c].count
        default: instruction.c
        }
    }

    /// The position that an instruction may jump to.
    func target(of instruction: Instruction) -> Int? {
        let description = instruction.opcode.description
        if description.c == .jump { return labelPositions[instruction.c] }
        if description.b == .wideJump { return labelPositions[instruction.b] }
        return nil
    }

    mutating func setTarget(at position: Int, a: Int) { instructions[position].a = a }

    // MARK: Labels

    mutating func makeLabel() -> CodeLabel {
        labelPositions.append(-1)
        return CodeLabel(id: labelPositions.count - 1)
    }

    mutating func place(_ label: CodeLabel) { labelPositions[label.id] = instructions.count }

    func position(of label: Int) -> Int { labelPositions[label] }

    mutating func jump(_ opcode: Opcode, x: Int = 0, _ a: Int = 0, to label: CodeLabel) {
        emit(opcode, x: x, a, label.id)
    }

    mutating func compareAndJump(_ opcode: Opcode, x: Int = 0, _ a: Int, _ b: Int, to label: CodeLabel) {
        emit(opcode, x: x, a, b, label.id)
    }

    // MARK: Registers

    /// A fresh temporary above all that are in use.
    mutating func temporary() -> Int {
        defer { nextTemporary += 1 }
        temporaryEnd = max(temporaryEnd, nextTemporary + 1)
        return nextTemporary
    }

    mutating func temporaries(_ count: Int) -> Int {
        defer { nextTemporary += count }
        temporaryEnd = max(temporaryEnd, nextTemporary + count)
        return nextTemporary
    }

    /// Frees the temporaries from `mark` up.
    mutating func free(to mark: Int) { nextTemporary = mark }

    func isTemporary(_ register: Int) -> Bool {
        register >= VirtualRegister.firstTemporary && register < VirtualRegister.firstConstant
    }

    // MARK: Constants

    /// Constants that are found by looking at each: small programs never build the index.
    private static let searchedConstants = 16

    mutating func number(of constant: Constant) -> Int {
        if let number = constants.prefix(Self.searchedConstants).firstIndex(of: constant) { return number }
        if constants.count > Self.searchedConstants, let number = constantNumbers[constant] { return number }
        constants.append(constant)
        if constants.count > Self.searchedConstants { constantNumbers[constant] = constants.count - 1 }
        return constants.count - 1
    }

    mutating func number(ofLiteral value: Value) -> Int {
        literals.append(value)
        return number(of: .literal(literals.count - 1))
    }

    mutating func shape(_ keys: [String]) -> Int {
        if let number = shapeNumbers[keys] { return number }
        shapes.append(keys)
        shapeNumbers[keys] = shapes.count - 1
        return shapes.count - 1
    }

    mutating func addRestore(_ restore: LoopRestore) { restores.append(restore) }
}
