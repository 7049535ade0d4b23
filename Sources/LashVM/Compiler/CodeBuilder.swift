internal import LashSyntax

/// The code of one unit while it is being built: instructions, labels, registers, constants.
struct CodeBuilder {
    private(set) var instructions: [Instruction] = []
    private var labelPositions: [Int] = []
    private(set) var constants: [Constant] = []
    /// Those constants that are equal to others only by their value.
    private var plainConstants: [(fingerprint: UInt64, number: Int)] = []
    private var constantNumbers: [Constant: Int] = [:]
    /// The keys of constants and shapes.
    private(set) var keys: [String] = []
    /// The number of the constant of each key, or -1.
    private var keyConstants: [Int] = []
    private var symbolKeys = SymbolNumbers()
    /// Keys that are no names of the program.
    private var otherKeys: [ExactText: Int] = [:]
    private(set) var literals: [Value] = []
    /// The keys of literal records.
    private(set) var shapes: [[Int]] = []
    private var shapeNumbers: [[Int]: Int] = [:]
    private(set) var restores: [LoopRestore] = []
    /// The node that the next instructions belong to.
    var node: NodeID

    private(set) var nextTemporary = VirtualRegister.firstTemporary
    private(set) var temporaryEnd = VirtualRegister.firstTemporary

    init(node: NodeID) {
        self.node = node
        // As much as most programs need: growing costs more.
        instructions.reserveCapacity(128)
        labelPositions.reserveCapacity(32)
        constants.reserveCapacity(32)
        plainConstants.reserveCapacity(16)
        keys.reserveCapacity(32)
        keyConstants.reserveCapacity(32)
        shapes.reserveCapacity(8)
        restores.reserveCapacity(4)
    }

    // MARK: Instructions

    var position: Int { instructions.count }

    /// What running all instructions so far once would cost: one each, and more for what takes longer.
    var cost: Int { instructions.count + additionalCost }
    var additionalCost = 0

    mutating func emit(_ opcode: Opcode, x: Int = 0, _ a: Int = 0, _ b: Int = 0, _ c: Int = 0) {
        instructions.append(Instruction(opcode: opcode, x: x, a: a, b: b, c: c, node: node))
    }

    mutating func replaceOpcode(at position: Int, by opcode: Opcode) { instructions[position].opcode = opcode }

    /// Has the last instruction, if it reads an element into a temporary, do what comes next too, which alone reads that
    /// temporary: an addition of it, or the reading of an element of it.
    mutating func joinIndex(withReaderOf register: Int, as opcode: Opcode) {
        guard let last = instructions.last, last.opcode == .index, last.a == register, isTemporary(register) else {
            return
        }
        instructions[instructions.count - 1].opcode = opcode
        instructions[instructions.count - 1].x = 1
    }

    /// How many registers an instruction reads one after the other.
    func rangeCount(_ instruction: Instruction) -> Int {
        switch instruction.opcode {
        case .invoke: instruction.x
        case .record: shapes[instruction.c].count
        default: instruction.c
        }
    }

    /// What a constant register holds.
    func kind(ofConstant number: Int) -> RegisterKind {
        switch constants[number] {
        case .number: .number
        case .null, .bool: .plain
        case .string, .key, .literal: .anything
        }
    }

    /// The position that an instruction may jump to.
    func target(of instruction: Instruction, _ uses: OperandUses) -> Int? {
        if uses.c == .jump { return labelPositions[instruction.c] }
        if uses.b == .wideJump { return labelPositions[instruction.b] }
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

    func isTemporary(_ register: Int) -> Bool { VirtualRegister.isTemporary(register) }

    // MARK: Constants

    /// Constants and shapes that are found by looking at each: small programs never build the indexes.
    private static let searched = 16

    /// The number of a constant that is no key and no literal.
    mutating func number(of constant: Constant) -> Int {
        let fingerprint = constant.fingerprint
        for position in 0..<min(plainConstants.count, Self.searched)
        where plainConstants[position].fingerprint == fingerprint {
            let number = plainConstants[position].number
            if constants[number] == constant { return number }
        }
        let isIndexed = plainConstants.count > Self.searched
        if isIndexed, let number = constantNumbers[constant] { return number }
        let number = add(constant)
        plainConstants.append((fingerprint, number))
        if plainConstants.count > Self.searched { constantNumbers[constant] = number }
        return number
    }

    mutating func number(ofKey key: Int) -> Int {
        if keyConstants[key] < 0 { keyConstants[key] = add(.key(key)) }
        return keyConstants[key]
    }

    mutating func number(ofLiteral value: Value) -> Int {
        literals.append(value)
        return add(.literal(literals.count - 1))
    }

    private mutating func add(_ constant: Constant) -> Int {
        constants.append(constant)
        return constants.count - 1
    }

    // MARK: Keys

    /// The key that is the name of a symbol.
    mutating func key(_ symbol: Symbol, in tree: SyntaxTree) -> Int {
        if let key = symbolKeys[symbol] { return key }
        let key = addKey(tree.text(of: symbol))
        symbolKeys.insert(symbol, key)
        return key
    }

    mutating func key(_ text: String, in tree: SyntaxTree) -> Int {
        if let symbol = tree.symbol(of: text) { return key(symbol, in: tree) }
        let exact = ExactText(text)
        if let key = otherKeys[exact] { return key }
        let key = addKey(text)
        otherKeys[exact] = key
        return key
    }

    private mutating func addKey(_ text: String) -> Int {
        keys.append(text)
        keyConstants.append(-1)
        return keys.count - 1
    }

    mutating func shape(_ keys: [Int]) -> Int {
        if let number = shapes.prefix(Self.searched).firstIndex(of: keys) { return number }
        if shapes.count > Self.searched, let number = shapeNumbers[keys] { return number }
        shapes.append(keys)
        if shapes.count > Self.searched { shapeNumbers[keys] = shapes.count - 1 }
        return shapes.count - 1
    }

    mutating func addRestore(_ restore: LoopRestore) { restores.append(restore) }
}
