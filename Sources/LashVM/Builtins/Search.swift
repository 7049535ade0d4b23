import LashLinker

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Where a text first stands in another, from a byte on; -1 where it does not.
///
/// Goes from one occurrence of the first byte to the next. Text that makes this slow, such as `aaaa…`, is left to
/// Knuth, Morris and Pratt, so the time is linear.
func firstOffset(of part: TextView, in whole: TextView, from first: Int = 0) -> Int {
    if part.count == 0 { return first <= whole.count ? first : -1 }
    var at = first
    var wasted = 0
    let lead = Int32(part.start[0])
    while whole.count &- at >= part.count {
        guard let found = memchr(whole.start + at, lead, whole.count &- at &- part.count &+ 1) else { return -1 }
        let offset = UnsafeRawPointer(found) - UnsafeRawPointer(whole.start)
        if memcmp(whole.start + offset, part.start, part.count) == 0 { return offset }
        at = offset &+ 1
        wasted &+= min(part.count, 64)
        if wasted > 4096 &+ 8 &* (at &- first) { return linearOffset(of: part, in: whole, from: at) }
    }
    return -1
}

private func linearOffset(of part: TextView, in whole: TextView, from first: Int) -> Int {
    // How much of the part is still matched after a mismatch behind so many bytes.
    var fallback = [Int](repeating: 0, count: part.count + 1)
    var matched = 0
    for i in stride(from: 1, to: part.count, by: 1) {
        while matched > 0 && part.start[i] != part.start[matched] { matched = fallback[matched] }
        if part.start[i] == part.start[matched] { matched += 1 }
        fallback[i + 1] = matched
    }
    matched = 0
    for i in stride(from: first, to: whole.count, by: 1) {
        while matched > 0 && whole.start[i] != part.start[matched] { matched = fallback[matched] }
        if whole.start[i] == part.start[matched] { matched += 1 }
        if matched == part.count { return i + 1 - matched }
    }
    return -1
}

extension Heap {
    /// Whether the whole has the part: text in text, an element, a key.
    func contains(_ whole: SlotPointer, _ part: SlotPointer) throws(Failure) -> Bool {
        let value = whole.pointee
        switch value.kind {
        case .string, .shortString:
            return try withTexts(part, 1) { text throws(Failure) in
                let view = TextView(whole)
                storage.pointee.work &+= view.count >> 4
                return firstOffset(of: TextView(text), in: view) >= 0
            }
        case .list, .tuple:
            let object = value.object
            storage.pointee.work &+= object.count >> 1
            for i in 0..<object.count where equal(object.elements + i, part) { return true }
            return false
        case .record: return try findKey(part, in: value.object) >= 0
        case .null, .unset: return false
        default: throw .wrongKind(.contains)
        }
    }

    func find(_ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        var start = 0.0
        if count == 3 {
            start = try number(args + 2)
            if !(start.isFinite && start >= 0 && start.rounded(.towardZero) == start) { throw .badFindStart }
        }
        return try withTexts(args, 2) { texts throws(Failure) in
            let whole = TextView(texts), part = TextView(texts + 1)
            storage.pointee.work &+= whole.count >> 4
            // No text has more code points than bytes.
            guard start <= Double(whole.count), Int(start) <= codePointCount(texts) else { return .null }
            let first = byteOffset(ofCodePoint: Int(start), in: texts)
            let offset = firstOffset(of: part, in: whole, from: first)
            if offset < 0 { return .null }
            let between = whole.isASCII ? offset - first : countCodePoints(whole.start + first, offset - first)
            return Tagged(start + Double(between))
        }
    }

    func hasAffix(_ args: SlotPointer, atEnd: Bool) throws(Failure) -> Bool {
        try withTexts(args, 2) { texts throws(Failure) in
            let whole = TextView(texts), affix = TextView(texts + 1)
            guard affix.count <= whole.count else { return false }
            storage.pointee.work &+= affix.count >> 4
            return memcmp(whole.start + (atEnd ? whole.count - affix.count : 0), affix.start, affix.count) == 0
        }
    }

    /// One record for every line that has the part.
    func grep(_ args: SlotPointer) throws(Failure) -> Tagged {
        try withTexts(args, 2) { texts throws(Failure) in
            let whole = TextView(texts), part = TextView(texts + 1)
            if part.count == 0 { throw .emptyNeedle }
            storage.pointee.work &+= whole.count >> 3
            let keys = ["line", "text", "match", "start", "end"].map(makeKeyObject)
            let table = makeKeyTable(capacity: keys.count)
            for key in keys {
                appendKey(key, to: table)
                release(key)
            }
            defer { release(table) }
            return try buildList { list throws(Failure) in
                var line = 0
                var at = 0
                while at < whole.count {
                    line += 1
                    let found = memchr(whole.start + at, 10, whole.count - at)
                    let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(whole.start) } ?? whole.count
                    let hasReturn = found != nil && end > at && whole.start[end - 1] == 13
                    let text = TextView(
                        start: whole.start + at,
                        count: end - at - (hasReturn ? 1 : 0),
                        isASCII: whole.isASCII
                    )
                    at = end + 1
                    let offset = firstOffset(of: part, in: text)
                    if offset < 0 { continue }
                    let start = Double(countCodePoints(text.start, offset))
                    let record = makeRecord(keys: table, capacity: keys.count)
                    record.fields[0] = Tagged(Double(line))
                    record.fields[1] = makeString(text.start, text.count, isASCII: asciiOnly(text.start, text.count))
                    record.fields[2] = owned(texts[1])
                    record.fields[3] = Tagged(start)
                    record.fields[4] = Tagged(start + Double(countCodePoints(part.start, part.count)))
                    record.setCount(keys.count)
                    if record.fields[1].isObject || record.fields[2].isObject {
                        record.setFlag(ObjectFlag.holdsObjects)
                    }
                    try list.append(Tagged(.record, record))
                }
            }
        }
    }

    private func makeKeyObject(_ name: String) -> Object {
        var name = name
        return name.withUTF8 { makeKey($0) }
    }
}
