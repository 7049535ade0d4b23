/// Reads what `GraphWriter` wrote, from bytes that anybody may have made up: every kind, count, number, text, key and
/// depth is checked before it is used, and nothing is allocated that the bytes left could not fill. Nothing recurses.
///
/// Whoever makes it calls `finish`, once what was read is held elsewhere.
struct GraphReader {
    var input: SnapshotInput
    /// Where values go.
    let heap: Heap
    /// Where values go that never change, once there is one; whoever keeps one of them keeps this.
    private(set) var frozen: HeapOwner?
    /// The objects of the program's constants, by number.
    private let constants: [Tagged]
    /// The key tables of the program's record literals, by number.
    private let literals: [Object]
    /// Whether calls of a batch may occur in what is read next: says of each whether it may be one, by the instruction
    /// that made it and the number of its operands.
    var acceptsCall: ((_ position: Int, _ operands: Int) -> Bool)?
    /// The projections among what was read, which have to be resolved.
    private(set) var restored: [RestoredProjection] = []
    private var numbers = Stack<Tagged>()
    private var tables = Stack<Object>()
    private var open = Stack<Level>(capacity: 16)

    /// A container that is being read.
    private struct Level: BitwiseCopyable {
        var value: Tagged
        /// Members that are still to come.
        var missing: Int
        var holding: SnapshotFormat.Holding
        /// The raw value of a `RecordRole`.
        var role = RecordRole.plain.rawValue
    }

    init(
        _ input: SnapshotInput,
        heap: Heap,
        constants: [Tagged] = [],
        literals: [Object] = []
    ) {
        self.input = input
        self.heap = heap
        self.constants = constants
        self.literals = literals
    }

    /// Lets go of what only reading needed, and after an error of what is not complete.
    mutating func finish() {
        for i in 0..<open.count {
            let level = open.base[i]
            if level.holding == .frozen { frozenOwner().freeze(root: level.value) } else { heap.release(level.value) }
        }
        for i in 0..<tables.count { heap.release(tables.base[i]) }
        open.deallocate()
        numbers.deallocate()
        tables.deallocate()
    }

    /// How many objects have a number so far.
    var numbered: Int { numbers.count }

    /// An object that has a number, without counting the reference.
    func object(_ number: Int) -> Tagged? { number < numbers.count ? numbers.base[number] : nil }

    /// Whether the value that was read last can be referred to.
    func isNumbered(_ value: Tagged) -> Bool { !numbers.isEmpty && numbers.top.pointee.bits == value.bits }

    /// The next value; owned.
    mutating func read() throws(SnapshotError) -> Tagged {
        while true {
            var value: Tagged
            if let complete = try readHead() {
                value = complete
            } else if open.top.pointee.missing > 0 {
                continue
            } else {
                value = try close()
            }
            // A complete value goes into its container, which may be complete then.
            while true {
                if open.isEmpty { return value }
                try put(value)
                if open.top.pointee.missing > 0 { break }
                value = try close()
            }
        }
    }

    @inline(__always) private mutating func put(_ value: Tagged) throws(SnapshotError) {
        let level = open.top
        let object = level.pointee.value.object
        object.members[object.count] = value
        object.setCount(object.count &+ 1)
        level.pointee.missing &-= 1
        if value.isObject {
            heap.noteMember(value, of: object)
            if object.depth > maximumDepth { throw input.damaged("a value that nests too deep") }
        }
    }

    private mutating func close() throws(SnapshotError) -> Tagged {
        let level = open.top.pointee
        let value = level.value
        switch value.kind {
        case .image: if !isImage(value.object) { throw input.damaged("a malformed image") }
        case .resource: if !isResource(value.object) { throw input.damaged("a malformed module authority") }
        case .call: if !isCall(value.object) { throw input.damaged("a malformed call") }
        default: break
        }
        open.truncate(to: open.count &- 1)
        if level.holding == .onceWithCalls { value.object.setFlag(ObjectFlag.holdsCalls) }
        if let role = RecordRole(rawValue: level.role) { owner(level.holding).mark(value.object, as: role) }
        if level.holding == .frozen { freeze(value) }
        if level.holding.isNumbered { numbers.push(value) }
        return value
    }

    // MARK: Heads

    /// A value without members, or `nil` after the head of a container, which is on the stack then.
    private mutating func readHead() throws(SnapshotError) -> Tagged? {
        let tag = try input.byte()
        switch tag {
        case SnapshotFormat.Tag.number: return Tagged(Double(bitPattern: try input.bits()))
        case SnapshotFormat.Tag.null: return .null
        case SnapshotFormat.Tag.false: return Tagged(false)
        case SnapshotFormat.Tag.true: return Tagged(true)
        case SnapshotFormat.Tag.shortText...SnapshotFormat.Tag.shortText + UInt8(Tagged.shortCapacity):
            return try readShort(Int(tag - SnapshotFormat.Tag.shortText))
        case SnapshotFormat.Tag.reference: return try readReference()
        case SnapshotFormat.Tag.constant: return try readConstant()
        default: break
        }
        // Two bits have four values.
        guard let holding = SnapshotFormat.Holding(rawValue: tag & 3) else { return nil }
        if isInsideFrozen && holding != .frozen { throw input.damaged("a value that may change in one that may not") }
        switch tag & ~3 {
        case SnapshotFormat.Tag.text: return try readText(holding)
        case SnapshotFormat.Tag.list: try beginSequence(.list, try input.count(), holding)
        case SnapshotFormat.Tag.tuple: try beginSequence(.tuple, try input.count(), holding)
        case SnapshotFormat.Tag.record: try beginRecord(.plain, holding)
        case SnapshotFormat.Tag.markedRecord:
            guard let role = RecordRole(rawValue: try input.byte()), role != .plain else {
                throw input.damaged("an unknown role")
            }
            try beginRecord(role, holding)
        case SnapshotFormat.Tag.image: try beginSequence(.image, ImagePart.allCases.count, holding)
        case SnapshotFormat.Tag.resource: try beginSequence(.resource, 2, holding)
        case SnapshotFormat.Tag.projection where holding == .shared:
            return try readProjection(holding)
        case SnapshotFormat.Tag.call where acceptsCall != nil && holding == .once:
            try beginSequence(.call, try input.count(), holding)
        default: throw input.damaged("an unknown kind of value")
        }
        return nil
    }

    private var isInsideFrozen: Bool { !open.isEmpty && open.top.pointee.holding == .frozen }

    private mutating func readReference() throws(SnapshotError) -> Tagged {
        let number = try input.number()
        guard let value = object(number), value.object.isImmortal || !isInsideFrozen else {
            throw input.damaged("a reference to object \(number)")
        }
        return heap.owned(value)
    }

    private mutating func readConstant() throws(SnapshotError) -> Tagged {
        let number = try input.number()
        guard number < constants.count, !isInsideFrozen else {
            throw input.damaged("a reference to constant \(number)")
        }
        return constants[number]
    }

    private mutating func beginSequence(
        _ kind: Tagged.Kind,
        _ count: Int,
        _ holding: SnapshotFormat.Holding
    ) throws(SnapshotError) {
        let heap = try place(count * 16, holding)
        if holding == .onceWithCalls && (acceptsCall == nil || kind == .image || kind == .resource) {
            throw input.damaged("calls")
        }
        let value = Tagged(kind, heap.makeSequence(kind, capacity: count))
        open.push(Level(value: value, missing: count, holding: holding))
        if open.count > maximumDepth { throw input.damaged("a value that nests too deep") }
    }

    private mutating func beginRecord(_ role: RecordRole, _ holding: SnapshotFormat.Holding) throws(SnapshotError) {
        let count = try input.count()
        if holding == .onceWithCalls && acceptsCall == nil { throw input.damaged("calls") }
        let table = try readKeys(count: count, isFrozen: holding == .frozen)
        let heap = try place(count * 16, holding)
        let value = Tagged(.record, heap.makeRecord(keys: table, capacity: count))
        open.push(Level(value: value, missing: count, holding: holding, role: role.rawValue))
        if open.count > maximumDepth { throw input.damaged("a value that nests too deep") }
    }

    /// The heap that an object goes to, after a look at its limits.
    @inline(__always) private mutating func place(
        _ bytes: Int,
        _ holding: SnapshotFormat.Holding
    ) throws(SnapshotError) -> Heap {
        if bytes > maximumElements * 16 { throw input.damaged("too large a value") }
        let heap = owner(holding)
        if !heap.admits(bytes + 64) { throw .memory(heap.storage.pointee.memoryLimit) }
        return heap
    }

    @inline(__always) private mutating func owner(_ holding: SnapshotFormat.Holding) -> Heap {
        holding == .frozen ? frozenOwner().heap : heap
    }

    private mutating func frozenOwner() -> HeapOwner {
        if let frozen { return frozen }
        let made = HeapOwner()
        made.heap.limitMemory(to: heap.storage.pointee.memoryLimit)
        frozen = made
        return made
    }

    private mutating func freeze(_ value: Tagged) {
        let owner = frozenOwner()
        if owner.heap.storage.pointee.mayHoldHandles { heap.storage.pointee.mayHoldHandles = true }
        owner.freeze(complete: value.object)
    }

    // MARK: Projections

    private mutating func readProjection(_ holding: SnapshotFormat.Holding) throws(SnapshotError) -> Tagged {
        let kinds = ProjectionKind.allCases
        let kind = Int(try input.byte())
        if kind >= kinds.count { throw input.damaged("a projection of an unknown kind") }
        let name = try input.text()
        let origin: (ref: ProjectionRef, steps: [ProjectionStep])?
        switch try input.byte() {
        case 0: origin = nil
        case 1: origin = try readOrigin()
        default: throw input.damaged("a projection that is neither here nor there")
        }
        let heap = try place(Object.projectionSize, holding)
        let descriptor = RestoredProjection(kind: kinds[kind], name: name, origin: origin)
        restored.append(descriptor)
        let value = heap.makeProjection(descriptor, step: heap.makeString(name))
        if holding.isNumbered { numbers.push(value) }
        return value
    }

    private mutating func readOrigin() throws(SnapshotError) -> (ref: ProjectionRef, steps: [ProjectionStep]) {
        let kind = try input.text()
        guard let key = try? Value(json: try input.text()) else { throw input.damaged("a malformed reference") }
        var steps: [ProjectionStep] = []
        for _ in 0..<(try input.count()) { steps.append(try readStep()) }
        return (ProjectionRef(kind: kind, key: key), steps)
    }

    private mutating func readStep() throws(SnapshotError) -> ProjectionStep {
        switch try input.byte() {
        case SnapshotFormat.Step.field: return .field(try input.text())
        case SnapshotFormat.Step.element: return .element(try readInteger())
        case SnapshotFormat.Step.slice:
            let first = try readBound()
            return .slice(first, try readBound())
        default: throw input.damaged("an unknown step")
        }
    }

    private mutating func readBound() throws(SnapshotError) -> Int? {
        switch try input.byte() {
        case 0: return nil
        case 1: return try readInteger()
        default: throw input.damaged("a malformed bound")
        }
    }

    private mutating func readInteger() throws(SnapshotError) -> Int {
        let integer = Int(Int64(bitPattern: try input.bits()))
        if integer.magnitude > 1 << 53 { throw input.damaged("too large a position") }
        return integer
    }

    // MARK: Texts

    @inline(__always) private mutating func readShort(_ count: Int) throws(SnapshotError) -> Tagged {
        let bytes = try input.bytes(count)
        if validUTF8Prefix(bytes, count) < count { throw input.damaged("text that is not UTF-8") }
        return Tagged(short: bytes, count: count)
    }

    private mutating func readText(_ holding: SnapshotFormat.Holding) throws(SnapshotError) -> Tagged {
        let count = try input.count()
        let bytes = try input.bytes(count)
        guard count > Tagged.shortCapacity, count <= maximumStringBytes, holding != .onceWithCalls else {
            throw input.damaged("a malformed text")
        }
        let isASCII = asciiOnly(bytes, count)
        if !isASCII && validUTF8Prefix(bytes, count) < count { throw input.damaged("text that is not UTF-8") }
        let value = try place(count, holding).makeString(bytes, count, isASCII: isASCII)
        if holding == .frozen { freeze(value) }
        if holding.isNumbered { numbers.push(value) }
        return value
    }

    // MARK: Keys

    /// The table of a record with so many fields. The record counts its own reference.
    private mutating func readKeys(count: Int, isFrozen: Bool) throws(SnapshotError) -> Object {
        let table: Object
        switch try input.number() {
        case SnapshotFormat.Keys.none: table = owner(isFrozen ? .frozen : .once).emptyKeys
        case SnapshotFormat.Keys.new where !isFrozen: table = try readTable(.shared)
        case SnapshotFormat.Keys.newFrozen: table = try readTable(.frozen)
        case SnapshotFormat.Keys.literal where !isFrozen:
            let number = try input.number()
            guard number < literals.count else { throw input.damaged("unknown keys") }
            table = literals[number]
        case let number where number >= SnapshotFormat.Keys.known && number - SnapshotFormat.Keys.known < tables.count:
            table = tables.base[number - SnapshotFormat.Keys.known]
            if isFrozen && !table.isImmortal { throw input.damaged("keys that may change") }
        default: throw input.damaged("unknown keys")
        }
        if table.count < count { throw input.damaged("more fields than keys") }
        return table
    }

    private mutating func readTable(_ holding: SnapshotFormat.Holding) throws(SnapshotError) -> Object {
        let count = try input.count()
        if count == 0 { throw input.damaged("a table without keys") }
        let heap = try place(count * 24, holding)
        let table = heap.makeKeyTable(capacity: count)
        var failure: SnapshotError?
        do throws(SnapshotError) {
            for _ in 0..<count {
                let key = try readKey(holding)
                defer { heap.release(key) }
                if heap.find(key, inTable: table) >= 0 { throw input.damaged("a key that occurs twice") }
                heap.appendKey(key, to: table)
            }
        } catch { failure = error }
        if holding == .frozen { frozenOwner().freeze(table: table) }
        tables.push(table)
        if let failure { throw failure }
        return table
    }

    /// A key as a text object; owned.
    private mutating func readKey(_ tableHolding: SnapshotFormat.Holding) throws(SnapshotError) -> Object {
        let isFrozen = tableHolding == .frozen
        let tag = try input.byte()
        if tag >= SnapshotFormat.Tag.shortText {
            let count = Int(tag - SnapshotFormat.Tag.shortText)
            if count <= Tagged.shortCapacity {
                let bytes = try input.bytes(count)
                if validUTF8Prefix(bytes, count) < count { throw input.damaged("text that is not UTF-8") }
                return owner(tableHolding).makeKey(bytes, count)
            }
        }
        let key: Tagged
        switch tag {
        case SnapshotFormat.Tag.reference: key = try readReference()
        case SnapshotFormat.Tag.constant: key = try readConstant()
        case SnapshotFormat.Tag.text...SnapshotFormat.Tag.text + 3:
            guard let holding = SnapshotFormat.Holding(rawValue: tag & 3), !isFrozen || holding == .frozen else {
                throw input.damaged("a key that may change")
            }
            key = try readText(holding)
        default: throw input.damaged("a key that is no text")
        }
        guard key.kind == .string, !isFrozen || key.object.isImmortal else {
            heap.release(key)
            throw input.damaged("a key that is no text")
        }
        return key.object
    }

    // MARK: Objects of hosts

    private func isImage(_ object: Object) -> Bool {
        let parts = object.elements
        return ImagePart.allCases.allSatisfy { part in
            let value = parts[part.rawValue]
            switch part {
            case .id, .mime, .label: return value.isString
            case .size: return value.isNumber && value.number >= 0
            case .width, .height: return value.isNull || value.isNumber && UInt32(exactly: value.number) != nil
            }
        }
    }

    private func isResource(_ object: Object) -> Bool { object.elements[0].isString && object.elements[1].isString }

    private func isCall(_ object: Object) -> Bool {
        let parts = object.elements
        let receiver = CallPart.receiver.rawValue
        guard object.count >= receiver + 2, parts[0].isNumber, let position = Int(exactly: parts[0].number),
            parts[receiver + 1].isString
        else { return false }
        return acceptsCall?(position, object.count - receiver) ?? false
    }
}
