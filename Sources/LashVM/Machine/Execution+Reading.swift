// What a run does where data of its host is looked at.
extension Execution {
    /// Hands over what a register holds without projections.
    func reading<Result>(
        _ slot: SlotPointer,
        _ body: (UnsafePointer<Tagged>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard slot.pointee.mayHoldProjections else { return try body(slot) }
        let heap = heap
        let isPrint = Opcode(instruction) == .print
        let value = try heap.reading { () throws(Failure) in
            isPrint ? try heap.loweredForPrint(slot.pointee) : try heap.lowered(slot.pointee)
        }
        defer { heap.release(value) }
        return try withUnsafePointer(to: value) { slot throws(Failure) in try body(slot) }
    }

    /// Goes back to the beginning of the instruction at hand, which is done again when its question is answered.
    func waitForAnswer() -> ProjectionRead? {
        guard let reader = heap.storage.pointee.reader, reader.asked != nil else { return nil }
        state.pointee.failure = nil
        let frame = currentFrame
        state.pointee.pc = frame.unit.code + instructionPosition(frame)
        standing = .reading
        reader.foresee(questionsAhead(currentFrame))
        return reader.asked
    }

    /// What the code behind the instruction at hand is going to ask of the projection that this one reads a part of, as far
    /// as it runs in one go: then one look at the data answers all of it. An answer that nobody needs in the end is no
    /// error, and no read.
    private func questionsAhead(_ frame: FrameView) -> [ProjectionQuestion] {
        let unit = frame.unit
        let registers = frame.registers
        var questions: [ProjectionQuestion] = []
        var position = frame.position
        let source = Encoding.b(unit.code[position])
        let furthest = min(unit.count, position + Self.lookAhead)
        while position < furthest {
            let word = unit.code[position]
            let opcode = Opcode(word)
            switch opcode {
            case .field, .fieldOwned:
                let key = state.register(Encoding.c(word)).pointee.object
                let name = TextView(start: UnsafePointer(key.bytes), count: key.count, isASCII: false).string
                if Encoding.b(word) == source { questions.append(.field(name)) }
            case .index, .indexOwned, .indexIndex, .indexAdd:
                let index = Encoding.c(word) / 16
                let isConstant = index >= unit.layout.nearVariables + unit.layout.temporaries
                if Encoding.b(word) == source, isConstant, registers[index].isNumber,
                    let place = Int(exactly: registers[index].number)
                {
                    questions.append(.element(place))
                }
            // Only these are sure to come to the next instruction without asking anybody.
            case .move, .borrow, .take, .list, .tuple, .record, .emptyRecord, .check, .loadFar, .drop: break
            default: return questions
            }
            var isOverwritten = false
            unit.forEachWrite(at: position) { if $0 == source / 16 { isOverwritten = true } }
            if isOverwritten { break }
            position = unit.position(after: position)
        }
        return questions
    }

    /// How many instructions are looked at for that.
    private static let lookAhead = 256

    /// The instruction that the loop stopped at, which may have steps behind it.
    private func instructionPosition(_ frame: FrameView) -> Int {
        let unit = frame.unit
        var position = max(0, frame.position - 1)
        while position > 0, unit.opcode(at: position) == .stepField || unit.opcode(at: position) == .stepIndex {
            position -= 1
        }
        return position
    }

    /// Gives the answer to what a run that reads is waiting for. After it, `resume` goes on.
    package func answer(_ answers: [ProjectionAnswer]) { heap.storage.pointee.reader?.take(answers) }

    /// What was read so far of the data of the host, in the order of the bindings.
    package var receipts: [ProjectionReceipt] { savedReceipts ?? heap.storage.pointee.reader?.settledReceipts ?? [] }
}
