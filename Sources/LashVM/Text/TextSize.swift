extension Heap {
    /// How long the text is that a host shows of a value: what `print` shows, or for `.json` what a program finished
    /// with, which is JSON unless it is text itself. Ends early with what it has once that is more than `most`.
    ///
    /// No text is built, and what is shared is looked at once. But it is paid for each time, as if it were written:
    /// a unit for sixteen bytes.
    func textSize(_ slot: UnsafePointer<Tagged>, _ style: TextStyle, most: Int = .max) throws(Failure) -> Int {
        if let size = Self.scalarSize(slot) {
            if size <= most { try pay(bytes: size) }
            return size
        }
        var measure = TextMeasure(self, style, most)
        defer { measure.finish() }
        return try measure.run(slot)
    }

    /// The length of what needs no walk: it is the same in both styles.
    private static func scalarSize(_ slot: UnsafePointer<Tagged>) -> Int? {
        let value = slot.pointee
        switch value.kind {
        case .number: return exactInt32(value.number).map(TextMeasure.length)
        case .bool: return value.bool ? 4 : 5
        case .null: return 4
        case .shortString: return TextView(slot).count
        default: return nil
        }
    }
}

/// Adds up lengths without recursion.
private struct TextMeasure {
    private let heap: Heap
    private let style: TextStyle
    private let most: Int
    private var open = Stack<Level>(capacity: 16)
    /// The lengths of objects and keys that may come by again.
    private var known: PairTable<Int>
    private var number = TextBuffer()
    /// The length of everything so far, and what of it is not paid for yet.
    private var total = 0
    private var due = 0
    private var steps = 0

    /// No sum of two lengths overflows.
    private static let longest = 1 << 60
    /// Text and keys up to this length are measured again and again.
    private static let short = 64

    private struct Level: BitwiseCopyable {
        var object: Object
        var next = 0
        /// The length of everything before it.
        var before: Int
    }

    init(_ heap: Heap, _ style: TextStyle, _ most: Int) {
        self.heap = heap
        self.style = style
        self.most = most
        known = PairTable(heap)
    }

    mutating func finish() {
        open.deallocate()
        known.deallocate()
        number.deallocate()
    }

    private mutating func add(_ bytes: Int) throws(Failure) {
        total = min(Self.longest, total &+ bytes)
        if total > most { return }
        due = min(Self.longest, due &+ bytes)
        if due >= Heap.piece {
            try heap.pay(bytes: due)
            due &= 15
        }
    }

    mutating func run(_ root: UnsafePointer<Tagged>) throws(Failure) -> Int {
        if root.pointee.isString {
            try add(TextView(root).count)
        } else if style == .print, let message = messageLength(root.pointee) {
            try add(message)
        } else {
            try measure(root)
        }
        while !open.isEmpty, total <= most {
            let level = open.top
            let object = level.pointee.object
            let i = level.pointee.next
            // What comes by again and again is not charged, but takes its time.
            steps &+= 1
            if steps & 0xFFF == 0 { try heap.look() }
            if i == object.count {
                let size = total - level.pointee.before
                if !object.isUnique { try known.remember(size, of: object) }
                open.truncate(to: open.count &- 1)
                continue
            }
            level.pointee.next = i &+ 1
            if object.header.pointee.kind == Tagged.Kind.record.rawValue {
                try measure(text: object.keyTable.keys[i])
                try measure(object.fields + i)
            } else {
                try measure(object.elements + i)
            }
        }
        if total <= most { try heap.pay(bytes: due) }
        return total
    }

    /// The error of an operation reads as its message.
    private func messageLength(_ value: Tagged) -> Int? {
        guard value.isRecord, value.object.role == .failure else { return nil }
        guard let message = heap.field("message", of: value.object), message.isString else { return nil }
        return withUnsafePointer(to: message) { TextView($0).count }
    }

    private mutating func measure(_ slot: UnsafePointer<Tagged>) throws(Failure) {
        let value = slot.pointee
        switch value.kind {
        case .number: try add(length(of: value.number))
        case .null, .unset, .call: try add(4)
        case .bool: try add(value.bool ? 4 : 5)
        case .shortString: try add(TextBuffer.quotedCount(TextView(slot)))
        case .string: try measure(text: value.object)
        case .list, .tuple, .record:
            let object = value.object
            if !object.isUnique, let size = known.find(object) { return try add(size) }
            open.push(Level(object: object, before: total))
            // Brackets and commas; behind each key stands a colon.
            try add(2 + max(0, object.count - 1) + (value.isRecord ? object.count : 0))
        case .image, .resource, .projection:
            number.clear()
            try heap.append(slot, style, to: &number)
            try add(number.count)
        }
    }

    private mutating func measure(text object: Object) throws(Failure) {
        let isLong = object.count > Self.short && !object.isUnique
        if isLong, let size = known.find(object) { return try add(size) }
        let size = TextBuffer.quotedCount(
            TextView(start: UnsafePointer(object.bytes), count: object.count, isASCII: false)
        )
        if isLong { try known.remember(size, of: object) }
        try add(size)
    }

    static func length(_ number: Int32) -> Int {
        decimalWidth(UInt64(number.magnitude)) + (number < 0 ? 1 : 0)
    }

    private mutating func length(of value: Double) -> Int {
        if let small = exactInt32(value) { return Self.length(small) }
        number.clear()
        if style == .print { number.append(number: value) } else { number.append(jsonNumber: value) }
        return number.count
    }
}
