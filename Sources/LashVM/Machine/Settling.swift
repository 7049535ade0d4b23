extension Heap {
    /// Whether a value may hold something to await: a call of a batch, or a handle.
    private func mayAwait(_ value: Tagged) -> Bool {
        switch value.kind {
        case .list, .tuple, .record:
            if value.object.hasFlag(ObjectFlag.holdsCalls) { return true }
            return storage.pointee.mayHoldHandles && value.object.hasFlag(ObjectFlag.holdsObjects)
        default: return false
        }
    }

    private func isAwaited(_ value: Tagged) -> Bool {
        switch value.kind {
        case .call: true
        case .record: value.object.role == .handle
        default: false
        }
    }

    /// What is to be awaited in a value, in the order in which it stands there. What is shared is looked at once.
    ///
    /// Costs nothing where no handle was ever made, else the size of the value.
    func awaitedSlots(in root: Tagged) throws(Failure) -> [Tagged] {
        var found: [Tagged] = []
        try walk(root, fills: false) { value, _ in
            found.append(value)
            return nil
        }
        return found
    }

    /// The value with answers in place of what was awaited; owned. The answers are owned, in the order of
    /// `awaitedSlots(in:)`, and released where this fails.
    func settled(_ root: Tagged, with answers: [Tagged]) throws(Failure) -> Tagged {
        var used = 0
        let result: Tagged
        do throws(Failure) {
            let changed = try walk(root, fills: true) { _, position in
                used = position + 1
                return answers[position]
            }
            result = changed ?? owned(root)
        } catch {
            for answer in answers[used...] { release(answer) }
            throw error
        }
        if result.isObject {
            do { try checkDepth(result.object) } catch {
                release(result)
                throw error
            }
        }
        return result
    }

    /// A container on the way down.
    private struct Level {
        var kind: Tagged.Kind
        var object: Object
        var next = 0
        /// What takes its place, once something in it changed.
        var changed: Object?
    }

    /// Goes through a value in order, without recursion, and hands everything awaited to `visit`; what that gives takes
    /// its place. Gives the new value, owned, or `nil` where nothing changed.
    ///
    /// Containers that hold calls are as new as the literal that they come from and are filled in place, after which they
    /// hold none; what else changes is copied.
    @discardableResult
    private func walk(
        _ root: Tagged,
        fills: Bool,
        _ visit: (Tagged, Int) -> Tagged?
    ) throws(Failure) -> Tagged? {
        var open: [Level] = []
        var known = PairTable<Object?>(self)
        defer { known.deallocate() }
        do { return try walk(root, fills: fills, &open, &known, visit) } catch {
            for level in open {
                if let copy = level.changed, copy != level.object { release(copy) }
            }
            throw error
        }
    }

    private func walk(
        _ root: Tagged,
        fills: Bool,
        _ open: inout [Level],
        _ known: inout PairTable<Object?>,
        _ visit: (Tagged, Int) -> Tagged?
    ) throws(Failure) -> Tagged? {
        var position = 0
        func replacement(_ value: Tagged) -> Tagged? {
            defer { position += 1 }
            return visit(value, position)
        }
        if isAwaited(root) { return replacement(root) }
        guard mayAwait(root) else { return nil }
        open.append(Level(kind: root.kind, object: root.object))
        while true {
            let top = open.count - 1
            let object = open[top].object
            let i = open[top].next
            let members = object.members
            if i < object.count {
                open[top].next = i + 1
                let member = members[i]
                if i & 3 == 3 { try pay(1) }
                if isAwaited(member) {
                    if let new = replacement(member) { try replace(i, with: new, in: &open[top]) }
                } else if mayAwait(member) {
                    if let seen = known.find(member.object) {
                        if let new = seen { try replace(i, with: owned(Tagged(member.kind, new)), in: &open[top]) }
                    } else {
                        open.append(Level(kind: member.kind, object: member.object))
                    }
                }
                continue
            }
            let done = open.removeLast()
            // No call may have stood where one could: in a comprehension without turns.
            if fills, object.hasFlag(ObjectFlag.holdsCalls) { object.clearFlag(ObjectFlag.holdsCalls) }
            // A copy belongs to the place it goes to; what was filled in place stays where it is.
            let isCopy = done.changed.map { $0 != done.object } ?? false
            if open.isEmpty {
                guard let changed = done.changed else { return nil }
                return isCopy ? Tagged(done.kind, changed) : owned(Tagged(done.kind, changed))
            }
            guard let changed = done.changed else {
                if !object.isUnique { try known.remember(nil, of: object) }
                continue
            }
            // Where the parent is filled in place, the object may be gone afterwards.
            let comesAgain = !object.isUnique || isCopy
            let parent = open.count - 1
            if isCopy {
                try replace(open[parent].next - 1, with: Tagged(done.kind, changed), in: &open[parent])
            } else {
                noteMember(Tagged(done.kind, changed), of: open[parent].object)
                open[parent].changed = open[parent].object
            }
            if comesAgain { try known.remember(changed, of: object) }
        }
    }

    /// Takes the value, which is owned.
    private func replace(_ position: Int, with value: Tagged, in level: inout Level) throws(Failure) {
        let target: Object
        if let changed = level.changed {
            target = changed
        } else {
            do { target = try copyForFilling(level) } catch {
                release(value)
                throw error
            }
        }
        level.changed = target
        store(value, into: target.members + position)
        if value.isObject { noteMember(value, of: target) }
    }

    /// The container itself where it holds calls, else a copy.
    private func copyForFilling(_ level: Level) throws(Failure) -> Object {
        let object = level.object
        if object.hasFlag(ObjectFlag.holdsCalls) { return object }
        if level.kind == .record { return try copyRecord(object, capacity: object.count) }
        return try copySequence(object, range: 0..<object.count, kind: level.kind, capacity: object.count)
    }
}

extension Object {
    /// The elements of a sequence, the fields of a record, or the parts of a projection.
    var members: SlotPointer {
        let kind = header.pointee.kind
        return kind == Tagged.Kind.record.rawValue || kind == Tagged.Kind.projection.rawValue ? fields : elements
    }
}

// MARK: - Calls of a batch

/// The parts of a call object.
enum CallPart: Int {
    /// The position of the instruction that made it.
    case position
    /// The authority, then the operation's name, then the arguments.
    case receiver
}

/// `operation` inside a batch: the call is kept as a value, in the place that its answer will have.
@inline(never)
func makeCall(_ state: StatePointer, _ word: UInt64, at next: UnsafePointer<UInt64>) -> Bool {
    let heap = state.pointee.heap
    let count = Encoding.c(word)
    let source = state.register(Encoding.b(word))
    return state.attempt(reading: heap.needsLowering(source, count)) { () throws(Failure) in
        if heap.needsLowering(source, count) { try heap.lower(argumentsOfCall: source, count) }
        try heap.requireElements(count + 1)
        let call = heap.makeSequence(.call, capacity: count + 1)
        heap.appendWithinCapacity(Tagged(Double(next - state.pointee.code - 1)), to: call)
        for i in 0..<count { heap.appendWithinCapacity(heap.taken(from: source + i), to: call) }
        heap.store(Tagged(.call, call), into: state.register(Encoding.a(word)))
    }
}
