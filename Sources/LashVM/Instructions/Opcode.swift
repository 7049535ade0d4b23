/// The instruction set.
///
///     63        48 47        32 31        16 15     8 7      0
///     +-----------+------------+------------+--------+--------+
///     |     c     |     b      |     a      |   x    | opcode |
///     +-----------+------------+------------+--------+--------+
///
/// A register operand is the byte offset of the register, so the loop adds it to the base without a shift; that gives
/// 4,096 registers. A jump of 16 bits stands in `c`, one of 32 bits in `b` and `c`; both count words from the next
/// instruction. Fuel is charged where a jump goes back: `x` says how much.
///
/// Registers hold, in this order: variables, temporaries, constants. A variable owns its value; a temporary owns or
/// borrows it, which the value says itself; constants are immortal or trivial.
enum Opcode: UInt8, CaseIterable {
    case halt
    case move, borrow, take, check
    case loadFar, storeFar
    case add, subtract, multiply, divide, modulo, moduloConstant, negate, not
    case equal, notEqual, less, lessEqual, greater, greaterEqual, isMember
    case jump, jumpTrue, jumpFalse
    case jumpEqual, jumpNotEqual, jumpRemainder, jumpNotRemainder
    case jumpUnlessLess, jumpUnlessLessEqual, jumpUnlessGreater, jumpUnlessGreaterEqual
    case jumpLess, jumpLessEqual, jumpGreater, jumpGreaterEqual
    case charge
    case loop, loopTrue
    case loopEqual, loopNotEqual, loopLess, loopLessEqual, loopGreater, loopGreaterEqual
    case field, fieldOwned, index, indexOwned, indexIndex, indexAdd
    case setField, setIndex, addIndex
    case setPath, addPath, pushPath, stepField, stepIndex
    case list, tuple, record, extendList, listToTuple, emptyRecord
    case push, length, call
    case jumpUnlessText, concat
    case drop
    case iterate, next, rangeStart, rangeNext
    case unwrap, typeSchema
    case mark
    case operation, function, await, settle
    case start, cancel, event, sleep, waitSignal, signalRun
    case print, finish, fail
    case observe
    case invoke, ret, sequence, keyed
    // Forms for registers that hold numbers for certain.
    case addNumbers, subtractNumbers, multiplyNumbers, divideNumbers, moduloNumber, setIndexNumber
    case jumpEqualNumbers, jumpNotEqualNumbers
    case jumpUnlessLessNumbers, jumpUnlessLessEqualNumbers, jumpUnlessGreaterNumbers, jumpUnlessGreaterEqualNumbers
    case loopLessNumbers, loopNotEqualNumbers
    case rangeNextPlain
}

/// How an operand field is used.
enum OperandUse {
    /// Not used.
    case none
    /// A register that is read.
    case read
    /// The first of several registers that are read; how many, another field says.
    case readRange
    /// A register that is read, and that holds a number for certain.
    case number
    /// A register that is written.
    case write
    /// A register that is written, and that holds no heap object before.
    case plainWrite
    /// A register that is read and written.
    case update
    /// A constant register that holds a key.
    case key
    /// The first of two or three registers of an iteration.
    case iterator
    /// A number.
    case immediate
    /// An index into the program's key tables.
    case shape
    /// A distance in `c`.
    case jump
    /// A distance in `b` and `c`.
    case wideJump
    /// A far register in `b` and `c`.
    case far

    /// Whether it names registers that all operands can name.
    var isRegister: Bool {
        switch self {
        case .read, .readRange, .number, .write, .plainWrite, .update, .key, .iterator: true
        case .none, .immediate, .shape, .jump, .wideJump, .far: false
        }
    }

    var writes: Bool { self == .write || self == .plainWrite || self == .update || self == .iterator }
}

/// What is known of an instruction: everything that concerns instructions in general is derived from this.
struct OpcodeDescription {
    var a: OperandUse
    var b: OperandUse
    var c: OperandUse
    /// What it does, with the operands by name.
    var prose: String

    init(_ a: OperandUse, _ b: OperandUse, _ c: OperandUse, _ prose: String) {
        self.a = a
        self.b = b
        self.c = c
        self.prose = prose
    }
}

/// The operands of an instruction, without words about it.
struct OperandUses {
    var a: OperandUse
    var b: OperandUse
    var c: OperandUse
}

/// What the compiler asks of each instruction that it makes.
struct OpcodeFacts {
    let uses: OperandUses
    let formForNumbers: Opcode?
    let endsPath: Bool
    let moved: Opcode.Operand

    fileprivate init(_ opcode: Opcode) {
        let description = opcode.description
        uses = OperandUses(a: description.a, b: description.b, c: description.c)
        formForNumbers = opcode.formForNumbers
        endsPath = opcode.endsPath
        moved = opcode.moved
    }
}

extension Opcode {
    /// The facts of each opcode, in the order of their raw values: who asks for many instructions takes the table once.
    static let facts = allCases.map { OpcodeFacts($0) }

    /// What it does with its operands.
    var uses: OperandUses { Self.facts[Int(rawValue)].uses }

    /// The one table of instructions.
    var description: OpcodeDescription {
        switch self {
        case .halt: .init(.none, .none, .none, "the program fell off its end")
        case .move: .init(.write, .read, .none, "a = b, counting the reference")
        case .borrow: .init(.write, .read, .none, "a = b without counting; b must stand still while a is used")
        case .take: .init(.write, .update, .none, "a = b, and b is null; a borrowed b is counted")
        case .check: .init(.read, .none, .none, "unknown name, unless variable a has a value")
        case .loadFar: .init(.write, .far, .none, "a = borrowed far register bc")
        case .storeFar: .init(.update, .far, .none, "far register bc = a, and a is null")
        case .add: .init(.write, .read, .read, "a = b + c; text that a owns alone grows in place where a is b")
        case .subtract: .init(.write, .read, .read, "a = b - c")
        case .multiply: .init(.write, .read, .read, "a = b * c")
        case .divide: .init(.write, .read, .read, "a = b / c")
        case .modulo: .init(.write, .read, .read, "a = b % c, with the sign of b")
        case .moduloConstant:
            .init(
                .write,
                .read,
                .read,
                "the same where c is a constant, an integer of 1 to 2^31 - 1: no test of c, 5 % in W1"
            )
        case .negate: .init(.write, .read, .none, "a = -b")
        case .not: .init(.write, .read, .none, "a = not b")
        case .equal: .init(.write, .read, .read, "a = b == c")
        case .notEqual: .init(.write, .read, .read, "a = b != c")
        case .less: .init(.write, .read, .read, "a = b < c")
        case .lessEqual: .init(.write, .read, .read, "a = b <= c")
        case .greater: .init(.write, .read, .read, "a = b > c")
        case .greaterEqual: .init(.write, .read, .read, "a = b >= c")
        case .isMember: .init(.write, .read, .read, "a = b in c, or b not in c where x is 1")
        case .jump: .init(.none, .wideJump, .none, "go on at bc")
        case .jumpTrue: .init(.read, .wideJump, .none, "go on at bc if a is truthy")
        case .jumpFalse: .init(.read, .wideJump, .none, "go on at bc unless a is truthy")
        case .jumpEqual: .init(.read, .read, .jump, "go on at c if a == b")
        case .jumpNotEqual: .init(.read, .read, .jump, "go on at c if a != b")
        case .jumpRemainder:
            .init(
                .read,
                .read,
                .jump,
                "go on at c if a % b == x; b as in moduloConstant: one word for two, 25 % in W2"
            )
        case .jumpNotRemainder: .init(.read, .read, .jump, "go on at c if a % b != x")
        case .jumpUnlessLess: .init(.read, .read, .jump, "go on at c unless a < b")
        case .jumpUnlessLessEqual: .init(.read, .read, .jump, "go on at c unless a <= b")
        case .jumpUnlessGreater: .init(.read, .read, .jump, "go on at c unless a > b")
        case .jumpUnlessGreaterEqual: .init(.read, .read, .jump, "go on at c unless a >= b")
        case .jumpLess: .init(.read, .read, .jump, "go on at c if a < b")
        case .jumpLessEqual: .init(.read, .read, .jump, "go on at c if a <= b")
        case .jumpGreater: .init(.read, .read, .jump, "go on at c if a > b")
        case .jumpGreaterEqual: .init(.read, .read, .jump, "go on at c if a >= b")
        case .charge: .init(.none, .none, .immediate, "charges c, in a loop whose turn costs more than x can say")
        case .loop: .init(.none, .wideJump, .none, "go back to bc; charges x")
        case .loopTrue: .init(.read, .wideJump, .none, "go back to bc if a is truthy; charges x")
        case .loopEqual: .init(.read, .read, .jump, "go back to c if a == b; charges x")
        case .loopNotEqual: .init(.read, .read, .jump, "go back to c if a != b; charges x")
        case .loopLess: .init(.read, .read, .jump, "go back to c if a < b; charges x")
        case .loopLessEqual: .init(.read, .read, .jump, "go back to c if a <= b; charges x")
        case .loopGreater: .init(.read, .read, .jump, "go back to c if a > b; charges x")
        case .loopGreaterEqual: .init(.read, .read, .jump, "go back to c if a >= b; charges x")
        case .field: .init(.write, .read, .key, "a = b.c, borrowed from b")
        case .fieldOwned: .init(.write, .read, .key, "a = b.c")
        case .index: .init(.write, .read, .read, "a = b[c], borrowed from b")
        case .indexOwned: .init(.write, .read, .read, "a = b[c]")
        case .indexIndex:
            .init(
                .write,
                .read,
                .read,
                "index, with the indexOwned of a in the x words behind it: lists never come to a, 12 % in W8"
            )
        case .indexAdd:
            .init(
                .write,
                .read,
                .read,
                "index, with the addition in the x words behind it, which alone reads a: numbers never come to a, 14 % in W9B"
            )
        case .setField: .init(.update, .update, .key, "a.c = b; x says that b is moved")
        case .setIndex: .init(.update, .read, .update, "a[b] = c; x says that c is moved")
        case .addIndex: .init(.update, .read, .read, "a[b] = a[b] + c with one search")
        case .setPath: .init(.update, .update, .immediate, "a, then c steps, = b; x says that b is moved")
        case .addPath: .init(.update, .read, .immediate, "(a, then c steps) = itself + b, text in place")
        case .pushPath: .init(.update, .update, .immediate, "(a, then c steps) = push(itself, b), in place")
        case .stepField: .init(.none, .none, .key, "a step of a path: .c")
        case .stepIndex: .init(.none, .read, .none, "a step of a path: [b]")
        case .list: .init(.write, .readRange, .immediate, "a = list of the c registers from b, moved")
        case .tuple: .init(.write, .readRange, .immediate, "a = tuple of the c registers from b, moved")
        case .record: .init(.write, .readRange, .shape, "a = record with the keys of c and the registers from b, moved")
        case .extendList: .init(.update, .readRange, .immediate, "append the c registers from b to the new list a")
        case .listToTuple: .init(.update, .none, .none, "the new list a becomes a tuple")
        case .emptyRecord: .init(.write, .none, .none, "a = {}")
        case .push: .init(.write, .read, .update, "a = push(b, c), in place where a is b; x says that c is moved")
        case .length: .init(.write, .read, .none, "a = len(b)")
        case .call: .init(.write, .readRange, .immediate, "a = builtin x of the c registers from b")
        case .jumpUnlessText: .init(.read, .wideJump, .none, "go on at bc unless a is text")
        case .concat: .init(.update, .readRange, .immediate, "append the text of the c registers from b to text a")
        case .drop: .init(.update, .none, .none, "a = null; what it owned is released")
        case .iterate: .init(.iterator, .update, .none, "begin to go through list or tuple b; x says that b is moved")
        case .next: .init(.iterator, .write, .jump, "b = the next element, borrowed, and go back to c; charges x")
        case .rangeStart: .init(.iterator, .readRange, .immediate, "begin to go through range(c registers from b)")
        case .rangeNext: .init(.iterator, .write, .jump, "b = the next number, and go back to c; charges x")
        case .unwrap: .init(.write, .read, .none, "a = b?")
        case .typeSchema: .init(.write, .read, .none, "a = the schema inside Type value b")
        case .mark: .init(.update, .none, .none, "the new container a gets the flags x")
        case .operation:
            .init(
                .write,
                .readRange,
                .immediate,
                "a = authority b, operation b+1, with the rest of c registers; x: how"
            )
        case .function: .init(.write, .readRange, .immediate, "a = host function b with the rest of c registers")
        case .await: .init(.write, .read, .none, "a = b with every handle replaced by its result")
        case .settle: .init(.update, .none, .none, "ask all calls inside a, and put their answers there")
        case .start: .init(.write, .read, .immediate, "a = handle of process c, started with record b")
        case .cancel: .init(.read, .none, .none, "cancel what handle a stands for")
        case .event: .init(.read, .none, .none, "yield a, or wake with it where x is 1")
        case .sleep: .init(.read, .none, .none, "sleep for a, or until a where x is 1")
        case .waitSignal: .init(.write, .none, .key, "a = payload of the next signal c")
        case .signalRun: .init(.read, .read, .key, "send signal c with payload b to run a")
        case .observe: .init(.none, .none, .key, "tell whoever watches that label c was reached; x says how")
        case .invoke:
            .init(.write, .readRange, .immediate, "a = declared function c of the x registers from b, moved")
        case .ret: .init(.read, .none, .none, "the function at hand gives a")
        case .sequence: .init(.read, .none, .none, "fail in the words of builtin x unless a is a list or tuple")
        case .keyed:
            .init(
                .write,
                .readRange,
                .immediate,
                "a = builtin x of list b by the keys in b+1; of c registers a third says the order"
            )
        case .addNumbers:
            .init(
                .plainWrite,
                .number,
                .number,
                "a = b + c, for numbers; all such forms: 21 % in W1, 4 to 10 % elsewhere"
            )
        case .subtractNumbers: .init(.plainWrite, .number, .number, "a = b - c, for numbers")
        case .multiplyNumbers: .init(.plainWrite, .number, .number, "a = b * c, for numbers")
        case .divideNumbers: .init(.plainWrite, .number, .number, "a = b / c, for numbers")
        case .moduloNumber: .init(.plainWrite, .number, .read, "a = b % c, for a number and a constant as above")
        case .setIndexNumber: .init(.update, .number, .number, "a[b] = c, for numbers b and c")
        case .jumpEqualNumbers: .init(.number, .number, .jump, "go on at c if a == b, for numbers")
        case .jumpNotEqualNumbers: .init(.number, .number, .jump, "go on at c if a != b, for numbers")
        case .jumpUnlessLessNumbers: .init(.number, .number, .jump, "go on at c unless a < b, for numbers")
        case .jumpUnlessLessEqualNumbers: .init(.number, .number, .jump, "go on at c unless a <= b, for numbers")
        case .jumpUnlessGreaterNumbers: .init(.number, .number, .jump, "go on at c unless a > b, for numbers")
        case .jumpUnlessGreaterEqualNumbers: .init(.number, .number, .jump, "go on at c unless a >= b, for numbers")
        case .loopLessNumbers: .init(.number, .number, .jump, "go back to c if a < b, for numbers; charges x")
        case .loopNotEqualNumbers: .init(.number, .number, .jump, "go back to c if a != b, for numbers; charges x")
        case .rangeNextPlain: .init(.iterator, .plainWrite, .jump, "rangeNext for a variable that holds no object")
        case .print: .init(.read, .none, .none, "leave the machine: print a")
        case .finish: .init(.read, .none, .none, "leave the machine: finish with a")
        case .fail: .init(.read, .none, .none, "leave the machine: fail with a")
        }
    }

    /// Whether the instruction has operands in the words that follow it: then `c` says how many.
    var hasSteps: Bool { self == .setPath || self == .addPath || self == .pushPath }

    /// The instruction that does the same where operands are known to be numbers, and what it replaces is no object.
    var formForNumbers: Opcode? {
        switch self {
        case .add: .addNumbers
        case .subtract: .subtractNumbers
        case .multiply: .multiplyNumbers
        case .divide: .divideNumbers
        case .moduloConstant: .moduloNumber
        case .setIndex: .setIndexNumber
        case .jumpEqual: .jumpEqualNumbers
        case .jumpNotEqual: .jumpNotEqualNumbers
        case .jumpUnlessLess: .jumpUnlessLessNumbers
        case .jumpUnlessLessEqual: .jumpUnlessLessEqualNumbers
        case .jumpUnlessGreater: .jumpUnlessGreaterNumbers
        case .jumpUnlessGreaterEqual: .jumpUnlessGreaterEqualNumbers
        case .loopLess: .loopLessNumbers
        case .loopNotEqual: .loopNotEqualNumbers
        case .rangeNext: .rangeNextPlain
        default: nil
        }
    }

    /// How many registers a range of them has, where the instruction itself says it.
    func rangeCount(_ word: UInt64) -> Int { self == .invoke ? Encoding.x(word) : Encoding.c(word) }
}

/// Field access of encoded instructions.
enum Encoding {
    @inline(__always) static func a(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word >> 16 & 0xFFFF) }
    @inline(__always) static func b(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word >> 32 & 0xFFFF) }
    @inline(__always) static func c(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word >> 48) }
    @inline(__always) static func x(_ word: UInt64) -> Int { Int(truncatingIfNeeded: word >> 8 & 0xFF) }
    @inline(__always) static func jump(_ word: UInt64) -> Int { Int(truncatingIfNeeded: Int64(bitPattern: word) >> 48) }
    @inline(__always) static func wideJump(_ word: UInt64) -> Int {
        Int(truncatingIfNeeded: Int64(bitPattern: word) >> 32)
    }
    /// Registers that an operand can name.
    static let registerLimit = 4096
}
