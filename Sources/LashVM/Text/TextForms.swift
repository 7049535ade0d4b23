extension Heap {
    /// Runs a body with the scratch buffer, empty.
    @inline(__always) func withScratch<Result>(
        _ body: (inout TextBuffer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var buffer = storage.pointee.scratch
        storage.pointee.scratch = TextBuffer()
        buffer.clear()
        buffer.ceiling = roomForText
        defer {
            storage.pointee.peakBytes = max(storage.pointee.peakBytes, liveBytes &+ buffer.capacity)
            // Whoever wrote something huge does not keep it.
            if buffer.capacity > 1 << 18 { buffer.deallocate() }
            storage.pointee.scratch.deallocate()
            storage.pointee.scratch = buffer
        }
        return try body(&buffer)
    }

    /// How long text under construction may become: a little where there is no room, as the end is near then anyway.
    var roomForText: Int { min(maximumStringBytes, max(storage.pointee.freeBytes, 65_536)) }

    /// Appends text to a buffer, and pays for it.
    @inline(__always) func append(_ text: TextView, to buffer: inout TextBuffer) throws(Failure) {
        try requireText(buffer.count + text.count)
        try pay(bytes: text.count)
        buffer.append(text.start, text.count)
    }

    /// Appends a value in some style to a buffer, and pays for it.
    func append(_ slot: UnsafePointer<Tagged>, _ style: TextStyle, to buffer: inout TextBuffer) throws(Failure) {
        let value = slot.pointee
        // Scalars need no walk.
        if style == .plain && value.isString {
            return try append(TextView(slot), to: &buffer)
        }
        if value.isNumber && style != .notation {
            style == .plain || style == .print || style == .literal
                ? buffer.append(number: value.number) : buffer.append(jsonNumber: value.number)
            return
        }
        var writer = ValueWriter(heap: self, out: buffer)
        defer { buffer = writer.finish() }
        try writer.write(slot, style)
    }

    /// A value as a string value in some style; owned.
    func text(_ slot: UnsafePointer<Tagged>, _ style: TextStyle) throws(Failure) -> Tagged {
        try withScratch { buffer throws(Failure) in
            try append(slot, style, to: &buffer)
            return makeString(taking: &buffer)
        }
    }

    /// What `to_string` gives: text as it is; owned.
    func stringify(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        slot.pointee.isString ? owned(slot.pointee) : try text(slot, .plain)
    }

    /// A value as text for hosts and messages.
    func string(_ slot: UnsafePointer<Tagged>, _ style: TextStyle) throws(Failure) -> String {
        try withScratch { buffer throws(Failure) in
            try append(slot, style, to: &buffer)
            return buffer.string
        }
    }

    /// The text of a value for a message: no more of it is built than is shown.
    func excerpt(_ slot: UnsafePointer<Tagged>) throws(Failure) -> String {
        let longest = 65_536
        if slot.pointee.isString { return TextView(slot).excerpt(longest) }
        return try withScratch { buffer throws(Failure) in
            var writer = ValueWriter(heap: self, out: buffer, atMost: longest)
            defer { buffer = writer.finish() }
            do throws(Failure) { try writer.write(slot, .plain) } catch {
                guard error.code == .tooLarge else { throw error }
                return writer.out.view.prefix(longest).string + "…"
            }
            return writer.out.string
        }
    }

    /// A scalar as text, for keys and for builtins that want text; owned. Containers, images and authorities fail.
    func coercedText(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        let value = slot.pointee
        switch value.kind {
        case .string, .shortString: return owned(value)
        case .number: return text(of: value.number)
        case .bool: return Self.constant(value.bool ? "true" : "false")
        case .null, .unset: return Self.constant("null")
        default: throw .expectedText(value)
        }
    }

    /// The text of a number; owned.
    func text(of number: Double) -> Tagged {
        if let small = exactInt32(number), small >= 0, small < 10 {
            return withUnsafePointer(to: 48 &+ UInt8(truncatingIfNeeded: small)) { Tagged(short: $0, count: 1) }
        }
        var buffer = TextBuffer()
        defer { buffer.deallocate() }
        buffer.append(number: number)
        return makeString(UnsafePointer(buffer.start), buffer.count, isASCII: true)
    }

    /// A short string that is known when this is written.
    static func constant(_ text: StaticString) -> Tagged {
        Tagged(short: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    /// The `count` arguments from `slots` as text, coerced from left to right.
    @inline(__always) func withTexts<Result>(
        _ slots: UnsafePointer<Tagged>,
        _ count: Int,
        _ body: (SlotPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var texts = (Tagged.null, Tagged.null)
        return try withUnsafeMutablePointer(to: &texts) { pair throws(Failure) in
            let pointer = UnsafeMutableRawPointer(pair).assumingMemoryBound(to: Tagged.self)
            defer { for i in 0..<count { release(pointer[i]) } }
            for i in 0..<count {
                // Strings are borrowed, anything else becomes a string of its own.
                pointer[i] = slots[i].isString ? slots[i].borrowed : try coercedText(slots + i)
            }
            return try body(pointer)
        }
    }
}
