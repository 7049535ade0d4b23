#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Reads JSON straight into a heap, without recursion.
///
/// Elements of open lists wait on a stack, so that a list is made with its exact size. Records are filled in place, on
/// the key table of the record that stood at the same depth before: most keys are only compared, never looked up.
struct JSONReader {
    let heap: Heap
    let bytes: UnsafePointer<UInt8>
    private(set) var count: Int
    /// Bytes taken.
    var at = 0
    var waiting = Stack<Tagged>(capacity: 64)
    var open = Stack<Container>(capacity: 16)
    var shapes = JSONShapes()
    /// The decoded text of the last string with escapes.
    var decoded = TextBuffer()
    /// How much of the text is paid for, in whole units, and where to pay the next piece.
    private var paid = 0
    var stop = Heap.piece
    /// What the stack of waiting elements takes, as far as it is counted as live.
    private var counted = 0

    /// The limit of nesting for programs, as in serde_json: the 128th level is refused.
    static let levels = 128
    let levels: Int

    /// A list or record that is not closed yet.
    struct Container: BitwiseCopyable {
        /// The record; null for a list.
        var record: Tagged
        /// Where the elements of a list begin on the stack; where the next value of a record goes.
        var place: Int
        var depth: UInt16
        var holdsObjects: Bool
        /// A record with a key that is written with escapes: not a shape to compare others with.
        var isOdd = false
        /// A record whose keys no known table has: it need not be looked for again.
        var isAlone = false
    }

    init(heap: Heap, bytes: UnsafePointer<UInt8>, count: Int, levels: Int = Self.levels) {
        self.heap = heap
        self.bytes = bytes
        self.count = count
        self.levels = levels
    }

    /// The value that the whole text describes; owned. The reader is used up.
    mutating func read() throws(Failure) -> Tagged {
        defer { finish() }
        do throws(JSONError) {
            return try settled(try readDocument())
        } catch {
            throw error.failure(in: bytes, count: count)
        }
    }

    /// The values of several texts that lie one behind the other, in their order; owned. The reader is used up.
    mutating func read(textsEndingAt ends: [Int], _ body: (Tagged) -> Void) throws(Failure) {
        defer { finish() }
        var start = 0
        for end in ends {
            count = end
            at = start
            do throws(JSONError) {
                let value = try readDocument()
                // Unpaid rests of many texts would sum up.
                body(at > stop ? try settled(value) : value)
            } catch {
                let error = JSONError(problem: error.problem, taken: error.taken - start, limit: error.limit)
                throw error.failure(in: bytes + start, count: end - start)
            }
            start = end
        }
    }

    // MARK: Limits

    /// A value that was read and is paid for.
    private mutating func settled(_ value: Tagged) throws(JSONError) -> Tagged {
        do { try settle() } catch {
            heap.release(value)
            throw error
        }
        return value
    }

    /// Pays for what was read since the last time.
    @inline(never) mutating func settle() throws(JSONError) {
        let units = (at &- paid) >> 4
        paid &+= units << 4
        stop = at &+ Heap.piece
        try within { heap throws(Failure) in try heap.pay(units) }
    }

    /// Does something that can meet a limit of the run.
    func within<Result>(_ body: (Heap) throws(Failure) -> Result) throws(JSONError) -> Result {
        do { return try body(heap) } catch { throw JSONError(problem: .limit, taken: at, limit: error) }
    }

    /// Asks for room for as many waiting elements again, on behalf of one that is released where there is none.
    @inline(never) private mutating func growWaiting(releasing value: Tagged) throws(JSONError) {
        let more = waiting.capacity * MemoryLayout<Tagged>.stride
        do {
            // The old and the new stack lie side by side for a moment.
            try within { heap throws(Failure) in try heap.require(2 * more) }
        } catch {
            heap.release(value)
            throw error
        }
        heap.takeLarge(more)
        counted += more
    }

    private mutating func finish() {
        // After an error, what was read so far is still here.
        for i in 0..<waiting.count { heap.release(waiting.base[i]) }
        for i in 0..<open.count where open.base[i].record.isRecord {
            let container = open.base[i]
            if container.holdsObjects { container.record.object.setFlag(ObjectFlag.holdsObjects) }
            heap.release(container.record)
        }
        waiting.deallocate()
        heap.giveBackLarge(counted)
        open.deallocate()
        shapes.deallocate(heap)
        decoded.deallocate()
    }

    // MARK: Errors

    /// An error about the bytes taken so far.
    @inline(__always) func taken(_ problem: JSONError.Problem) -> JSONError { JSONError(problem: problem, taken: at) }
    /// An error about the next byte.
    @inline(__always) func next(_ problem: JSONError.Problem) -> JSONError {
        JSONError(problem: problem, taken: at &+ 1)
    }

    // MARK: The document

    private mutating func readDocument() throws(JSONError) -> Tagged {
        while true {
            if at > stop { try settle() }
            skipSpace()
            guard at < count else { throw next(.endInValue) }
            var value: Tagged
            switch bytes[at] {
            case UInt8(ascii: "\""):
                at &+= 1
                value = try readString()
            case UInt8(ascii: "{"):
                try checkRoom()
                at &+= 1
                let record = heap.makeRecord(
                    keys: shapes.guess(depth: open.count, heap),
                    capacity: min(32, shapes.fields(depth: open.count))
                )
                open.push(
                    Container(record: Tagged(.record, record), place: 0, depth: 1, holdsObjects: false)
                )
                skipSpace()
                guard at < count else { throw next(.endInObject) }
                if bytes[at] == UInt8(ascii: "\"") {
                    try readKey()
                    continue
                }
                if bytes[at] != UInt8(ascii: "}") { throw next(.keyNotString) }
                at &+= 1
                value = closeRecord()
            case UInt8(ascii: "["):
                try checkRoom()
                at &+= 1
                open.push(
                    Container(record: .null, place: waiting.count, depth: 1, holdsObjects: false)
                )
                skipSpace()
                guard at < count else { throw next(.endInList) }
                if bytes[at] != UInt8(ascii: "]") { continue }
                at &+= 1
                value = try closeList()
            case UInt8(ascii: "-"), 48...57: value = Tagged(try readNumber())
            case UInt8(ascii: "t"): value = try readWord("true", Tagged(true))
            case UInt8(ascii: "f"): value = try readWord("false", Tagged(false))
            case UInt8(ascii: "n"): value = try readWord("null", .null)
            default: throw next(.expectedValue)
            }
            // The value goes into what is open; that may close, and is then the value.
            while true {
                if open.isEmpty { return try finishDocument(value) }
                let parent = open.top
                if value.isObject {
                    parent.pointee.holdsObjects = true
                    parent.pointee.depth = max(parent.pointee.depth, value.object.header.pointee.depth &+ 1)
                }
                if parent.pointee.record.isNull {
                    if waiting.isFull { try growWaiting(releasing: value) }
                    waiting.push(value)
                    skipSpace()
                    guard at < count else { throw next(.endInList) }
                    if bytes[at] == UInt8(ascii: ",") {
                        at &+= 1
                        skipSpace()
                        guard at < count else { throw next(.endInValue) }
                        if bytes[at] == UInt8(ascii: "]") { throw next(.trailingComma) }
                        break
                    }
                    if bytes[at] != UInt8(ascii: "]") { throw next(.expectedListEnd) }
                    at &+= 1
                    value = try closeList()
                } else {
                    storeField(value, parent)
                    skipSpace()
                    guard at < count else { throw next(.endInObject) }
                    if bytes[at] == UInt8(ascii: ",") {
                        at &+= 1
                        skipSpace()
                        guard at < count else { throw next(.endInValue) }
                        if bytes[at] != UInt8(ascii: "\"") {
                            throw next(bytes[at] == UInt8(ascii: "}") ? .trailingComma : .keyNotString)
                        }
                        try readKey()
                        break
                    }
                    if bytes[at] != UInt8(ascii: "}") { throw next(.expectedObjectEnd) }
                    at &+= 1
                    value = closeRecord()
                }
            }
        }
    }

    private mutating func finishDocument(_ value: Tagged) throws(JSONError) -> Tagged {
        skipSpace()
        if at < count {
            heap.release(value)
            throw next(.trailingCharacters)
        }
        return value
    }

    @inline(__always) private mutating func skipSpace() {
        if at < count && bytes[at] <= 0x20 { skipMoreSpace() }
    }

    private mutating func skipMoreSpace() {
        while at < count {
            switch bytes[at] {
            case 0x20, 0x0A, 0x0D, 0x09: at &+= 1
            default: return
            }
        }
    }

    private mutating func readWord(_ word: StaticString, _ value: Tagged) throws(JSONError) -> Tagged {
        at &+= 1
        for i in 1..<word.utf8CodeUnitCount {
            guard at < count else { throw taken(.endInValue) }
            at &+= 1
            if bytes[at &- 1] != word.utf8Start[i] { throw taken(.expectedIdent) }
        }
        return value
    }

    @inline(__always) private func checkRoom() throws(JSONError) {
        if open.count &+ 1 == levels { throw next(.tooDeep) }
    }

    // MARK: Lists and records

    private mutating func closeList() throws(JSONError) -> Tagged {
        let container = open.top.pointee
        let length = waiting.count &- container.place
        if length > 4096 { try within { heap throws(Failure) in try heap.requireElements(length) } }
        let list = heap.makeSequence(.list, capacity: length)
        list.elements.update(from: waiting.base + container.place, count: length)
        list.setCount(length)
        if container.holdsObjects { list.setFlag(ObjectFlag.holdsObjects) }
        list.header.pointee.depth = container.depth
        waiting.truncate(to: container.place)
        open.truncate(to: open.count &- 1)
        return Tagged(.list, list)
    }

    private mutating func closeRecord() -> Tagged {
        let container = open.pop()
        let record = container.record.object
        if container.holdsObjects { record.setFlag(ObjectFlag.holdsObjects) }
        record.header.pointee.depth = container.depth
        shapes.note(record, isOdd: container.isOdd, depth: open.count, heap)
        return container.record
    }

    @inline(__always) private func storeField(_ value: Tagged, _ container: UnsafeMutablePointer<Container>) {
        let record = container.pointee.record.object
        let place = container.pointee.place
        if place == record.count {
            record.fields[place] = value
            record.setCount(place &+ 1)
        } else {
            heap.store(value, into: record.fields + place)
        }
    }

    /// Reads a key and its colon, and finds the place of the value.
    @inline(__always) private mutating func readKey() throws(JSONError) {
        let container = open.top
        let record = container.pointee.record.object
        let place = record.count
        let table = record.keyTable
        if place < table.count && place < record.capacity {
            let key = table.keys[place]
            let length = key.count
            if count &- at > length &+ 9 && isKey(key, length, at: at &+ 1)
                && bytes[at &+ 1 &+ length] == UInt8(ascii: "\"")
            {
                at &+= length &+ 2
                container.pointee.place = place
                try readColon()
                return
            }
        }
        try readUnexpectedKey()
        try readColon()
    }

    /// Compares a key in words: key objects are padded to them, and the text goes on for at least nine bytes more.
    @inline(__always) private func isKey(_ key: Object, _ length: Int, at offset: Int) -> Bool {
        let expected = UnsafeRawPointer(key.bytes)
        let found = UnsafeRawPointer(bytes + offset)
        var i = 0
        while i &+ 8 <= length {
            if expected.loadUnaligned(fromByteOffset: i, as: UInt64.self)
                != found.loadUnaligned(fromByteOffset: i, as: UInt64.self)
            {
                return false
            }
            i &+= 8
        }
        if i == length { return true }
        let difference =
            expected.loadUnaligned(fromByteOffset: i, as: UInt64.self).littleEndian
            ^ found.loadUnaligned(fromByteOffset: i, as: UInt64.self).littleEndian
        return difference << UInt64((8 &- (length &- i)) &* 8) == 0
    }

    @inline(__always) private mutating func readColon() throws(JSONError) {
        skipSpace()
        guard at < count else { throw next(.endInObject) }
        if bytes[at] != UInt8(ascii: ":") { throw next(.expectedColon) }
        at &+= 1
    }

    @inline(never) private mutating func readUnexpectedKey() throws(JSONError) {
        at &+= 1
        let (text, hasEscapes) = try scanString()
        let container = open.top
        if hasEscapes { container.pointee.isOdd = true }
        let record = container.pointee.record.object
        let hash = KeyHash.of(text.start, text.count)
        let found = heap.find(text, hash: hash, in: record)
        if found >= 0 {
            container.pointee.place = found
            return
        }
        // Values, keys and the index of keys grow by doubling.
        if record.count == record.capacity {
            try within { heap throws(Failure) in try heap.requireElements(record.count * 4) }
        }
        if !container.pointee.isAlone {
            container.pointee.isAlone = !shapes.adapt(record, to: text, depth: open.count &- 1, heap)
        }
        let key = shapes.key(text, hash: hash, heap)
        // The value comes later; until then its place holds null.
        heap.appendField(key, .null, to: &container.pointee.record)
        heap.release(key)
        container.pointee.place = container.pointee.record.object.count &- 1
    }
}
