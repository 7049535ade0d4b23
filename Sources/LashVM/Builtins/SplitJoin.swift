import LashLinker

extension Heap {
    func split(_ args: SlotPointer) throws(Failure) -> Tagged {
        try withTexts(args, 2) { texts throws(Failure) in
            let whole = TextView(texts), separator = TextView(texts + 1)
            return try buildList { list throws(Failure) in
                if separator.count == 0 {
                    try splitPoints(whole, into: &list)
                } else {
                    try split(whole, by: separator, into: &list)
                }
            }
        }
    }

    private func split(_ whole: TextView, by separator: TextView, into list: inout ListBuilder) throws(Failure) {
        var search = TextSearch(for: separator, heap: self)
        var at = 0
        while true {
            let end =
                separator.count == 1
                ? try offset(ofByte: separator.start[0], in: whole, from: at, &search)
                : try search.first(in: whole, from: at)
            let part = TextView(
                start: whole.start + at,
                count: (end < 0 ? whole.count : end) &- at,
                isASCII: whole.isASCII
            )
            try list.append(try makeText(part))
            if end < 0 { return }
            at = end &+ separator.count
        }
    }

    /// Parts are mostly short: a look at a few bytes saves the call.
    @inline(__always) private func offset(
        ofByte byte: UInt8,
        in whole: TextView,
        from at: Int,
        _ search: inout TextSearch
    ) throws(Failure) -> Int {
        let near = min(whole.count, at &+ 8)
        var i = at
        while i < near {
            if whole.start[i] == byte { return i }
            i &+= 1
        }
        return try search.first(in: whole, from: i)
    }

    /// Every code point, between two empty texts.
    private func splitPoints(_ whole: TextView, into list: inout ListBuilder) throws(Failure) {
        try list.append(Tagged.emptyString)
        var at = 0
        while at < whole.count {
            let width = codePointWidth(whole.start[at])
            try list.append(Tagged(short: whole.start + at, count: width))
            at &+= width
        }
        try list.append(Tagged.emptyString)
    }

    func join(_ args: SlotPointer) throws(Failure) -> Tagged {
        guard args.pointee.isSequence else { throw .wrongKind(.join) }
        let object = args.pointee.object
        return try withTexts(args + 1, 1) { separator throws(Failure) in
            let separator = TextView(separator)
            return try withScratch { buffer throws(Failure) in
                for i in 0..<object.count {
                    if i > 0 { try append(separator, to: &buffer) }
                    try append(coerced: object.elements + i, to: &buffer)
                    // One unit for two elements.
                    if i & 1 == 1 { try pay(1) }
                }
                try requireText(buffer.count)
                return makeString(taking: &buffer)
            }
        }
    }

    /// Appends a scalar as text; anything else fails.
    @inline(__always) private func append(
        coerced slot: UnsafePointer<Tagged>,
        to buffer: inout TextBuffer
    ) throws(Failure) {
        let value = slot.pointee
        switch value.kind {
        case .string, .shortString: try append(TextView(slot), to: &buffer)
        case .number: buffer.append(number: value.number)
        case .bool: buffer.append(value.bool ? "true" : "false")
        case .null, .unset: buffer.append("null")
        default: throw .expectedText(value)
        }
    }
}
