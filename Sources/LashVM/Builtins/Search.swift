import LashLinker

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Heap {
    /// Whether the whole has the part: text in text, an element, a key.
    func contains(_ whole: SlotPointer, _ part: SlotPointer) throws(Failure) -> Bool {
        let value = whole.pointee
        switch value.kind {
        case .string, .shortString:
            return try withTexts(part, 1) { text throws(Failure) in
                var search = TextSearch(for: TextView(text), heap: self)
                return try search.first(in: TextView(whole)) >= 0
            }
        case .list, .tuple:
            let object = value.object
            for i in 0..<object.count {
                // One unit for two elements.
                if i & 1 == 1 { try pay(1) }
                if try equal(object.elements + i, part) { return true }
            }
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
            // No text has more code points than bytes.
            guard start <= Double(whole.count), Int(start) <= codePointCount(texts) else { return .null }
            let first = byteOffset(ofCodePoint: Int(start), in: texts)
            var search = TextSearch(for: part, heap: self)
            let offset = try search.first(in: whole, from: first)
            if offset < 0 { return .null }
            let between = whole.isASCII ? offset - first : countCodePoints(whole.start + first, offset - first)
            return Tagged(start + Double(between))
        }
    }

    func hasAffix(_ args: SlotPointer, atEnd: Bool) throws(Failure) -> Bool {
        try withTexts(args, 2) { texts throws(Failure) in
            let whole = TextView(texts), affix = TextView(texts + 1)
            guard affix.count <= whole.count else { return false }
            return try order(whole.start + (atEnd ? whole.count - affix.count : 0), affix.start, affix.count) == 0
        }
    }

    /// One record for every line that has the part.
    func grep(_ args: SlotPointer) throws(Failure) -> Tagged {
        try withTexts(args, 2) { texts throws(Failure) in
            let whole = TextView(texts), part = TextView(texts + 1)
            if part.count == 0 { throw .emptyNeedle }
            var search = TextSearch(for: part, heap: self)
            let matched = Double(countCodePoints(part.start, part.count))
            let keys = ["line", "text", "match", "start", "end"].map(makeKeyObject)
            let table = makeKeyTable(capacity: keys.count)
            for key in keys {
                appendKey(key, to: table)
                release(key)
            }
            defer { release(table) }
            return try buildList { list throws(Failure) in
                var number = 0
                var at = 0
                while at < whole.count {
                    number += 1
                    let found = memchr(whole.start + at, 10, whole.count - at)
                    let end = found.map { UnsafeRawPointer($0) - UnsafeRawPointer(whole.start) } ?? whole.count
                    let hasReturn = found != nil && end > at && whole.start[end - 1] == 13
                    let text = TextView(
                        start: whole.start + at,
                        count: end - at - (hasReturn ? 1 : 0),
                        isASCII: whole.isASCII
                    )
                    at = end + 1
                    // A unit for the line, and for the bytes before it ends.
                    try pay(1 + text.count >> 4)
                    let offset = try search.first(in: text)
                    if offset < 0 { continue }
                    let start = Double(countCodePoints(text.start, offset))
                    let line = try makeText(text)
                    let record = makeRecord(keys: table, capacity: keys.count)
                    record.fields[0] = Tagged(Double(number))
                    record.fields[1] = line
                    record.fields[2] = owned(texts[1])
                    record.fields[3] = Tagged(start)
                    record.fields[4] = Tagged(start + matched)
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
