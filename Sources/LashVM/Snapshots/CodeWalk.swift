/// Questions about what code does from a position on, whichever way it goes. They are asked when a run is written or read,
/// and never while it runs.
struct CodeWalk {
    let unit: CodeUnit

    /// Whether a run can stand at a position: before its first instruction, or where one lets it stop.
    func canStand(at position: Int, _ standing: Execution.Standing) -> Bool {
        if position < 0 || position >= unit.count { return false }
        let before = position > 0 ? unit.opcode(at: position - 1).stop : .never
        switch standing {
        case .ready: return position == 0 || isJumpedBackTo(position)
        case .printing: return before == .told
        case .waiting: return before == .asked && !unit.isDeferredCall(at: position - 1)
        case .reading: return isInstruction(position) && unit.opcode(at: position).mayRead
        case .finishing: return false
        }
    }

    private func isInstruction(_ target: Int) -> Bool {
        var position = 0
        while position < target { position = unit.position(after: position) }
        return position == target
    }

    /// Whether a run can be in a function at a position: after the instruction that called it.
    func canCall(_ function: Int, before position: Int) -> Bool {
        guard position > 0, position < unit.count, unit.opcode(at: position - 1) == .invoke else { return false }
        return Encoding.c(unit.code[position - 1]) == function
    }

    private func isJumpedBackTo(_ target: Int) -> Bool {
        var position = 0
        while position < unit.count {
            if unit.opcode(at: position).stop == .target,
                Verifier.target(of: unit.code[position], at: position) == target
            {
                return true
            }
            position = unit.position(after: position)
        }
        return false
    }

    // MARK: Demands

    /// What is asked about registers.
    enum Question {
        /// What the code does with what they hold.
        case uses
        /// Which variables it reads without looking whether they have a value.
        case values
        /// Which variables it takes for text, or for numbers, without looking.
        case kinds
    }

    /// What the code from a position on demands of the 64 registers from `base`: of each demand the registers, a bit each.
    func demands(from start: Int, base: Int, _ question: Question) -> [UInt64] {
        var found = [UInt64](repeating: 0, count: RegisterDemand.allCases.count)
        // The registers whose first contents are still there when an instruction begins, whichever way it was reached.
        var reached = [UInt64](repeating: 0, count: unit.count)
        var open: [(position: Int, kept: UInt64)] = [(start, .max)]
        func bit(_ place: Int) -> UInt64 { place >= base && place < base + 64 ? 1 << UInt64(place - base) : 0 }
        while let path = open.popLast() {
            var position = path.position
            var kept = path.kept
            while position < unit.count {
                // What came this way before need not come again.
                kept &= ~reached[position]
                if kept == 0 { break }
                reached[position] |= kept
                unit.forEachRead(at: position) { place, demand in found[Int(demand.rawValue)] |= kept & bit(place) }
                let opcode = unit.opcode(at: position)
                unit.forEachWrite(at: position) { kept &= ~bit($0) }
                if opcode == .check, question == .values { kept &= ~bit(Encoding.a(unit.code[position]) / 16) }
                if let target = Verifier.target(of: unit.code[position], at: position) {
                    let written = unit.writtenByJump(at: position).map(bit) ?? 0
                    open.append((target, kept & ~written))
                }
                if opcode == .jumpUnlessText, question == .kinds {
                    kept &= ~bit(Encoding.a(unit.code[position]) / 16)
                }
                if opcode.endsPath { break }
                position = unit.position(after: position)
            }
        }
        return found
    }

    // MARK: Borrowing

    /// Whether the register `root` keeps alive what the register `borrower` borrows from it: whichever way the code goes
    /// from a position on, the root is not written before the borrower was read for the last time. What is moved from
    /// the root to another register goes on there.
    ///
    /// Takes from `steps`; where they are used up, the answer is no.
    func keeps(_ root: Int, _ borrower: Int, from start: Int, steps: inout Int) -> Bool {
        // A root that is gone.
        let gone = -1
        var seen: Set<[Int]> = []
        var open = [(position: start, root: root)]
        while var path = open.popLast() {
            while path.position < unit.count, seen.insert([path.position, path.root]).inserted {
                steps -= 1
                if steps < 0 { return false }
                let position = path.position
                var isRead = false
                unit.forEachRead(at: position) { place, _ in if place == borrower { isRead = true } }
                if isRead && path.root == gone { return false }
                let written = registersWritten(at: position)
                let opcode = unit.opcode(at: position)
                let word = unit.code[position]
                if opcode == .take, Encoding.b(word) / 16 == path.root {
                    path.root = Encoding.a(word) / 16
                } else if written.contains(path.root) {
                    path.root = gone
                }
                let isOver = written.contains(borrower)
                if !isOver, let target = Verifier.target(of: word, at: position) {
                    let byJump = unit.writtenByJump(at: position)
                    if byJump != borrower { open.append((target, byJump == path.root ? gone : path.root)) }
                }
                if isOver || opcode.endsPath { break }
                path.position = unit.position(after: position)
            }
        }
        return true
    }

    private func registersWritten(at position: Int) -> [Int] {
        var written: [Int] = []
        unit.forEachWrite(at: position) { written.append($0) }
        return written
    }

    /// Whether the code never writes a register.
    func isConstant(_ place: Int) -> Bool {
        var position = 0
        var isWritten = false
        while position < unit.count && !isWritten {
            unit.forEachWrite(at: position) { if $0 == place { isWritten = true } }
            if unit.writtenByJump(at: position) == place { isWritten = true }
            position = unit.position(after: position)
        }
        return !isWritten
    }
}

extension CodeUnit {
    /// Whether an instruction makes a call of a batch, which is asked later.
    func isDeferredCall(at position: Int) -> Bool {
        opcode(at: position) == .operation && CallMode(code[position]).isDeferred
    }
}
