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
    private struct Words {
        var notNumbers = UInt64.max
        var objects = UInt64.max

        subscript(place: Int) -> RegisterKind {
            @inline(__always) get {
                let bit = UInt64(1) &<< UInt64(truncatingIfNeeded: place)
                if notNumbers & bit == 0 { return .number }
                return objects & bit == 0 ? .plain : .anything
            }
            @inline(__always) set {
                let bit = UInt64(1) &<< UInt64(truncatingIfNeeded: place)
                notNumbers = newValue == .number ? notNumbers & ~bit : notNumbers | bit
                objects = newValue == .anything ? objects | bit : objects & ~bit
            }
        }
    }

    /// Those of the first 64 registers: most programs have no more.
    private var first = Words()
    private var others: [Words]

    /// Nothing is known of variables. Temporaries are null where a run begins; a function finds them as they were left.
    init(variables: Int, temporaries: Int, isFunction: Bool) {
        let count = variables + temporaries
        others = Array(repeating: Words(), count: max(0, count - 1) / 64)
        if !isFunction { for place in variables..<count { self[KindPlace(place)] = .plain } }
    }

    /// The words that a place keeps.
    var wordCount: Int { 2 + others.count * 2 }

    subscript(_ place: KindPlace) -> RegisterKind {
        @inline(__always) get {
            let index = place.index
            if index < 0 { return RegisterKind(rawValue: UInt8(truncatingIfNeeded: -1 - index)) ?? .anything }
            return index < 64 ? first[index] : other(index)
        }
        @inline(__always) set {
            let index = place.index
            if index < 0 { return }
            if index < 64 { first[index] = newValue } else { setOther(index, newValue) }
        }
    }

    // Calls, so that the first registers cost nothing for the sake of the others.
    @inline(never) private func other(_ index: Int) -> RegisterKind { others[index >> 6 - 1][index] }

    @inline(never) private mutating func setOther(_ index: Int, _ kind: RegisterKind) {
        others[index >> 6 - 1][index] = kind
    }

    /// Takes what was kept of a place.
    mutating func load(_ row: Int, of kept: [UInt64]) {
        let at = row * wordCount
        first = Words(notNumbers: kept[at], objects: kept[at + 1])
        for index in others.indices {
            let at = at + 2 + 2 * index
            others[index] = Words(notNumbers: kept[at], objects: kept[at + 1])
        }
    }

    /// Adds what holds here to what was kept of a place; says whether that made anything less certain.
    func join(_ row: Int, of kept: inout [UInt64]) -> Bool {
        let at = row * wordCount
        var added = Self.join(first, at, &kept)
        for index in others.indices { added |= Self.join(others[index], at + 2 + 2 * index, &kept) }
        return added != 0
    }

    @inline(__always)
    private static func join(_ words: Words, _ at: Int, _ kept: inout [UInt64]) -> UInt64 {
        let (notNumbers, objects) = (kept[at], kept[at + 1])
        kept[at] = notNumbers | words.notNumbers
        kept[at + 1] = objects | words.objects
        return words.notNumbers & ~notNumbers | words.objects & ~objects
    }

    /// What holds after an instruction, if it does not jump.
    @inline(__always) mutating func run(_ instruction: PlacedInstruction, _ facts: OpcodeFacts) {
        let (a, b, c) = (instruction.a, instruction.b, instruction.c)
        switch instruction.opcode {
        case .move, .borrow: self[a] = self[b]
        case .take:
            let moved = self[b]
            self[b] = .plain
            self[a] = moved
        case .drop, .storeFar: self[a] = .plain
        case .add: self[a] = self[b] == .number && self[c] == .number ? .number : .anything
        case .subtract, .multiply, .divide, .modulo, .moduloConstant, .negate, .length: self[a] = .number
        case .not, .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .isMember: self[a] = .plain
        case .field, .fieldOwned, .index, .indexOwned, .indexIndex: self[a] = .anything
        case .rangeStart: set(a, count: 3, to: .number)
        case .iterate:
            // The position counts as a number; what is known of more elements may be an object.
            set(a, count: 3, to: .anything)
            self[KindPlace(a.index + 1)] = .number
            // A projection is not moved.
            if instruction.moves { self[b] = .anything }
        // They write where they jump.
        case .next, .rangeNext: break
        case .check, .jump, .jumpTrue, .jumpFalse, .jumpEqual, .jumpNotEqual, .jumpUnlessLess, .jumpUnlessLessEqual,
            .jumpUnlessGreater, .jumpUnlessGreaterEqual, .stepField, .stepIndex:
            break
        default: runGenerally(instruction, facts)
        }
    }

    /// What an instruction writes can be anything, by the table; what it may move is no number any more.
    private mutating func runGenerally(_ instruction: PlacedInstruction, _ facts: OpcodeFacts) {
        let uses = facts.uses
        let moved = facts.moved
        let rangeCount = Int(instruction.rangeCount)
        if moved != .c { write(uses.c, instruction.c, rangeCount) }
        if moved != .b { write(uses.b, instruction.b, rangeCount) }
        if instruction.moves {
            // What is moved leaves null, or stays if it is no object.
            switch moved {
            case .b: self[instruction.b] = .plain
            case .c: self[instruction.c] = .plain
            case .none: break
            }
        }
        write(uses.a, instruction.a, rangeCount)
    }

    @inline(__always)
    private mutating func write(_ use: OperandUse, _ place: KindPlace, _ rangeCount: Int) {
        switch use {
        case .write, .plainWrite, .update: self[place] = .anything
        case .iterator: set(place, count: 3, to: .anything)
        case .readRange: forgetNumbers(place, count: rangeCount)
        case .none, .read, .number, .key, .immediate, .shape, .jump, .wideJump, .far: break
        }
    }

    private mutating func set(_ first: KindPlace, count: Int, to kind: RegisterKind) {
        if first.index < 0 { return }
        for index in first.index..<first.index + count { self[KindPlace(index)] = kind }
    }

    private mutating func forgetNumbers(_ first: KindPlace, count: Int) {
        if first.index < 0 { return }
        for index in first.index..<first.index + count where self[KindPlace(index)] == .number {
            self[KindPlace(index)] = .plain
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
