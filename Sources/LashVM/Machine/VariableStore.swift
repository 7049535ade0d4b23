/// The variables of a session, and the heap that they live in.
///
/// Not `Sendable`: one run at a time.
package final class VariableStore {
    let owner = HeapOwner()
    private var names: [String] = []
    private var values: [Tagged] = []
    private var positions: [String: Int] = [:]
    /// Programs whose constants variables may refer to. Before the list grows long, variables get copies of their own.
    private var borrowedUnits: [CodeUnit] = []
    static let borrowedUnitLimit = 64

    package init() {}

    var heap: Heap { owner.heap }

    deinit {
        for value in values { heap.release(value) }
    }

    /// The variables in the order of their first assignment.
    package var record: Record {
        var record = Record()
        // One reader: what several variables share is copied once.
        var reader = ValueReader()
        for position in names.indices where !values[position].isUnset {
            record[names[position]] = reader.read(&values[position])
        }
        return record
    }

    package subscript(name: String) -> Value? {
        guard let position = positions[name], !values[position].isUnset else { return nil }
        return Value(&values[position])
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
        guard let position = positions[name] else { return .unset }
        let value = values[position]
        values[position] = .unset
        return value
    }

    func put(_ value: Tagged, as name: String) {
        if let position = positions[name] {
            heap.store(value, into: &values[position])
        } else if !value.isUnset {
            positions[name] = names.count
            names.append(name)
            values.append(value)
        }
    }

    /// Notes that variables may refer to the constants of a unit, or makes them independent of everything frozen.
    func keepAlive(_ unit: CodeUnit, copying: Bool) {
        if !copying && borrowedUnits.contains(where: { $0 === unit }) { return }
        if !copying && borrowedUnits.count < Self.borrowedUnitLimit {
            borrowedUnits.append(unit)
            return
        }
        for position in values.indices { heap.thaw(&values[position]) }
        borrowedUnits.removeAll()
    }

    /// Objects that no variable refers to, found by letting go of copies of everything: for tests.
    package var strayObjects: Int {
        var visited: Set<Object> = []
        var pending = values.filter(\.isObject).map(\.object)
        while let object = pending.popLast() {
            if object.isImmortal || !visited.insert(object).inserted { continue }
            switch object.header.pointee.kind {
            case Tagged.Kind.string.rawValue: continue
            case Tagged.Kind.record.rawValue:
                for i in 0..<object.count where object.fields[i].isObject { pending.append(object.fields[i].object) }
                pending.append(object.keyTable)
            case Object.keyTableKind:
                for i in 0..<object.count { pending.append(object.keys[i]) }
            default:
                for i in 0..<object.count where object.elements[i].isObject {
                    pending.append(object.elements[i].object)
                }
            }
        }
        for table in owner.ownKeyTables {
            visited.remove(table)
            for i in 0..<table.count { visited.remove(table.keys[i]) }
        }
        return owner.liveObjects - visited.count
    }
}

/// A value that cannot be held.
public struct ValueError: Error, Hashable, Sendable {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(message: String) { self.message = message }
}
