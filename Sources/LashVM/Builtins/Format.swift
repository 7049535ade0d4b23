/// Fills the slots of a template: `{}` in order or `{0}` by number, never both; `{{` and `}}` are braces.
private struct Template {
    let heap: Heap
    let text: TextView
    let arguments: SlotPointer
    let count: Int
    /// One bit for each argument that was used; arrays only where there are very many.
    private var used: UInt64 = 0
    private var usedBeyond: [Bool] = []
    private var next = 0
    private var isIndexed: Bool?

    init(_ heap: Heap, _ args: SlotPointer, _ count: Int) {
        self.heap = heap
        text = TextView(args)
        arguments = args + 1
        self.count = count - 1
        if self.count > 64 { usedBeyond = [Bool](repeating: false, count: self.count - 64) }
    }

    mutating func fill(_ out: inout TextBuffer) throws(Failure) {
        try heap.pay(bytes: text.count)
        var at = 0
        var plain = 0
        while at < text.count {
            let byte = text.start[at]
            guard byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") else {
                at &+= 1
                continue
            }
            try append(plain, at, to: &out)
            if at + 1 < text.count && text.start[at + 1] == byte {
                out.append(byte)
                at += 2
            } else {
                if byte == UInt8(ascii: "}") { throw .unmatchedClose }
                let position = try readSlot(&at)
                if position < 64 { used |= 1 << UInt64(position) } else { usedBeyond[position - 64] = true }
                try heap.append(arguments + position, .plain, to: &out)
            }
            plain = at
        }
        try append(plain, text.count, to: &out)
        let unused = (~used).trailingZeroBitCount
        if unused < min(count, 64) { throw .unusedArgument(unused) }
        if let unused = usedBeyond.firstIndex(of: false) { throw .unusedArgument(unused + 64) }
    }

    /// Appends a part of the template.
    private func append(_ first: Int, _ end: Int, to out: inout TextBuffer) throws(Failure) {
        try heap.append(TextView(start: text.start + first, count: end - first, isASCII: text.isASCII), to: &out)
    }

    /// The argument that the slot at an opening brace asks for; goes behind the closing one.
    private mutating func readSlot(_ at: inout Int) throws(Failure) -> Int {
        let first = at + 1
        var end = first
        while end < text.count, text.start[end] >= 48, text.start[end] <= 57 { end += 1 }
        if end == text.count { throw .unmatchedOpen }
        if text.start[end] != UInt8(ascii: "}") { throw .invalidPlaceholder }
        at = end + 1
        let digits = TextView(start: text.start + first, count: end - first, isASCII: true)
        let hasNumber = digits.count > 0
        var position = next
        if hasNumber {
            guard digits.count < 1000, let number = UInt64(digits.string) else { throw .badSlot(digits.excerpt) }
            position = Int(clamping: number)
        }
        if isIndexed ?? hasNumber != hasNumber { throw .mixedSlots }
        isIndexed = hasNumber
        if position >= count { throw .slotOutOfRange(hasNumber ? digits.excerpt : "{}") }
        if !hasNumber { next += 1 }
        return position
    }
}

extension Heap {
    func format(_ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        guard args.pointee.isString else { throw .templateKind(args.pointee) }
        var template = Template(self, args, count)
        return try withScratch { buffer throws(Failure) in
            try template.fill(&buffer)
            return makeString(taking: &buffer)
        }
    }
}
