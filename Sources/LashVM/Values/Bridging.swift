extension Value {
    /// The value in a slot, as hosts see it. For hosts that ask: nothing limits it.
    init(_ slot: UnsafePointer<Tagged>) {
        var reader = ValueReader()
        self = reader.read(slot)
    }
}

extension FrozenValue {
    /// A copy of the value.
    package var value: Value { withUnsafePointer(to: root) { Value($0) } }
}

extension Heap {
    /// A value for the host. The copy counts as live while it is made.
    func hostValue(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Value {
        if let scalar = ValueReader.scalar(slot) { return scalar }
        var reader = ValueReader(limitedBy: self)
        defer { reader.finish() }
        return try reader.value(slot)
    }
}

/// Copies values out of a heap, without recursion. What is shared there is shared here: a list that holds one list
/// twice, again and again, is small in memory and must not grow when it leaves.
struct ValueReader {
    /// The heap whose limits the copies count for.
    private let heap: Heap?
    private var taken = 0
    /// The limit that was met; nothing that was read since is of use.
    private var failure: Failure?
    private var known: [Object: Value] = [:]
    private var keys: [Object: String] = [:]
    private var open: [Level] = []

    /// A container that is being read.
    private struct Level {
        var object: Object
        var kind: Tagged.Kind
        var next = 0
        var items: [Value] = []
        var record = Record()
    }

    init(limitedBy heap: Heap? = nil) { self.heap = heap }

    /// Whether the copies count for the limits of a run.
    var isLimited: Bool { heap != nil }

    /// Ends the counting of what was read.
    mutating func finish() {
        heap?.giveBackLarge(taken)
        taken = 0
    }

    /// The value in a slot; fails where a limit is met.
    mutating func value(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Value {
        let value = read(slot)
        if let failure { throw failure }
        return value
    }

    /// The value in a slot.
    mutating func read(_ root: UnsafePointer<Tagged>) -> Value {
        if let value = begin(root) { return value }
        while failure == nil {
            let top = open.count - 1
            let object = open[top].object
            let i = open[top].next
            if i < object.count {
                open[top].next = i + 1
                if let value = begin(object.members + i) { place(value) }
                continue
            }
            let level = open.removeLast()
            let value: Value =
                switch level.kind {
                case .record: .record(level.record)
                case .tuple: .tuple(level.items)
                default: .list(level.items)
                }
            remember(value, of: object)
            if open.isEmpty { return value }
            place(value)
        }
        open.removeAll()
        return .null
    }

    private mutating func place(_ value: Value) {
        let top = open.count - 1
        if open[top].kind == .record {
            let key = key(open[top].object.keyTable.keys[open[top].next - 1])
            open[top].record.append(value, forNewKey: key)
        } else {
            open[top].items.append(value)
        }
    }

    /// A value that needs no going down; `nil` is a container, which is open now.
    private mutating func begin(_ slot: UnsafePointer<Tagged>) -> Value? {
        if let scalar = Self.scalar(slot) { return scalar }
        let tagged = slot.pointee
        switch tagged.kind {
        case .string:
            if let known = known[tagged.object], tagged.object.count > Self.short { return known }
            take(32 + tagged.object.count)
            if failure != nil { return .null }
            let value = Value.string(TextView(slot).string)
            if tagged.object.count > Self.short { remember(value, of: tagged.object) }
            return value
        case .list, .tuple, .record: return enter(tagged)
        case .image: return .image(Image(tagged.object))
        case .resource: return .resource(Resource(tagged.object))
        case .projection: return .projection(Projection(tagged.object))
        // A call, which has no value yet.
        default: return .null
        }
    }

    /// The value in a slot where that is no object: it takes nothing that would have to be counted.
    @inline(__always) static func scalar(_ slot: UnsafePointer<Tagged>) -> Value? {
        let tagged = slot.pointee
        switch tagged.kind {
        case .number: return .number(tagged.number)
        case .bool: return .bool(tagged.bool)
        case .shortString: return .string(TextView(slot).string)
        case .null, .unset: return .null
        default: return nil
        }
    }

    private mutating func enter(_ tagged: Tagged) -> Value? {
        let object = tagged.object
        if object.count > 0, !object.isUnique, let known = known[object] { return known }
        let perElement = MemoryLayout<Value>.stride
        // Keys, and above eight of them where they are.
        let perField = perElement + 16 + (object.count > 8 ? 48 : 0)
        take(48 + object.count * (tagged.isRecord ? perField : perElement))
        if failure != nil { return .null }
        var level = Level(object: object, kind: tagged.kind)
        if tagged.isRecord {
            level.record.role = object.role
            level.record.reserveCapacity(object.count)
        } else {
            level.items.reserveCapacity(object.count)
        }
        open.append(level)
        return nil
    }

    private mutating func remember(_ value: Value, of object: Object) {
        if object.isUnique || object.count == 0 { return }
        take(64)
        known[object] = value
    }

    private mutating func key(_ object: Object) -> String {
        let text = TextView(start: UnsafePointer(object.bytes), count: object.count, isASCII: false)
        // Swift keeps short texts without an allocation.
        if object.count <= 15 { return text.string }
        if let known = keys[object] { return known }
        take(96 + object.count)
        let key = text.string
        keys[object] = key
        return key
    }

    // MARK: Limits

    /// Text up to this length is copied again and again.
    private static let short = 64

    /// Counts and charges what a part takes, before it is copied.
    private mutating func take(_ bytes: Int) {
        guard let heap, failure == nil else { return }
        do throws(Failure) {
            try heap.require(bytes)
            try heap.pay(bytes: bytes)
        } catch {
            failure = error
            return
        }
        heap.takeLarge(bytes)
        taken += bytes
    }
}

extension Resource {
    init(_ object: Object) {
        let parts = object.elements
        self.init(type: TextView(parts).string, alias: TextView(parts + 1).string)
    }
}

extension Image {
    fileprivate init(_ object: Object) {
        let parts = object.elements
        func text(_ part: ImagePart) -> String { TextView(parts + part.rawValue).string }
        func pixels(_ part: ImagePart) -> UInt32? {
            let value = parts[part.rawValue]
            return value.isNumber ? UInt32(exactly: value.number) : nil
        }
        self.init(
            id: text(.id),
            mime: text(.mime),
            label: text(.label),
            size: UInt64(exactly: parts[ImagePart.size.rawValue].number) ?? .max,
            width: pixels(.width),
            height: pixels(.height)
        )
    }
}

/// Copies values into a heap, what is shared once. Recursion stops where values nest too deep.
private struct ValueMaker {
    let heap: Heap
    /// Containers and long texts that were made, by where their elements lie. They live as long as what they went into.
    private var shared: [UnsafeRawPointer: Tagged] = [:]
    /// Whether something came by again.
    private(set) var hasMetShared = false
    /// What is no longer than this, and holds nothing, is made again and again.
    private static let short = 16
    private static let shortText = 1024

    init(heap: Heap) { self.heap = heap }

    mutating func make(_ value: Value, depth: Int) throws(Failure) -> Tagged {
        switch value {
        case .null: return .null
        case .bool(let bool): return Tagged(bool)
        case .number(let number): return Tagged(number)
        case .string(let text): return try make(text)
        case .list(let elements): return try make(elements, .list, depth: depth)
        case .tuple(let elements): return try make(elements, .tuple, depth: depth)
        case .record(let record): return try make(record, depth: depth)
        case .image(let image): return heap.make(image)
        case .resource(let resource): return heap.make(resource)
        case .projection(let projection): return try heap.make(projection)
        }
    }

    /// A container that was made before, where it stands at this place too.
    private mutating func known(_ place: UnsafeRawPointer?, _ kind: Tagged.Kind, depth: Int) throws(Failure) -> Tagged?
    {
        guard let place, let known = shared[place], known.kind == kind else { return nil }
        hasMetShared = true
        if depth + known.object.depth > maximumDepth { throw .tooDeep }
        return heap.owned(known)
    }

    private mutating func remember(_ made: Tagged, _ place: UnsafeRawPointer?) {
        guard let place else { return }
        if made.object.hasFlag(ObjectFlag.holdsObjects) || made.object.count > Self.short { shared[place] = made }
    }

    private mutating func make(_ text: String) throws(Failure) -> Tagged {
        guard text.utf8.count > Self.shortText else { return heap.makeString(text) }
        let place = text.utf8.withContiguousStorageIfAvailable { UnsafeRawPointer($0.baseAddress) } ?? nil
        if let place, let known = shared[place], known.kind == .string, known.object.count == text.utf8.count {
            hasMetShared = true
            return heap.owned(known)
        }
        try heap.requireText(text.utf8.count)
        let made = heap.makeString(text)
        if let place { shared[place] = made }
        return made
    }

    private mutating func make(_ elements: [Value], _ kind: Tagged.Kind, depth: Int) throws(Failure) -> Tagged {
        let place = elements.place
        if let known = try known(place, kind, depth: depth) { return known }
        if depth == maximumDepth { throw .tooDeep }
        try heap.require(0)
        try heap.requireElements(elements.count)
        let object = heap.makeSequence(kind, capacity: elements.count)
        do {
            for element in elements { heap.appendWithinCapacity(try make(element, depth: depth + 1), to: object) }
        } catch {
            heap.release(object)
            throw error
        }
        remember(Tagged(kind, object), place)
        return Tagged(kind, object)
    }

    private mutating func make(_ record: Record, depth: Int) throws(Failure) -> Tagged {
        let place = record.place
        if let known = try known(place, .record, depth: depth) { return known }
        if depth == maximumDepth { throw .tooDeep }
        try heap.require(0)
        try heap.requireElements(record.count * 2)
        var made = Tagged(.record, heap.makeRecord(capacity: record.count))
        do {
            for (key, value) in record {
                let field = try make(value, depth: depth + 1)
                var key = key
                let object = key.withUTF8 { heap.makeKey($0) }
                heap.appendField(object, field, to: &made)
                heap.release(object)
            }
        } catch {
            heap.release(made)
            throw error
        }
        heap.mark(made.object, as: record.role)
        remember(made, place)
        return made
    }
}

extension Heap {
    /// A host's value; owned.
    func make(_ value: Value) throws(Failure) -> Tagged {
        // The answers of most calls.
        if case .number(let number) = value { return Tagged(number) }
        var maker = ValueMaker(heap: self)
        return try maker.make(value, depth: 0)
    }

    /// A host's value, made to become text; owned. Refuses one whose text would be longer than text can be: only what
    /// is shared makes a text that is much longer than its value.
    func makeForText(_ value: Value) throws(Failure) -> Tagged {
        var maker = ValueMaker(heap: self)
        var made = try maker.make(value, depth: 0)
        guard maker.hasMetShared else { return made }
        do throws(Failure) {
            if try textSize(&made, .json, most: maximumStringBytes) > maximumStringBytes { throw .tooLarge }
        } catch {
            release(made)
            throw error
        }
        return made
    }

    func makeKey(_ bytes: UnsafeBufferPointer<UInt8>) -> Object {
        guard let start = bytes.baseAddress else {
            return withUnsafePointer(to: 0) { (nothing: UnsafePointer<UInt8>) in makeKey(nothing, 0) }
        }
        return makeKey(start, bytes.count)
    }

    fileprivate func make(_ image: Image) -> Tagged {
        let object = makeSequence(.image, capacity: ImagePart.allCases.count)
        for part in ImagePart.allCases {
            let value: Tagged =
                switch part {
                case .id: makeString(image.id)
                case .mime: makeString(image.mime)
                case .label: makeString(image.label)
                case .size: Tagged(Double(image.size))
                case .width: image.width.map { Tagged(Double($0)) } ?? .null
                case .height: image.height.map { Tagged(Double($0)) } ?? .null
                }
            appendWithinCapacity(value, to: object)
        }
        return Tagged(.image, object)
    }

    fileprivate func make(_ resource: Resource) -> Tagged {
        let object = makeSequence(.resource, capacity: 2)
        appendWithinCapacity(makeString(resource.type), to: object)
        appendWithinCapacity(makeString(resource.alias), to: object)
        return Tagged(.resource, object)
    }
}
