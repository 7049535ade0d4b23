extension Value {
    /// The value in a slot, as hosts see it.
    init(_ slot: UnsafePointer<Tagged>) {
        var reader = ValueReader()
        self = reader.read(slot)
    }
}

/// Copies values out of a heap. What is shared there is shared here: a list that holds one list twice, again and again,
/// is small in memory and must not grow when it leaves.
///
/// Values nest at most `maximumDepth` deep, so recursion is bounded.
private struct ValueReader {
    private var shared: [Object: Value] = [:]

    mutating func read(_ slot: UnsafePointer<Tagged>) -> Value {
        let tagged = slot.pointee
        switch tagged.kind {
        case .null, .unset, .call: return .null
        case .bool: return .bool(tagged.bool)
        case .number: return .number(tagged.number)
        case .string, .shortString: return .string(TextView(slot).string)
        case .list, .tuple, .record: return read(tagged.object, tagged.kind)
        case .image: return .image(Image(tagged.object))
        case .resource: return .resource(Resource(tagged.object))
        }
    }

    private mutating func read(_ object: Object, _ kind: Tagged.Kind) -> Value {
        let isShared = object.header.pointee.references != 1 && object.hasFlag(ObjectFlag.holdsObjects)
        if isShared, let known = shared[object] { return known }
        let value: Value =
            switch kind {
            case .record: .record(record(object))
            case .tuple: .tuple(elements(object))
            default: .list(elements(object))
            }
        if isShared { shared[object] = value }
        return value
    }

    private mutating func elements(_ object: Object) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(object.count)
        for i in 0..<object.count { values.append(read(object.elements + i)) }
        return values
    }

    private mutating func record(_ object: Object) -> Record {
        var record = Record(capacity: object.count)
        record.role = object.role
        let keys = object.keyTable.keys
        for i in 0..<object.count {
            let key = TextView(start: UnsafePointer(keys[i].bytes), count: keys[i].count, isASCII: false)
            record.append(key.string, read(object.fields + i))
        }
        return record
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
    /// Containers that were made, by where their elements lie. They live as long as what they went into.
    private var shared: [UnsafeRawPointer: Tagged] = [:]

    init(heap: Heap) { self.heap = heap }

    mutating func make(_ value: Value, depth: Int) throws(Failure) -> Tagged {
        switch value {
        case .null: return .null
        case .bool(let bool): return Tagged(bool)
        case .number(let number): return Tagged(number)
        case .string(let text):
            try heap.requireText(text.utf8.count)
            return heap.makeString(text)
        case .list(let elements): return try make(elements, .list, depth: depth)
        case .tuple(let elements): return try make(elements, .tuple, depth: depth)
        case .record(let record): return try make(record, depth: depth)
        case .image(let image): return heap.make(image)
        case .resource(let resource): return heap.make(resource)
        }
    }

    /// A container that was made before, where it stands at this place too.
    private func known(_ place: UnsafeRawPointer?, _ kind: Tagged.Kind, depth: Int) throws(Failure) -> Tagged? {
        guard let place, let known = shared[place], known.kind == kind else { return nil }
        if depth + known.object.depth > maximumDepth { throw .tooDeep }
        return heap.owned(known)
    }

    private mutating func remember(_ made: Tagged, _ place: UnsafeRawPointer?) {
        if let place, made.object.hasFlag(ObjectFlag.holdsObjects) { shared[place] = made }
    }

    private mutating func make(_ elements: [Value], _ kind: Tagged.Kind, depth: Int) throws(Failure) -> Tagged {
        let place = elements.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) }
        if let known = try known(place, kind, depth: depth) { return known }
        if depth == maximumDepth { throw .tooDeep }
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
        var maker = ValueMaker(heap: self)
        return try maker.make(value, depth: 0)
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
