import LashLinker

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Heap {
    func split(_ args: SlotPointer) throws(Failure) -> Tagged {
        try withTexts(args, 2) { texts throws(Failure) in
            let whole = TextView(texts), separator = TextView(texts + 1)
            storage.pointee.work &+= whole.count >> 3
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
        var at = 0
        while true {
            let end =
                separator.count == 1
                ? offset(ofByte: separator.start[0], in: whole, from: at)
                : firstOffset(of: separator, in: whole, from: at)
            let part = TextView(
                start: whole.start + at,
                count: (end < 0 ? whole.count : end) &- at,
                isASCII: whole.isASCII
            )
            try list.append(try makePart(part))
            if end < 0 { return }
            at = end &+ separator.count
        }
    }

    @inline(__always) private func offset(ofByte byte: UInt8, in whole: TextView, from at: Int) -> Int {
        // Parts are mostly short: a look at a few bytes saves the call.
        let near = min(whole.count, at &+ 8)
        var i = at
        while i < near {
            if whole.start[i] == byte { return i }
            i &+= 1
        }
        guard i < whole.count, let found = memchr(whole.start + i, Int32(byte), whole.count &- i) else { return -1 }
        return UnsafeRawPointer(found) - UnsafeRawPointer(whole.start)
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
                    if i > 0 { buffer.append(separator.start, separator.count) }
                    try append(coerced: object.elements + i, to: &buffer)
                    try requireText(buffer.count)
                }
                storage.pointee.work &+= object.count >> 1 &+ buffer.count >> 4
                return makeString(buffer.bytes)
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
        case .string, .shortString:
            let text = TextView(slot)
            buffer.append(text.start, text.count)
        case .number: buffer.append(number: value.number)
        case .bool: buffer.append(value.bool ? "true" : "false")
        case .null, .unset: buffer.append("null")
        default: throw .expectedText(value)
        }
    }
}
