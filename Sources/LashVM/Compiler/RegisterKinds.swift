/// What a register is known to hold where an instruction begins, from the most to the least certain: where two paths
/// meet, the less certain one holds.
enum RegisterKind: UInt8 {
    case number
    /// No heap object: what replaces it need not look.
    case plain
    case anything
}

/// The kinds of all registers that operands can name, but for constants.
///
/// Two words tell of 64 registers: a bit of the first says that a register may hold something other than a number, one of
/// the second that it may hold a heap object. So where paths meet, all bits of both hold.
struct RegisterKinds {
    private var words: [UInt64]
    private let variables: Int

    /// Nothing is known of variables. Temporaries are null where a run begins; a function finds them as they were left.
    init(variables: Int, temporaries: Int, isFunction: Bool) {
        self.variables = min(variables, VirtualRegister.nearVariables)
        let count = self.variables + temporaries
        words = Array(repeating: .max, count: (count + 63) / 64 * 2)
        if !isFunction { for place in self.variables..<count { self[place: place] = .plain } }
    }

    /// The words that a place keeps.
    var wordCount: Int { words.count }

    private func place(_ register: Int) -> Int? {
        if register >= VirtualRegister.firstConstant { return nil }
        if register >= VirtualRegister.firstTemporary { return variables + register - VirtualRegister.firstTemporary }
        return register < variables ? register : nil
    }

    private subscript(place place: Int) -> RegisterKind {
        get {
            let (word, bit) = ((place >> 6) * 2, UInt64(1) << UInt64(place & 63))
            if words[word] & bit == 0 { return .number }
            return words[word + 1] & bit == 0 ? .plain : .anything
        }
        set {
            let (word, bit) = ((place >> 6) * 2, UInt64(1) << UInt64(place & 63))
            words[word] = newValue == .number ? words[word] & ~bit : words[word] | bit
            words[word + 1] = newValue == .anything ? words[word + 1] | bit : words[word + 1] & ~bit
        }
    }

    subscript(_ register: Int) -> RegisterKind {
        get { place(register).map { self[place: $0] } ?? .anything }
        set { if let place = place(register) { self[place: place] = newValue } }
    }

    /// What an operand holds.
    func kind(_ register: Int, _ code: CodeBuilder) -> RegisterKind {
        guard register >= VirtualRegister.firstConstant else { return self[register] }
        switch code.constants[register - VirtualRegister.firstConstant] {
        case .number: return .number
        case .null, .bool: return .plain
        case .string, .key, .literal: return .anything
        }
    }

    /// Takes what was kept of a place.
    mutating func load(_ row: Int, of kept: [UInt64]) {
        for word in words.indices { words[word] = kept[row * words.count + word] }
    }

    /// Adds what holds here to what was kept of a place; says whether that made anything less certain.
    func join(_ row: Int, of kept: inout [UInt64]) -> Bool {
        var added: UInt64 = 0
        for word in words.indices {
            let place = row * words.count + word
            added |= words[word] & ~kept[place]
            kept[place] |= words[word]
        }
        return added != 0
    }

    /// What holds after an instruction, if it does not jump.
    mutating func run(_ instruction: Instruction, _ code: CodeBuilder) {
        let (a, b, c) = (instruction.a, instruction.b, instruction.c)
        switch instruction.opcode {
        case .move, .borrow: self[a] = kind(b, code)
        case .take:
            let moved = kind(b, code)
            self[b] = .plain
            self[a] = moved
        case .drop, .storeFar: self[a] = .plain
        case .add:
            let isNumber = kind(b, code) == .number && kind(c, code) == .number
            self[a] = isNumber ? .number : .anything
        case .subtract, .multiply, .divide, .modulo, .moduloConstant, .negate, .length: self[a] = .number
        case .not, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .isMember: self[a] = .plain
        case .rangeStart:
            for register in a..<a + 3 { self[register] = .number }
        case .iterate:
            // The position counts as a number; what is known of more elements may be an object.
            (self[a], self[a + 1], self[a + 2]) = (.anything, .number, .anything)
            // A projection is not moved.
            if instruction.x != 0 { self[b] = .anything }
        // They write where they jump.
        case .next, .rangeNext: break
        default: runGenerally(instruction, code)
        }
    }

    /// What an instruction writes can be anything, by the table; what it may move is no number any more.
    private mutating func runGenerally(_ instruction: Instruction, _ code: CodeBuilder) {
        let opcode = instruction.opcode
        let description = opcode.description
        if opcode.moved != .c { write(description.c, instruction.c, instruction, code) }
        if opcode.moved != .b { write(description.b, instruction.b, instruction, code) }
        if instruction.x != 0 {
            // What is moved leaves null, or stays if it is no object.
            switch opcode.moved {
            case .b: self[instruction.b] = .plain
            case .c: self[instruction.c] = .plain
            case .none: break
            }
        }
        write(description.a, instruction.a, instruction, code)
    }

    private mutating func write(_ use: OperandUse, _ register: Int, _ instruction: Instruction, _ code: CodeBuilder) {
        switch use {
        case .write, .plainWrite, .update: self[register] = .anything
        case .iterator: for register in register..<register + 3 { self[register] = .anything }
        case .readRange:
            for register in register..<register + code.rangeCount(instruction) where self[register] == .number {
                self[register] = .plain
            }
        case .none, .read, .number, .key, .immediate, .shape, .jump, .wideJump, .far: break
        }
    }

    /// What a loop makes of its variable where it goes on.
    static func kindAfterJump(_ opcode: Opcode) -> RegisterKind? {
        switch opcode {
        case .rangeNext: .number
        case .next: .anything
        default: nil
        }
    }
}
