package import LashLinker

/// The variables of a session, and the heap that they live in.
///
/// Not `Sendable`: one run at a time.
package final class VariableStore {
    let heap = Heap.make()
    /// The names of variables in the order of their first assignment.
    private var table = NameTable()
    var names: [String] { table.names }
    /// Their values; unset where a variable has none, or where a run has it.
    private var values = Stack<Tagged>(capacity: 8)
    /// The functions that programs of the session have declared.
    package var functions = FunctionLibrary()
    /// Programs and frozen heaps that variables may refer to. Before they become many, variables get copies of their own.
    /// Most sessions know one program.
    private var lender: AnyObject?
    private var otherLenders: [AnyObject] = []
    static let lenderLimit = 64

    /// Projections from a snapshot, which are resolved before the next run.
    package var restored: [RestoredProjection] = []

    /// The run that has the variables that its program mentions. It takes itself out when it ends.
    unowned(unsafe) var run: Execution?

    package init() {}

    deinit {
        let values = values
        for position in 0..<values.count { heap.release(values[position]) }
        values.deallocate()
        heap.free()
    }

    /// The variables in the order of their first assignment. What a run has at the moment is as the run would leave it.
    package var record: Record {
        var record = Record()
        // One reader: what several variables share is copied once.
        var reader = ValueReader()
        forEach { name, slot in record[name] = reader.read(slot) }
        return record
    }

    /// The names of the variables that have values, in that order.
    package var assignedNames: [String] {
        var assigned: [String] = []
        forEach { name, _ in assigned.append(name) }
        return assigned
    }

    package subscript(name: String) -> Value? {
        var value = value(named: name)
        if value.isUnset { return nil }
        return Value(&value)
    }

    /// The value of a variable, borrowed.
    private func value(named name: String) -> Tagged {
        if let value = run?.variable(named: name) { return value }
        return table.position(of: name).map { values[$0].borrowed } ?? .unset
    }

    /// Hands over each variable that has a value, in order.
    func forEach(_ body: (String, UnsafePointer<Tagged>) -> Void) {
        for name in names + (run?.newVariables ?? []) {
            var value = value(named: name)
            if !value.isUnset { body(name, &value) }
        }
    }

    /// Hands over every name with the value that no run has taken; unset where there is none.
    func forEachRemaining(_ body: (String, UnsafePointer<Tagged>) -> Void) {
        for position in names.indices { body(names[position], values.base + position) }
    }

    /// Whether a variable was ever assigned.
    func knows(_ name: String) -> Bool { table.position(of: name) != nil }

    /// Adds a name at the end, with an owned value.
    func append(_ name: String, _ value: Tagged) {
        table.append(name)
        var values = values
        values.push(value)
        self.values = values
    }

    /// Sets or removes a variable; a value that nests too deep is refused.
    package func set(_ name: String, to value: Value?) throws(ValueError) {
        let tagged: Tagged
        do { tagged = try value.map { value throws(Failure) in try heap.make(value) } ?? .unset } catch {
            throw ValueError(message: error.message)
        }
        put(tagged, as: name)
    }

    /// Takes a variable's value out; it comes back with `put`.
    func take(_ name: String) -> Tagged {
        guard let position = table.position(of: name) else { return .unset }
        let value = values[position]
        values.base[position] = .unset
        return value
    }

    /// Takes all values out, in the order of a table; says `false`, and takes nothing, where names differ. Slots of
    /// variables that have no value yet stay as they are.
    func takeAll(_ names: NameTable, into slots: SlotPointer) -> Bool {
        let values = values
        if values.isEmpty { return true }
        guard table.isIdentical(to: names) else { return false }
        for position in 0..<values.count {
            slots[position] = values[position]
            values.base[position] = .unset
        }
        return true
    }

    /// Takes over the variables of a run, which owns their values: of the first run of the session, where that assigned
    /// all of them, or of one whose table the session has.
    ///
    /// Says `false`, and takes nothing, where neither is so.
    func adopt(_ names: NameTable, _ assigned: UnsafeBufferPointer<Tagged>) -> Bool {
        // A copy, which nobody else can look at meanwhile.
        var values = values
        if values.isEmpty {
            if assigned.contains(where: \.isUnset) { return false }
            for value in assigned { values.push(value) }
            self.values = values
            table = names
            return true
        }
        guard table.isIdentical(to: names) else { return false }
        for position in 0..<values.count { values.base[position] = assigned[position] }
        return true
    }

    func put(_ value: Tagged, as name: String) {
        if let position = table.position(of: name) {
            heap.store(value, into: values.base + position)
        } else if !value.isUnset {
            append(name, value)
        }
    }

    /// Notes that variables may refer to the constants of a unit, or to a frozen heap, or makes them independent of
    /// everything frozen.
    func keepAlive(_ lender: AnyObject, copying: Bool = false) {
        if !copying {
            guard let first = self.lender else {
                self.lender = lender
                return
            }
            if first === lender || otherLenders.contains(where: { $0 === lender }) { return }
            if otherLenders.count < Self.lenderLimit - 1 {
                otherLenders.append(lender)
                return
            }
        }
        let values = values
        heap.thaw(values.base, count: values.count)
        self.lender = nil
        otherLenders.removeAll()
    }

    /// Objects that no variable refers to, found by letting go of copies of everything: for tests.
    package var strayObjects: Int {
        var visited: Set<Object> = []
        var pending = (0..<values.count).map { values[$0] }.filter(\.isObject).map(\.object)
        while let object = pending.popLast() {
            if object.isImmortal || !visited.insert(object).inserted { continue }
            switch object.header.pointee.kind {
            case Tagged.Kind.string.rawValue: continue
            case Tagged.Kind.record.rawValue:
                for i in 0..<object.count where object.fields[i].isObject { pending.append(object.fields[i].object) }
                pending.append(object.keyTable)
            case Tagged.Kind.projection.rawValue:
                for i in 0...object.count where object.fields[i].isObject { pending.append(object.fields[i].object) }
            case Object.keyTableKind:
                for i in 0..<object.count { pending.append(object.keys[i]) }
            default:
                for i in 0..<object.count where object.elements[i].isObject {
                    pending.append(object.elements[i].object)
                }
            }
        }
        heap.forEachOwnKeyTable { table in
            visited.remove(table)
            for i in 0..<table.count { visited.remove(table.keys[i]) }
        }
        return heap.liveObjects - visited.count
    }
}

/// A value that cannot be held.
public struct ValueError: Error, Hashable, Sendable {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(message: String) { self.message = message }
}
