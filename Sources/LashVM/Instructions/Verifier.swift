/// Checks that code keeps to the instruction table: operands name registers that exist, jumps land on instructions,
/// paths have their steps, and control cannot run off the end. The loop relies on all of it.
///
/// Debug builds verify every program; tests verify what the compiler makes of everything they compile.
struct Verifier {
    let unit: CodeUnit

    /// The first thing that is wrong, or `nil`.
    func problem() -> String? {
        var isStep = Array(repeating: false, count: unit.count)
        for position in 0..<unit.count {
            let word = unit.code[position]
            guard let opcode = Opcode(rawValue: UInt8(truncatingIfNeeded: word)) else {
                return "word \(position) is no instruction"
            }
            if opcode.hasSteps {
                let steps = Encoding.c(word)
                guard steps > 0, position + steps < unit.count else { return "\(position): steps are missing" }
                for step in position + 1...position + steps { isStep[step] = true }
            }
            if (opcode == .stepField || opcode == .stepIndex) != isStep[position] {
                return "\(position): a step out of place"
            }
            if let problem = check(opcode, word, at: position) { return "\(position): \(problem)" }
        }
        for position in 0..<unit.count {
            if let target = Self.target(of: unit.code[position], at: position),
                target < 0 || target >= unit.count || isStep[target]
            {
                return "\(position): a jump to \(target)"
            }
        }
        guard unit.count > 0, UInt8(truncatingIfNeeded: unit.code[unit.count - 1]) == Opcode.halt.rawValue else {
            return "the code does not end with halt"
        }
        return nil
    }

    private func check(_ opcode: Opcode, _ word: UInt64, at position: Int) -> String? {
        let layout = unit.layout
        let near = layout.firstConstant + layout.nearConstants
        let description = opcode.description
        switch opcode {
        case .moduloConstant, .moduloNumber: if !isDivisor(Encoding.c(word)) { return "no divisor" }
        case .jumpRemainder, .jumpNotRemainder: if !isDivisor(Encoding.b(word)) { return "no divisor" }
        default: break
        }
        let fields = [
            (description.a, Encoding.a(word)), (description.b, Encoding.b(word)), (description.c, Encoding.c(word)),
        ]
        for (use, value) in fields {
            switch use {
            case .none, .immediate, .jump, .wideJump: continue
            case .shape: if value >= unit.shapeCount { return "no key table \(value)" }
            case .far: if Int(word >> 32) >= layout.count { return "no far register" }
            case .read, .number, .write, .plainWrite, .update, .iterator, .key, .readRange:
                guard value % 16 == 0, value / 16 < near || use == .readRange else { return "no register at \(value)" }
                let isConstant = value / 16 >= layout.firstConstant
                if isConstant && use.writes && !moves(opcode, word) {
                    return "writes a constant"
                }
                if use == .key && !isConstant { continue }
                if use == .readRange && value / 16 + rangeCount(opcode, word) > near { return "too few registers" }
            }
        }
        return nil
    }

    /// Whether a register is a constant that `moduloConstant` can divide by without looking at it.
    private func isDivisor(_ offset: Int) -> Bool {
        let number = offset / 16 - unit.layout.firstConstant
        guard offset % 16 == 0, number >= 0, number < unit.layout.nearConstants else { return false }
        let constant = unit.constants[number]
        return constant.isNumber && (plainInt32(constant.number) ?? 0) > 0
    }

    /// Operands that are updated only when `x` says that they are moved may also be constants.
    private func moves(_ opcode: Opcode, _ word: UInt64) -> Bool {
        switch opcode {
        case .setField, .setIndex, .setPath, .addPath, .pushPath, .push, .iterate: Encoding.x(word) == 0
        default: false
        }
    }

    private func rangeCount(_ opcode: Opcode, _ word: UInt64) -> Int {
        opcode == .record ? unit.shapes[Encoding.c(word)].count : opcode.rangeCount(word)
    }

    /// Where a jump goes.
    static func target(of word: UInt64, at position: Int) -> Int? {
        let description = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self).description
        if description.c == .jump { return position + 1 + Encoding.jump(word) }
        if description.b == .wideJump { return position + 1 + Encoding.wideJump(word) }
        return nil
    }
}
