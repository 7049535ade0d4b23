/// What an instruction asks of a register that it reads.
///
/// Where code runs from its beginning, the compiler sees to all of it; where it goes on from bytes, each has to be checked.
enum RegisterDemand: UInt8, CaseIterable {
    /// A value of any kind, or none: what a loop keeps of its variable from before.
    case anything
    /// A value of any kind.
    case value
    /// A text object with its hash.
    case key
    case text
    case record
    /// A list that nothing else holds.
    case newList
    /// A list, tuple or record that nothing else holds.
    case newContainer
    /// A record that nothing else holds.
    case newRecord
    /// A list or tuple.
    case sequence
    /// How many elements of the sequence in the register before were taken.
    case position
    case number
    /// No heap object.
    case plain
    /// How many numbers of a range are left.
    case remaining
    /// What a loop keeps of the projection that it goes through, or null.
    case stream
    /// A list of keys for the elements of the sequence in the register before.
    case keys
}

/// Where a run can stand still, so that it can be suspended.
enum StopPlace {
    /// Nowhere.
    case never
    /// Where it jumps to, when a slice of fuel ends.
    case target
    /// After the instruction, which tells the host something.
    case told
    /// After the instruction, which is waiting for an answer.
    case asked
    /// The run is over.
    case end
}

extension Opcode {
    var stop: StopPlace {
        switch self {
        case .loop, .loopTrue, .loopEqual, .loopNotEqual, .loopLess, .loopLessEqual, .loopGreater,
            .loopGreaterEqual, .loopLessNumbers, .loopNotEqualNumbers, .next, .rangeNext, .rangeNextPlain:
            .target
        case .print: .told
        case .operation, .function, .await, .settle, .start, .cancel, .event, .sleep, .waitSignal, .signalRun: .asked
        case .halt, .finish, .fail: .end
        case .move, .borrow, .take, .check, .loadFar, .storeFar, .subtract, .multiply, .divide, .modulo,
            .moduloConstant, .negate, .not,
            .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .isMember, .jump, .jumpTrue, .jumpFalse,
            .jumpEqual, .jumpNotEqual, .jumpRemainder, .jumpNotRemainder, .jumpUnlessLess, .jumpUnlessLessEqual,
            .jumpUnlessGreater, .jumpUnlessGreaterEqual,
            .jumpLess, .jumpLessEqual, .jumpGreater, .jumpGreaterEqual, .field, .fieldOwned, .index, .indexOwned,
            .indexIndex, .indexAdd, .setField, .setIndex, .setIndexNumber, .addIndex, .setPath, .addPath, .pushPath,
            .stepField,
            .stepIndex, .list, .tuple,
            .record, .extendList, .listToTuple, .emptyRecord, .push, .length, .jumpUnlessText, .drop, .iterate,
            .rangeStart, .unwrap, .typeSchema, .mark, .observe, .charge, .add,
            .concat, .call, .invoke, .ret, .sequence, .keyed, .addNumbers, .subtractNumbers, .multiplyNumbers,
            .divideNumbers, .moduloNumber, .jumpEqualNumbers, .jumpNotEqualNumbers, .jumpUnlessLessNumbers,
            .jumpUnlessLessEqualNumbers, .jumpUnlessGreaterNumbers, .jumpUnlessGreaterEqualNumbers:
            .never
        }
    }

    /// Whether it may look at data of the host, and so have to be done again.
    var mayRead: Bool {
        switch self {
        case .halt, .move, .borrow, .take, .check, .loadFar, .storeFar, .jump, .charge, .loop, .stepField, .stepIndex,
            .list, .tuple, .record, .extendList, .listToTuple, .emptyRecord, .jumpUnlessText, .drop, .rangeNext, .mark,
            .settle, .start, .waitSignal, .observe, .invoke, .ret, .addNumbers, .subtractNumbers, .multiplyNumbers,
            .divideNumbers, .moduloNumber, .jumpEqualNumbers, .jumpNotEqualNumbers, .jumpUnlessLessNumbers,
            .jumpUnlessLessEqualNumbers, .jumpUnlessGreaterNumbers, .jumpUnlessGreaterEqualNumbers, .loopLessNumbers,
            .loopNotEqualNumbers, .rangeNextPlain:
            false
        default: true
        }
    }

    /// Whether the instruction after this one only comes next if something jumps there.
    var endsPath: Bool {
        switch self {
        case .jump, .loop, .halt, .finish, .fail, .ret: true
        default: false
        }
    }

    /// The operand that is moved out of its register where `x` says so, and otherwise only read.
    var moved: Operand {
        switch self {
        case .setField, .setPath, .pushPath, .iterate: .b
        case .setIndex, .push: .c
        default: .none
        }
    }

    enum Operand { case none, b, c }
}

extension CodeUnit {
    func opcode(at position: Int) -> Opcode {
        // The assembler wrote the opcode, so the byte is one of the cases.
        unsafeBitCast(UInt8(truncatingIfNeeded: code[position]), to: Opcode.self)
    }

    /// The instruction after one, which may have steps.
    func position(after position: Int) -> Int {
        position + 1 + (opcode(at: position).hasSteps ? Encoding.c(code[position]) : 0)
    }

    /// What a register that is read at a position must hold.
    func forEachRead(at position: Int, _ body: (_ place: Int, RegisterDemand) -> Void) {
        let word = code[position]
        let opcode = opcode(at: position)
        let (a, b, c) = (Encoding.a(word) / 16, Encoding.b(word) / 16, Encoding.c(word) / 16)
        switch opcode {
        case .check: return
        case .take: return body(b, .anything)
        case .next:
            body(a, .sequence)
            body(a + 1, .position)
            return body(a + 2, .stream)
        case .rangeNext, .rangeNextPlain:
            body(a, .number)
            body(a + 1, .number)
            body(a + 2, .remaining)
            if opcode == .rangeNextPlain { body(b, .plain) }
            return
        case .extendList, .listToTuple: body(a, .newList)
        case .concat: body(a, .text)
        case .mark: return body(a, Encoding.x(word) & Int(ObjectFlag.role) != 0 ? .newRecord : .newContainer)
        case .start: return body(b, .record)
        case .keyed:
            body(b, .sequence)
            body(b + 1, .keys)
        case .operation: body(b + 1, .text)
        case .function: body(b, .text)
        default: break
        }
        let description = opcode.description
        for (use, place) in [(description.a, a), (description.b, b), (description.c, c)] {
            switch use {
            case .read, .update: body(place, .value)
            case .number: body(place, .number)
            case .plainWrite: body(place, .plain)
            case .key: body(place, .key)
            case .readRange: for register in place..<place + rangeCount(word, opcode) { body(register, .value) }
            case .far where opcode == .loadFar: body(Int(word >> 32), .value)
            case .none, .write, .iterator, .immediate, .shape, .jump, .wideJump, .far: continue
            }
        }
        guard opcode.hasSteps else { return }
        for step in position + 1...position + Encoding.c(word) {
            if self.opcode(at: step) == .stepField {
                body(Encoding.c(code[step]) / 16, .key)
            } else {
                body(Encoding.b(code[step]) / 16, .value)
            }
        }
    }

    private func rangeCount(_ word: UInt64, _ opcode: Opcode) -> Int {
        opcode == .record ? shapes[Encoding.c(word)].count : opcode.rangeCount(word)
    }

    /// The registers that hold something else after an instruction, whichever way it goes on.
    func forEachWrite(at position: Int, _ body: (_ place: Int) -> Void) {
        let word = code[position]
        let opcode = opcode(at: position)
        let (a, b, c) = (Encoding.a(word) / 16, Encoding.b(word) / 16, Encoding.c(word) / 16)
        switch opcode {
        case .iterate: for register in a..<a + 3 { body(register) }
        case .rangeStart, .rangeNext, .rangeNextPlain: for register in a..<a + 3 { body(register) }
        // The sequence stays, unless it is part of a projection: then the variable gets an element of the next part.
        case .next: body(a + 1)
        case .storeFar: body(Int(word >> 32))
        default: break
        }
        // The variable of a loop gets its value where the loop goes on.
        if opcode == .next || opcode == .rangeNext || opcode == .rangeNextPlain { return }
        let description = opcode.description
        let kept = Encoding.x(word) == 0 ? opcode.moved : .none
        if description.a.writes && description.a != .iterator { body(a) }
        if description.b.writes && kept != .b { body(b) }
        if description.c.writes && kept != .c { body(c) }
    }

    /// The register that an instruction writes only where it jumps.
    func writtenByJump(at position: Int) -> Int? {
        switch opcode(at: position) {
        case .next, .rangeNext, .rangeNextPlain: Encoding.b(code[position]) / 16
        default: nil
        }
    }
}
