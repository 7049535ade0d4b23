/// How a value looks as text.
enum TextStyle: UInt8 {
    /// Compact JSON.
    case json
    /// JSON on many lines, two spaces per level.
    case prettyJSON
    /// What `to_string`, `+` and `format` give: text as it is, tuples as literals, the rest as JSON.
    case plain
    /// Inside a tuple literal: like plain, but text in quotes.
    case literal
    /// What `print` shows: JSON with bare NaN and infinities; text in quotes unless it is all there is.
    case print
    /// The language's own notation, `{a: 1, t: (1,)}`: what a programmer reads.
    case notation
}

/// Writes values as text, without recursion, and never more than fits.
struct ValueWriter {
    let heap: Heap
    var out: TextBuffer
    /// How long the text may become: at most that, and less where memory is short.
    private let most: Int
    private let limit: Int
    /// How much of the text is paid for, and where to pay the next piece.
    private var paid: Int
    private var stop: Int
    /// Takes the text piece by piece, where it is not wanted as a whole; says whether it wants more.
    var sink: ((UnsafeBufferPointer<UInt8>) -> Bool)?
    private var open = Stack<Level>(capacity: 16)

    private struct Level: BitwiseCopyable {
        var object: Object
        var next: Int
        var style: TextStyle
    }

    /// Takes a buffer over and appends to it, until the text has `most` bytes.
    init(heap: Heap, out: TextBuffer, atMost most: Int = maximumStringBytes) {
        self.heap = heap
        self.out = out
        self.most = most
        limit = min(most, heap.roomForText)
        paid = out.count
        stop = out.count + min(Heap.piece, most)
    }

    /// Gives the buffer back; the writer is used up.
    mutating func finish() -> TextBuffer {
        open.deallocate()
        return out
    }

    @inline(__always) private func check(_ more: Int) throws(Failure) {
        if out.count &+ more > limit { throw overflow(more) }
    }

    private func overflow(_ more: Int) -> Failure {
        limit == most ? .tooLarge : heap.memoryFailure(out.count + more)
    }

    /// Pays for what was written, once it is enough.
    @inline(__always) private mutating func settle() throws(Failure) {
        if out.count > stop { try pay() }
    }

    @inline(never) private mutating func pay() throws(Failure) {
        try check(0)
        // What is less than a unit is left for the next time.
        let units = (out.count - paid) >> 4
        paid += units << 4
        stop = out.count + Heap.piece
        try heap.pay(units)
        if let sink { try flush(to: sink) }
    }

    private mutating func flush(to sink: (UnsafeBufferPointer<UInt8>) -> Bool) throws(Failure) {
        if !sink(out.bytes) { throw .cancelled }
        out.clear()
        paid = 0
        stop = Heap.piece
    }

    // MARK: The walk

    mutating func write(_ slot: UnsafePointer<Tagged>, _ style: TextStyle) throws(Failure) {
        open.truncate(to: 0)
        try begin(slot, style, isNested: false)
        while !open.isEmpty {
            let level = open.top
            let object = level.pointee.object
            let index = level.pointee.next
            let style = level.pointee.style
            if index == object.count {
                close(object, style)
                open.truncate(to: open.count &- 1)
                continue
            }
            level.pointee.next = index &+ 1
            try settle()
            if object.header.pointee.kind == Tagged.Kind.record.rawValue {
                separate(index, style)
                let key = object.keyTable.keys[index]
                try writeKey(key, style)
                try begin(object.fields + index, style, isNested: true)
            } else if object.hasFlag(ObjectFlag.holdsObjects) || style != .json {
                separate(index, style)
                try begin(object.elements + index, style, isNested: true)
            } else {
                try writeFlat(object)
                level.pointee.next = object.count
            }
        }
        try pay()
    }

    /// A list without objects, as JSON.
    private mutating func writeFlat(_ object: Object) throws(Failure) {
        let elements = object.elements
        for i in 0..<object.count {
            if i > 0 { out.append(UInt8(ascii: ",")) }
            if elements[i].isNumber {
                out.append(jsonNumber: elements[i].number)
            } else {
                try begin(elements + i, .json, isNested: true)
            }
            try settle()
        }
    }

    /// Writes a scalar, or the start of a container that is then open.
    @inline(__always) private mutating func begin(
        _ slot: UnsafePointer<Tagged>,
        _ style: TextStyle,
        isNested: Bool
    ) throws(Failure) {
        let value = slot.pointee
        switch value.kind {
        case .number: writeNumber(value.number, style, isNested)
        case .null, .unset, .call: out.append("null")
        case .bool: out.append(value.bool ? "true" : "false")
        case .string, .shortString:
            let text = TextView(slot)
            if style == .plain || (style == .print && !isNested) {
                try check(text.count)
                out.append(text.start, text.count)
            } else {
                try writeQuoted(text)
            }
        case .record where value.object.role == .failure && (style == .plain || style == .print && !isNested):
            try writeMessage(value, style)
        case .list, .tuple, .record: push(value, style)
        case .image: try writeImage(value.object, style)
        case .resource: try writeResource(value.object, style)
        case .projection: writeProjection(value.object, style, isNested)
        }
    }

    /// The error of an operation reads as its message.
    private mutating func writeMessage(_ error: Tagged, _ style: TextStyle) throws(Failure) {
        guard let message = heap.field("message", of: error.object), message.isString else {
            return push(error, style)
        }
        try withUnsafePointer(to: message) { slot throws(Failure) in
            let text = TextView(slot)
            try check(text.count)
            out.append(text.start, text.count)
        }
    }

    private mutating func writeNumber(_ number: Double, _ style: TextStyle, _ isNested: Bool) {
        switch style {
        case .json, .prettyJSON: out.append(jsonNumber: number)
        case .notation where number == 0 && number.sign == .minus: out.append("-0")
        default: out.append(number: number)
        }
    }

    private mutating func push(_ value: Tagged, _ style: TextStyle) {
        let object = value.object
        var inner = style
        if value.isTuple && style != .json && style != .prettyJSON && style != .print {
            out.append(UInt8(ascii: "("))
            if style == .plain { inner = .literal }
        } else {
            // Inside lists and records everything is JSON.
            if style == .plain || style == .literal { inner = .json }
            out.append(value.isRecord ? UInt8(ascii: "{") : UInt8(ascii: "["))
        }
        open.push(Level(object: object, next: 0, style: inner))
    }

    @inline(__always) private mutating func separate(_ index: Int, _ style: TextStyle) {
        switch style {
        case .json, .print: if index > 0 { out.append(UInt8(ascii: ",")) }
        case .prettyJSON:
            if index > 0 { out.append(UInt8(ascii: ",")) }
            newLine(open.count)
        default: if index > 0 { out.append(", ") }
        }
    }

    private mutating func newLine(_ level: Int) {
        out.append(UInt8(ascii: "\n"))
        for _ in 0..<level { out.append("  ") }
    }

    private mutating func close(_ object: Object, _ style: TextStyle) {
        if style == .prettyJSON && object.count > 0 { newLine(open.count - 1) }
        switch object.header.pointee.kind {
        case Tagged.Kind.record.rawValue: out.append(UInt8(ascii: "}"))
        case Tagged.Kind.tuple.rawValue where style == .literal || style == .notation:
            if object.count == 1 { out.append(UInt8(ascii: ",")) }
            out.append(UInt8(ascii: ")"))
        default: out.append(UInt8(ascii: "]"))
        }
    }

    @inline(__always) private mutating func writeQuoted(_ text: TextView) throws(Failure) {
        // Escapes make a text up to six times as long.
        if text.count > 4096 { try check(TextBuffer.quotedCount(text)) }
        out.append(quoted: text)
    }

    @inline(__always) private mutating func writeKey(_ key: Object, _ style: TextStyle) throws(Failure) {
        let text = TextView(start: UnsafePointer(key.bytes), count: key.count, isASCII: key.hasFlag(ObjectFlag.ascii))
        if style == .notation && text.isIdentifier {
            try check(text.count)
            out.append(text.start, text.count)
        } else {
            try writeQuoted(text)
        }
        out.append(UInt8(ascii: ":"))
        if style == .prettyJSON || style == .notation { out.append(UInt8(ascii: " ")) }
    }
}

extension TextView {
    /// Whether it is a plain name.
    var isIdentifier: Bool {
        guard count > 0, !(start[0] >= 48 && start[0] <= 57) else { return false }
        return bytes.allSatisfy { byte in
            (byte | 0x20 >= 97 && byte | 0x20 <= 122) || (byte >= 48 && byte <= 57) || byte == UInt8(ascii: "_")
        }
    }
}
