/// Writes values as a graph: what several places hold is written once and referred to from then on.
///
/// The order in which things are written is that of the values, numbers are given in that order, and nothing else of the
/// heap is written: so equal histories give equal bytes. Nothing recurses. Whoever makes it calls `deallocate`.
struct GraphWriter {
    /// What has been written.
    var out = TextBuffer()
    /// Objects that have a number: each gets it when it is complete.
    private var numbers = ObjectNumbers()
    private(set) var numbered = 0
    /// Whether calls of an open batch are written; elsewhere there are none.
    var writesCalls = false
    private var tables = ObjectNumbers()
    private var tableCount = 0
    /// What the reader has from the program: the objects of its constants, and the key tables of its record literals.
    private let constants: ObjectNumbers
    private let literals: ObjectNumbers
    private var open = Stack<Level>(capacity: 16)

    /// A container that is being written.
    private struct Level: BitwiseCopyable {
        var object: Object
        var next: Int
        var holding: SnapshotFormat.Holding
    }

    /// The caller frees the numbers.
    init(constants: ObjectNumbers = ObjectNumbers(), literals: ObjectNumbers = ObjectNumbers()) {
        self.constants = constants
        self.literals = literals
    }

    mutating func deallocate() {
        out.deallocate()
        numbers.deallocate()
        tables.deallocate()
        open.deallocate()
    }

    /// The number of an object that was written and has one.
    func number(of object: Object) -> Int? { numbers[object] }

    mutating func write(_ slot: UnsafePointer<Tagged>) {
        if !begin(slot) { return }
        while !open.isEmpty { writeMembers() }
    }

    /// Writes the members of the container on top until one is a container itself, or the end.
    private mutating func writeMembers() {
        let level = open.top
        let object = level.pointee.object
        let members = object.members
        let count = object.count
        var i = level.pointee.next
        while i < count {
            let member = members + i
            i &+= 1
            if _fastPath(member.pointee.isNumber) {
                write(member.pointee.number)
                continue
            }
            level.pointee.next = i
            if begin(member) { return }
        }
        if level.pointee.holding.isNumbered { give(object) }
        open.truncate(to: open.count &- 1)
    }

    @inline(__always) private mutating func write(_ number: Double) {
        let place = UnsafeMutableRawPointer(out.room(for: 9))
        place.storeBytes(of: SnapshotFormat.Tag.number, as: UInt8.self)
        place.storeBytes(of: number.bitPattern.littleEndian, toByteOffset: 1, as: UInt64.self)
        out.commit(9)
    }

    /// Writes a value, of a container its head; gives whether that has to be followed by members.
    private mutating func begin(_ slot: UnsafePointer<Tagged>) -> Bool {
        let value = slot.pointee
        switch value.kind {
        case .number: write(value.number)
        case .null, .unset: out.append(SnapshotFormat.Tag.null)
        case .bool: out.append(value.bool ? SnapshotFormat.Tag.true : SnapshotFormat.Tag.false)
        case .shortString: writeShort(TextView(slot))
        case .string: write(text: value.object)
        case .list: return begin(value.object, SnapshotFormat.Tag.list)
        case .tuple: return begin(value.object, SnapshotFormat.Tag.tuple)
        case .record:
            let isPlain = value.object.role == .plain
            return begin(value.object, isPlain ? SnapshotFormat.Tag.record : SnapshotFormat.Tag.markedRecord)
        case .image: return begin(value.object, SnapshotFormat.Tag.image)
        case .resource: return begin(value.object, SnapshotFormat.Tag.resource)
        case .projection: write(projection: value.object)
        case .call where writesCalls: return begin(value.object, SnapshotFormat.Tag.call)
        case .call: out.append(SnapshotFormat.Tag.null)
        }
        return false
    }

    private mutating func begin(_ object: Object, _ tag: UInt8) -> Bool {
        guard let holding = hold(object) else { return false }
        out.append(tag | holding.rawValue)
        switch tag {
        case SnapshotFormat.Tag.image, SnapshotFormat.Tag.resource: break
        case SnapshotFormat.Tag.markedRecord:
            out.append(object.role.rawValue)
            fallthrough
        case SnapshotFormat.Tag.record:
            out.append(count: object.count)
            write(keys: object.keyTable)
        default: out.append(count: object.count)
        }
        open.push(Level(object: object, next: 0, holding: holding))
        return true
    }

    /// How an object is held; `nil` where it was written before, or is a constant, and the reference is written.
    @inline(__always) private mutating func hold(_ object: Object) -> SnapshotFormat.Holding? {
        let references = object.header.pointee.references
        if _fastPath(references == 1) {
            return writesCalls && object.isContainer && object.hasFlag(ObjectFlag.holdsCalls) ? .onceWithCalls : .once
        }
        return holdShared(object, isFrozen: references < 0)
    }

    @inline(never) private mutating func holdShared(
        _ object: Object,
        isFrozen: Bool
    ) -> SnapshotFormat.Holding? {
        if let number = numbers[object] {
            out.append(SnapshotFormat.Tag.reference)
            out.append(count: number)
            return nil
        }
        // A value that never changes stands for itself; it may outlive the program.
        let isInside = !open.isEmpty && open.top.pointee.holding == .frozen
        if isFrozen, !isInside, let number = constants[object] {
            out.append(SnapshotFormat.Tag.constant)
            out.append(count: number)
            return nil
        }
        return isFrozen ? .frozen : .shared
    }

    private mutating func give(_ object: Object) {
        numbers.insert(object, numbered)
        numbered &+= 1
    }

    // MARK: Projections

    /// What a projection stands for is not written, but where it can be found.
    private mutating func write(projection object: Object) {
        if let number = numbers[object] {
            out.append(SnapshotFormat.Tag.reference)
            return out.append(count: number)
        }
        // Parts of it hold it too, and those that are read back do not: so it always counts as held from several places.
        out.append(SnapshotFormat.Tag.projection | SnapshotFormat.Holding.shared.rawValue)
        let form = ProjectionForm(object)
        out.append(UInt8(truncatingIfNeeded: ProjectionKind.allCases.firstIndex(of: form.kind) ?? 0))
        out.append(blockOf: form.name)
        if let origin = form.origin, let key = try? origin.ref.key.json() {
            out.append(1)
            out.append(blockOf: origin.ref.kind)
            out.append(blockOf: key)
            out.append(count: origin.steps.count)
            for step in origin.steps { write(step) }
        } else {
            out.append(0)
        }
        give(object)
    }

    private mutating func write(_ step: ProjectionStep) {
        switch step {
        case .field(let name):
            out.append(SnapshotFormat.Step.field)
            out.append(blockOf: name)
        case .element(let index):
            out.append(SnapshotFormat.Step.element)
            out.append(bits: UInt64(bitPattern: Int64(index)))
        case .slice(let first, let last):
            out.append(SnapshotFormat.Step.slice)
            for bound in [first, last] {
                out.append(bound == nil ? 0 : 1)
                if let bound { out.append(bits: UInt64(bitPattern: Int64(bound))) }
            }
        }
    }

    // MARK: Texts

    private mutating func writeShort(_ text: TextView) {
        out.append(SnapshotFormat.Tag.shortText | UInt8(truncatingIfNeeded: text.count))
        out.append(text.start, text.count)
    }

    private mutating func write(text object: Object) {
        guard let holding = hold(object) else { return }
        out.append(SnapshotFormat.Tag.text | holding.rawValue)
        out.append(count: object.count)
        out.append(UnsafePointer(object.bytes), object.count)
        if holding.isNumbered { give(object) }
    }

    // MARK: Keys

    mutating func write(keys table: Object) {
        if table.count == 0 {
            out.append(count: SnapshotFormat.Keys.none)
            return
        }
        if let number = tables[table] {
            out.append(count: SnapshotFormat.Keys.known + number)
            return
        }
        if let number = literals[table] {
            out.append(count: SnapshotFormat.Keys.literal)
            out.append(count: number)
            return
        }
        let isFrozen = table.isImmortal
        out.append(count: isFrozen ? SnapshotFormat.Keys.newFrozen : SnapshotFormat.Keys.new)
        out.append(count: table.count)
        if isFrozen {
            // Its keys are frozen too, and must not be taken for constants.
            open.push(Level(object: table, next: 0, holding: .frozen))
            for i in 0..<table.count { write(key: table.keys[i]) }
            open.truncate(to: open.count &- 1)
        } else {
            for i in 0..<table.count { write(key: table.keys[i]) }
        }
        tables.insert(table, tableCount)
        tableCount &+= 1
    }

    private mutating func write(key: Object) {
        if key.count <= Tagged.shortCapacity {
            writeShort(TextView(start: key.bytes, count: key.count, isASCII: false))
        } else {
            write(text: key)
        }
    }
}

extension Object {
    /// Lists, tuples and records: what the flag for calls can stand on.
    fileprivate var isContainer: Bool {
        let kind = header.pointee.kind
        return kind >= Tagged.Kind.list.rawValue && kind <= Tagged.Kind.record.rawValue
    }
}
