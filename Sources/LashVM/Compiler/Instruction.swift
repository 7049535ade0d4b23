internal import LashSyntax

/// An instruction before it is encoded: registers are numbers without a bound, jumps go to labels.
struct Instruction {
    var opcode: Opcode
    var x = 0
    var a = 0
    var b = 0
    var c = 0
    /// Where the instruction comes from, for errors.
    var node: NodeID
}

/// Registers before they have their final places: variables are numbered from zero.
enum VirtualRegister {
    static let firstTemporary = 1 << 24
    static let firstConstant = 1 << 25

    /// Variables and constants that operands can name; what comes after them is far and is loaded into a temporary.
    /// What is left of the register limit is for temporaries.
    static let nearVariables = 2000
    static let nearConstants = 1000
    static let temporaries = Encoding.registerLimit - nearVariables - nearConstants

    static func isTemporary(_ register: Int) -> Bool { register >= firstTemporary && register < firstConstant }
}

/// A place in the code that jumps go to.
struct CodeLabel: Hashable {
    let id: Int
}

/// A value that is known when the program is compiled.
enum Constant: Hashable {
    case null
    case bool(Bool)
    /// IEEE bits, so that -0 and 0 differ.
    case number(UInt64)
    case string(ExactText)
    /// A key, by its position among the keys of the unit: always a string object with its hash, whatever its length.
    case key(Int)
    /// A Type value, by its position in the unit's list.
    case literal(Int)
}

extension Constant {
    /// A number that is seldom the same for different constants, and needs no hashing.
    var fingerprint: UInt64 {
        switch self {
        case .null: 1
        case .bool(let value): value ? 2 : 3
        case .number(let bits): bits
        case .string(let exact): UInt64(exact.text.utf8.count) << 8 | UInt64(exact.text.utf8.first ?? 0)
        case .key(let number), .literal(let number): UInt64(number)
        }
    }
}

/// Which variable a loop gives back, and while which code runs.
struct LoopRestore {
    var start: Int
    var end: Int
    var variable: Int
    var saved: Int
}
