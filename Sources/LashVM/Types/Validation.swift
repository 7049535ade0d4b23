/// Checks a value against a schema and says where it first does not fit. Recursion is bounded: values and schemas nest
/// at most `maximumDepth` deep.
private struct Validator {
    let heap: Heap
    private var path: [Step] = []
    private var message = ""
    private var steps = 0
    private var known: PairTable<Bool>
    private static let remembersAfter = 10_000

    private enum Step {
        case field(Object)
        case index(Int)
    }

    init(_ heap: Heap) {
        self.heap = heap
        known = PairTable(heap)
    }

    mutating func check(_ value: UnsafePointer<Tagged>, _ schema: Tagged) throws(Failure) {
        defer { known.deallocate() }
        if try !accepts(value, schema, isSilent: false) { throw .validation(message) }
    }

    private mutating func accepts(
        _ value: UnsafePointer<Tagged>,
        _ schema: Tagged,
        isSilent: Bool
    ) throws(Failure) -> Bool {
        steps &+= 1
        // Finding out what the schema wants takes a few searches.
        try heap.pay(4)
        // Shared parts of large values and schemas are compared once. A mismatch that is told ends everything.
        guard steps > Self.remembersAfter, value.pointee.isObject, schema.isRecord else {
            return try decide(value, schema, isSilent: isSilent)
        }
        let object = value.pointee.object
        if let answer = known.find(object, schema.object), answer || isSilent { return answer }
        let answer = try decide(value, schema, isSilent: isSilent)
        // What nobody shares comes by only once.
        if !(object.isUnique && schema.object.isUnique) { try known.remember(answer, of: object, schema.object) }
        return answer
    }

    private mutating func decide(
        _ slot: UnsafePointer<Tagged>,
        _ schema: Tagged,
        isSilent: Bool
    ) throws(Failure) -> Bool {
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
            return try acceptsElements(value.object, items, isSilent)
        case .object(let properties, let required):
            guard value.isRecord || value.kind == .image else { return mismatch("object", value, isSilent) }
            return try acceptsFields(value, properties, required, isSilent)
        case .oneOf(let words): return try acceptsWord(slot, words, isSilent)
        case .union(let members): return try acceptsAny(slot, members, isSilent)
        }
    }

    private mutating func acceptsElements(
        _ object: Object,
        _ items: UnsafePointer<Tagged>?,
        _ isSilent: Bool
    ) throws(Failure) -> Bool {
        guard let items else { return true }
        for i in 0..<object.count {
            path.append(.index(i))
            if try !accepts(object.elements + i, items.pointee, isSilent: isSilent) { return false }
            path.removeLast()
        }
        return true
    }

    private mutating func acceptsFields(
        _ value: Tagged,
        _ properties: Object?,
        _ required: Object?,
        _ isSilent: Bool
    ) throws(Failure) -> Bool {
        let names = properties?.keyTable.keys
        for i in 0..<(properties?.count ?? 0) {
            // Names and schemas come from the same record, so both are there.
            guard let name = names?[i], let schema = properties?.fields[i] else { continue }
            try pay(forName: name.count)
            if let field = member(name, of: value) {
                path.append(.field(name))
                let isAccepted = try withUnsafePointer(to: field) { slot throws(Failure) in
                    try accepts(slot, schema, isSilent: isSilent)
                }
                if !isAccepted { return false }
                path.removeLast()
            } else if let required, try lists(required, name, guess: i) {
                return missing(text(name), isSilent)
            }
        }
        guard let required else { return true }
        for i in 0..<required.count where required.elements[i].isString {
            let name = required.elements + i
            try pay(forName: TextView(name).count)
            let object = heap.keyObject(name)
            defer { heap.release(object) }
            if let properties, heap.find(object, in: properties) >= 0 { continue }
            if member(object, of: value) == nil { return missing(TextView(name).excerpt, isSilent) }
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
    private func lists(_ names: Object, _ name: Object, guess: Int) throws(Failure) -> Bool {
        let view = TextView(start: UnsafePointer(name.bytes), count: name.count, isASCII: false)
        if guess < names.count, names.elements[guess].isString, TextView(names.elements + guess).equals(view) {
            return true
        }
        for i in 0..<names.count {
            if i & 3 == 3 { try heap.pay(1) }
            guard names.elements[i].isString, TextView(names.elements + i).count == view.count else { continue }
            try pay(forName: view.count)
            if TextView(names.elements + i).equals(view) { return true }
        }
        return false
    }

    private func pay(forName count: Int) throws(Failure) { try heap.pay(1 + count >> 4) }

    private mutating func acceptsWord(
        _ slot: UnsafePointer<Tagged>,
        _ words: Object,
        _ isSilent: Bool
    ) throws(Failure) -> Bool {
        guard slot.pointee.isString else { return mismatch("string", slot.pointee, isSilent) }
        for i in 0..<words.count where words.elements[i].isString {
            if i & 3 == 3 { try heap.pay(1) }
            if try heap.equal(words.elements + i, slot) { return true }
        }
        return isSilent
            ? false : say("expected one of [\(SchemaPlan.list(words))], got \(TextView(slot).excerpt)")
    }

    private mutating func acceptsAny(
        _ slot: UnsafePointer<Tagged>,
        _ members: Object,
        _ isSilent: Bool
    ) throws(Failure) -> Bool {
        for i in 0..<members.count {
            let depth = path.count
            if try accepts(slot, members.elements[i], isSilent: true) { return true }
            path.removeLast(path.count - depth)
        }
        if isSilent { return false }
        var names = ""
        for i in 0..<members.count where names.utf8.count <= TextView.longestExcerpt {
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
        TextView(start: UnsafePointer(key.bytes), count: key.count, isASCII: false).excerpt
    }
}

extension Heap {
    /// The value unchanged, if it has the type.
    func validate(_ args: SlotPointer) throws(Failure) -> Tagged {
        guard let schema = schema(of: args[1]) else { throw .validateWithoutType }
        var validator = Validator(self)
        try validator.check(args, schema)
        return owned(args.pointee)
    }
}
