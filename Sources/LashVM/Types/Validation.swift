/// Checks a value against a schema and says where it first does not fit. Recursion is bounded: values and schemas nest
/// at most `maximumDepth` deep.
private struct Validator {
    let heap: Heap
    private var path: [Step] = []
    private var message = ""
    private var steps = 0
    private var known: [Pair: Bool] = [:]
    private static let remembersAfter = 10_000

    private enum Step {
        case field(Object)
        case index(Int)
    }

    /// A container and a schema that were compared.
    private struct Pair: Hashable {
        var value: Object
        var schema: Object
    }

    init(_ heap: Heap) { self.heap = heap }

    mutating func failure(_ value: UnsafePointer<Tagged>, _ schema: Tagged) -> Failure? {
        defer { heap.storage.pointee.work &+= steps }
        return accepts(value, schema, isSilent: false) ? nil : .validation(message)
    }

    private mutating func accepts(_ value: UnsafePointer<Tagged>, _ schema: Tagged, isSilent: Bool) -> Bool {
        steps &+= 1
        // Shared parts of large values and schemas are compared once. A mismatch that is told ends everything.
        guard steps > Self.remembersAfter, value.pointee.isObject, schema.isRecord else {
            return decide(value, schema, isSilent: isSilent)
        }
        let pair = Pair(value: value.pointee.object, schema: schema.object)
        if let answer = known[pair], answer || isSilent { return answer }
        let answer = decide(value, schema, isSilent: isSilent)
        known[pair] = answer
        return answer
    }

    private mutating func decide(_ slot: UnsafePointer<Tagged>, _ schema: Tagged, isSilent: Bool) -> Bool {
        let value = slot.pointee
        switch SchemaPlan(schema, heap) {
        case .anything: return true
        case .string: return value.isString || mismatch("string", value, isSilent)
        case .boolean: return value.isBool || mismatch("boolean", value, isSilent)
        case .null: return value.isNull || mismatch("null", value, isSilent)
        case .number: return (value.isNumber && value.number.isFinite) || mismatch("number", value, isSilent)
        case .integer:
            let isWhole =
                value.isNumber && value.number.isFinite && value.number.rounded(.towardZero) == value.number
            return isWhole || mismatch("integer", value, isSilent)
        case .array(let items):
            guard value.isSequence else { return mismatch("array", value, isSilent) }
            return acceptsElements(value.object, items, isSilent)
        case .object(let properties, let required):
            guard value.isRecord || value.kind == .image else { return mismatch("object", value, isSilent) }
            return acceptsFields(value, properties, required, isSilent)
        case .oneOf(let words): return acceptsWord(slot, words, isSilent)
        case .union(let members): return acceptsAny(slot, members, isSilent)
        }
    }

    private mutating func acceptsElements(_ object: Object, _ items: UnsafePointer<Tagged>?, _ isSilent: Bool) -> Bool {
        guard let items else { return true }
        for i in 0..<object.count {
            path.append(.index(i))
            if !accepts(object.elements + i, items.pointee, isSilent: isSilent) { return false }
            path.removeLast()
        }
        return true
    }

    private mutating func acceptsFields(
        _ value: Tagged,
        _ properties: Object?,
        _ required: Object?,
        _ isSilent: Bool
    ) -> Bool {
        let names = properties?.keyTable.keys
        for i in 0..<(properties?.count ?? 0) {
            // Names and schemas come from the same record, so both are there.
            guard let name = names?[i], let schema = properties?.fields[i] else { continue }
            if let field = member(name, of: value) {
                path.append(.field(name))
                if !withUnsafePointer(to: field, { accepts($0, schema, isSilent: isSilent) }) { return false }
                path.removeLast()
            } else if let required, lists(required, name, guess: i) {
                return missing(text(name), isSilent)
            }
        }
        guard let required else { return true }
        for i in 0..<required.count where required.elements[i].isString {
            let name = required.elements + i
            let object = heap.keyObject(name)
            defer { heap.release(object) }
            if let properties, heap.find(object, in: properties) >= 0 { continue }
            if member(object, of: value) == nil { return missing(TextView(name).string, isSilent) }
        }
        return true
    }

    /// A field of a record, or of what an image shows; borrowed.
    private func member(_ name: Object, of value: Tagged) -> Tagged? {
        if value.isRecord {
            let place = heap.find(name, in: value.object)
            return place < 0 ? nil : value.object.fields[place].borrowed
        }
        let view = TextView(start: UnsafePointer(name.bytes), count: name.count, isASCII: false)
        if view.equals("type") { return Heap.constant("image") }
        return ImagePart.readable(view).map { value.object.elements[$0.rawValue].borrowed }
    }

    /// Whether a list of names has one; mostly it stands where it is guessed.
    private mutating func lists(_ names: Object, _ name: Object, guess: Int) -> Bool {
        let view = TextView(start: UnsafePointer(name.bytes), count: name.count, isASCII: false)
        if guess < names.count, names.elements[guess].isString, TextView(names.elements + guess).equals(view) {
            return true
        }
        steps &+= names.count >> 2
        return (0..<names.count).contains { i in
            names.elements[i].isString && TextView(names.elements + i).equals(view)
        }
    }

    private mutating func acceptsWord(_ slot: UnsafePointer<Tagged>, _ words: Object, _ isSilent: Bool) -> Bool {
        guard slot.pointee.isString else { return mismatch("string", slot.pointee, isSilent) }
        for i in 0..<words.count where words.elements[i].isString && heap.equal(words.elements + i, slot) {
            return true
        }
        return isSilent
            ? false : say("expected one of [\(SchemaPlan.list(words))], got \(TextView(slot).string)")
    }

    private mutating func acceptsAny(_ slot: UnsafePointer<Tagged>, _ members: Object, _ isSilent: Bool) -> Bool {
        for i in 0..<members.count {
            let depth = path.count
            if accepts(slot, members.elements[i], isSilent: true) { return true }
            path.removeLast(path.count - depth)
        }
        if isSilent { return false }
        var names = ""
        for i in 0..<members.count {
            if i > 0 { names += ", " }
            SchemaPlan(members.elements[i], heap).describe(heap, into: &names)
        }
        return say("expected one of [\(names)], got \(slot.pointee.schemaKind)")
    }

    // MARK: Messages

    private mutating func mismatch(_ wanted: String, _ value: Tagged, _ isSilent: Bool) -> Bool {
        isSilent ? false : say("expected \(wanted), got \(value.schemaKind)")
    }

    private mutating func missing(_ name: String, _ isSilent: Bool) -> Bool {
        isSilent ? false : say("missing required field `\(name)`")
    }

    private mutating func say(_ problem: String) -> Bool {
        message = "$"
        for step in path {
            switch step {
            case .field(let name): message += "." + text(name)
            case .index(let index): message += "[\(index)]"
            }
        }
        message += ": " + problem
        return false
    }

    private func text(_ key: Object) -> String {
        TextView(start: UnsafePointer(key.bytes), count: key.count, isASCII: false).string
    }
}

extension Heap {
    /// The value unchanged, if it has the type.
    func validate(_ args: SlotPointer) throws(Failure) -> Tagged {
        guard let schema = schema(of: args[1]) else { throw .validateWithoutType }
        var validator = Validator(self)
        if let failure = validator.failure(args, schema) { throw failure }
        return owned(args.pointee)
    }
}
