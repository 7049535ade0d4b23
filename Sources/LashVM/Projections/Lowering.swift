extension Heap {
    /// All of a projection as a plain value, which may hold projections; borrowed. Read once, and kept with it.
    func materialized(_ object: Object) throws(Failure) -> Tagged {
        if !object.cached.isUnset {
            // Who read it first must not show.
            try pay(bytes: Int(object.header.pointee.capacity) << 4)
            return object.cached
        }
        let live = liveBytes
        let kind = object.descriptor.kind
        let value = try whole(of: object, kind)
        guard !value.isProjection, kind == .unknown || kind.rawValue == value.kindName else {
            let got = value.kindName
            release(value)
            throw Self.failure(of: object, "it was said to be a \(kind), and is a \(got)")
        }
        object.header.pointee.capacity = UInt32(clamping: (max(0, liveBytes - live) + 16) >> 4)
        object.part(.cache).pointee = value
        return object.cached
    }

    /// All of a projection; owned. A long list may leave it to its elements.
    private func whole(of object: Object, _ kind: ProjectionKind) throws(Failure) -> Tagged {
        let answer = try ask(object, .materialize)
        guard case .unanswered = answer, kind == .list else {
            return try value(of: answer, from: object, step: .null)
        }
        return try buildList { list throws(Failure) in
            let isKnown = try forEachElement(of: object) { element throws(Failure) in
                try list.append(owned(element.pointee))
                return false
            }
            if !isKnown { throw Self.failure(of: object, "its answer is no value") }
        }
    }

    /// The value without projections; owned. Costs nothing where there are none.
    func lowered(_ value: Tagged) throws(Failure) -> Tagged {
        if !value.mayHoldProjections { return owned(value) }
        var lowering = Lowering(self)
        defer { lowering.finish() }
        return try lowering.run(value)
    }

    /// What `print` shows of a value: a projection may say that in fewer words; owned.
    func loweredForPrint(_ value: Tagged) throws(Failure) -> Tagged {
        if value.isProjection, value.object.cached.isUnset,
            case .value(.string(let text)) = try ask(value.object, .render(Self.printBudget))
        {
            return makeString(text)
        }
        return try lowered(value)
    }

    /// What projections may say of themselves when they are printed.
    private static var printBudget: PrintBudget { PrintBudget(bytes: 51_200, lines: 2_000, depth: 6) }

    /// The value itself without what is around it: a projection as a whole, whose parts may be projections; owned.
    func loweredAtTop(_ value: Tagged) throws(Failure) -> Tagged {
        owned(value.isProjection ? try materialized(value.object) : value)
    }

    /// What an operation sees that takes scalars only; owned. Of a container it tells no more than the kind, so that is
    /// not read.
    func loweredScalar(_ value: Tagged) throws(Failure) -> Tagged {
        guard value.isProjection, value.object.cached.isUnset else { return try loweredAtTop(value) }
        if let standIn = standIn(for: value.object.descriptor.kind) { return standIn }
        return try loweredAtTop(value)
    }

    /// An empty container of a kind, or `nil` for other kinds; owned.
    func standIn(for kind: ProjectionKind) -> Tagged? {
        switch kind {
        case .list: Tagged(.list, makeSequence(.list, capacity: 0))
        case .tuple: Tagged(.tuple, makeSequence(.tuple, capacity: 0))
        case .record: Tagged(.record, makeRecord())
        case .null, .bool, .number, .string, .unknown: nil
        }
    }

    /// Replaces what a register owns by the same without projections.
    func lower(_ slot: SlotPointer) throws(Failure) {
        if slot.pointee.mayHoldProjections { store(try lowered(slot.pointee), into: slot) }
    }

    /// Hands over several values in a form of their own, which is owned.
    func withLowered<Result>(
        _ slots: UnsafePointer<Tagged>,
        _ count: Int,
        _ form: (Tagged, Int) throws(Failure) -> Tagged,
        _ body: (SlotPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var made = Stack<Tagged>(capacity: max(1, count))
        defer {
            for i in 0..<made.count { release(made.base[i]) }
            made.deallocate()
        }
        for i in 0..<count { made.push(try form(slots[i], i)) }
        return try body(made.base)
    }
}

/// Copies the containers that hold projections, with the values in their place. Nothing recurses, and what is shared
/// is copied once.
private struct Lowering {
    private let heap: Heap
    private var open: [Level] = []
    private var known: PairTable<Object>

    /// A copy whose members are being replaced.
    private struct Level {
        var source: Object
        var copy: Tagged
        var next = 0
    }

    init(_ heap: Heap) {
        self.heap = heap
        known = PairTable(heap)
    }

    /// Lets go of what is not complete.
    mutating func finish() {
        for level in open { heap.release(level.copy) }
        known.deallocate()
    }

    mutating func run(_ root: Tagged) throws(Failure) -> Tagged {
        if let value = try begin(root) { return value }
        while true {
            let top = open.count - 1
            let object = open[top].copy.object
            let i = open[top].next
            if i < object.count {
                open[top].next = i + 1
                if i & 3 == 3 { try heap.pay(1) }
                let member = object.members[i]
                if member.mayHoldProjections, let value = try begin(member) { put(value) }
                continue
            }
            let level = open.removeLast()
            object.clearFlag(ObjectFlag.holdsProjections)
            if !level.source.isUnique { try remember(level) }
            try checkDepth(level.copy)
            if open.isEmpty { return level.copy }
            put(level.copy)
        }
    }

    private mutating func remember(_ level: Level) throws(Failure) {
        do { try known.remember(level.copy.object, of: level.source) } catch {
            heap.release(level.copy)
            throw error
        }
    }

    private func checkDepth(_ copy: Tagged) throws(Failure) {
        do { try heap.checkDepth(copy.object) } catch {
            heap.release(copy)
            throw error
        }
    }

    /// A complete value, owned, or `nil` where a copy is open now.
    private mutating func begin(_ value: Tagged) throws(Failure) -> Tagged? {
        var value = value
        if value.isProjection { value = try heap.materialized(value.object) }
        guard value.mayHoldProjections else { return heap.owned(value) }
        let source = value.object
        if let copy = known.find(source) { return heap.owned(Tagged(value.kind, copy)) }
        if open.count >= maximumDepth { throw .tooDeep }
        let copy =
            value.isRecord
            ? try heap.copyRecord(source, capacity: source.count)
            : try heap.copySequence(source, range: 0..<source.count, kind: value.kind, capacity: source.count)
        open.append(Level(source: source, copy: Tagged(value.kind, copy)))
        return nil
    }

    /// Puts a value where the member was that was looked at last.
    private func put(_ value: Tagged) {
        guard let level = open.last else { return }
        let copy = level.copy.object
        heap.store(value, into: copy.members + (level.next - 1))
        if value.isObject { heap.noteMember(value, of: copy) }
    }
}

// MARK: - Arguments

extension Heap {
    /// Puts plain values in place of projections among the authority, the name and the arguments of a call.
    func lower(argumentsOfCall parts: SlotPointer, _ count: Int) throws(Failure) {
        var kept: String?
        if let policy = storage.pointee.reader?.keptArgument, parts.pointee.kind == .resource {
            kept = policy("\(Resource(parts.pointee.object).alias).\(TextView(parts + 1).string)")
        }
        for i in 2..<count { try lower(argument: parts + i, keeping: kept) }
    }

    /// Lowers an argument, but for the direct entries of one of its fields.
    private func lower(argument slot: SlotPointer, keeping field: String?) throws(Failure) {
        guard let field, slot.pointee.mayHoldProjections else { return try lower(slot) }
        try materialize(in: slot)
        guard slot.pointee.isRecord else { return try lower(slot) }
        let record = try uniqueRecord(in: slot)
        for i in 0..<record.count where record.fields[i].mayHoldProjections {
            let key = record.keyTable.keys[i]
            if TextView(start: key.bytes, count: key.count, isASCII: false).string == field {
                try lower(entriesOf: record.fields + i)
            } else {
                try lower(record.fields + i)
            }
        }
    }

    /// Lowers what is inside the entries of a record, and keeps entries that are projections themselves.
    private func lower(entriesOf slot: SlotPointer) throws(Failure) {
        guard slot.pointee.isRecord else { return try lower(slot) }
        let record = try uniqueRecord(in: slot)
        for i in 0..<record.count where !record.fields[i].isProjection { try lower(record.fields + i) }
    }
}
