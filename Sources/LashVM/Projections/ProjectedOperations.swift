internal import LashLinker

// What operators and reads do where an operand is a projection, or holds one: the same as with the value behind it.

extension Heap {
    /// The kind of what is behind a projection; reads it where its descriptor does not know.
    func kind(of object: Object) throws(Failure) -> ProjectionKind {
        let kind = object.descriptor.kind
        if kind != .unknown { return kind }
        return ProjectionKind(rawValue: try materialized(object).kindName) ?? .unknown
    }

    /// Whether a value is text, or a projection of text.
    func isText(_ value: Tagged) throws(Failure) -> Bool {
        value.isProjection ? try kind(of: value.object) == .string : value.isString
    }

    func isSequence(_ value: Tagged) throws(Failure) -> Bool {
        guard value.isProjection else { return value.isSequence }
        let kind = try kind(of: value.object)
        return kind == .list || kind == .tuple
    }

    // MARK: Conditions

    /// Whether a condition that is a projection holds.
    func truth(of object: Object) throws(Failure) -> Bool {
        if !object.cached.isUnset { return object.cached.isTruthy }
        switch try kind(of: object) {
        case .list, .record: return true
        case .null: return false
        case .unknown: return try materialized(object).isTruthy
        case .bool, .number, .string, .tuple: break
        }
        if let answer = try boolean(object, .truth) { return answer }
        let kind = object.descriptor.kind
        if kind == .string || kind == .tuple, let isEmpty = try boolean(object, .isEmpty) { return !isEmpty }
        return try materialized(object).isTruthy
    }

    /// A boolean answer; `nil` where the question is left unanswered.
    func boolean(_ object: Object, _ question: ProjectionQuestion) throws(Failure) -> Bool? {
        switch try ask(object, question) {
        case .unanswered: return nil
        case .value(.bool(let bool)): return bool
        default: throw Self.failure(of: object, "its answer is no boolean")
        }
    }

    /// A count as an answer; `nil` where the question is left unanswered.
    func count(_ object: Object, _ question: ProjectionQuestion) throws(Failure) -> Int? {
        switch try ask(object, question) {
        case .unanswered: return nil
        case .value(.number(let number)):
            if let count = Int(exactly: number), count >= 0, count <= 1 << 53 { return count }
        default: break
        }
        throw Self.failure(of: object, "its answer is no count")
    }

    // MARK: Operators

    /// `left + right`; owned.
    func addProjected(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        let a = try addend(left.pointee, beside: right.pointee)
        defer { release(a) }
        let b = try addend(right.pointee, beside: left.pointee)
        defer { release(b) }
        return try withUnsafePointer(to: a) { a throws(Failure) in
            try withUnsafePointer(to: b) { b throws(Failure) in try add(a, b) }
        }
    }

    /// Whether `+` has to look behind one of its operands.
    func needsLowering(_ left: Tagged, _ right: Tagged) -> Bool {
        if left.isProjection || right.isProjection { return true }
        return left.isString && right.mayHoldProjections || right.isString && left.mayHoldProjections
    }

    /// An operand of `+` as it sees it; owned.
    func addend(_ value: Tagged, beside other: Tagged) throws(Failure) -> Tagged {
        if !value.mayHoldProjections { return owned(value) }
        let isTextual = try isText(value)
        if isTextual { return try lowered(value) }
        if try isText(other) { return try lowered(value) }
        guard try isSequence(value) else { return try loweredScalar(value) }
        return try isSequence(other) ? try loweredAtTop(value) : try loweredScalar(value)
    }

    /// Whether two values are equal.
    func equalProjected(_ a: Tagged, _ b: Tagged) throws(Failure) -> Bool {
        // Kinds are never mixed, so they may decide.
        if a.isProjection || b.isProjection, try kindName(a) != kindName(b) { return false }
        let left = try lowered(a)
        defer { release(left) }
        let right = try lowered(b)
        defer { release(right) }
        return try withUnsafePointer(to: left) { left throws(Failure) in
            try withUnsafePointer(to: right) { right throws(Failure) in try equal(left, right) }
        }
    }

    private func kindName(_ value: Tagged) throws(Failure) -> String {
        value.isProjection ? try kind(of: value.object).rawValue : value.kindName
    }

    // MARK: Reading parts

    /// `p.key`; owned.
    func readField(ofProjection object: Object, _ key: Object) throws(Failure) -> Tagged {
        if object.cached.isUnset {
            switch try kind(of: object) {
            case .record:
                let text = TextView(start: key.bytes, count: key.count, isASCII: false)
                if let value = try field(object, text.string) { return value }
            case .null: return .null
            case .unknown: break
            case .bool, .number, .string, .tuple, .list: throw .cannotRead(key, Tagged(.projection, object))
            }
        }
        // Of unknown kinds, images have fields too.
        return owned(try readField(try materialized(object), key: key))
    }

    /// The field of a record; `nil` where that is left unanswered, and null where there is none.
    private func field(_ object: Object, _ name: String) throws(Failure) -> Tagged? {
        let answer = try ask(object, .field(name))
        if case .unanswered = answer { return nil }
        return try value(of: answer, from: object, step: makeString(name))
    }

    /// `p[index]`; owned.
    func readIndex(ofProjection object: Object, _ index: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        if object.cached.isUnset {
            switch try kind(of: object) {
            case .list, .tuple, .string:
                let number = try indexNumber(index)
                // Beyond what a double counts in ones there is nothing.
                guard let place = Int(exactly: number), abs(place) <= 1 << 53 else { return .null }
                if let value = try element(object, place) { return value }
            case .record:
                let key = try coercedText(index)
                defer { release(key) }
                if let value = try field(object, withUnsafePointer(to: key) { TextView($0).string }) { return value }
            case .null: return .null
            case .bool, .number: throw .cannotIndex(Tagged(.projection, object))
            case .unknown: break
            }
        }
        let whole = try materialized(object)
        return owned(try withUnsafePointer(to: whole) { whole throws(Failure) in try readIndex(whole, index) })
    }

    private func element(_ object: Object, _ index: Int) throws(Failure) -> Tagged? {
        var answer = try ask(object, .element(index))
        var place = index
        if case .unanswered = answer, index < 0, let length = try count(object, .length) {
            place += length
            if place < 0 { return .null }
            answer = try ask(object, .element(place))
        }
        if case .unanswered = answer { return nil }
        return try value(of: answer, from: object, step: Tagged(Double(place)))
    }

    // MARK: Loops

    /// Begins to go through a projection, in the registers of an iteration; `false` where that is no sequence.
    func beginElements(of object: Object, _ iterator: SlotPointer) throws(Failure) -> Bool {
        let kind = try kind(of: object)
        guard kind == .list || kind == .tuple else { return false }
        if !object.cached.isUnset || object.descriptor.kind == .unknown {
            store(owned(try materialized(object)), into: iterator)
            store(.null, into: iterator + 2)
        } else {
            let stream = makeSequence(.list, capacity: StreamPart.allCases.count)
            appendWithinCapacity(owned(Tagged(.projection, object)), to: stream)
            for part in [0, 0, Self.firstChunk] { appendWithinCapacity(Tagged(Double(part)), to: stream) }
            store(Tagged(.list, makeSequence(.list, capacity: 0)), into: iterator)
            store(Tagged(.list, stream), into: iterator + 2)
        }
        store(Tagged(tag: 0, bits: 0), into: iterator + 1)
        return true
    }

    private static var firstChunk: Int { 16 }
    private static var largestChunk: Int { 1024 }

    /// Gets the next elements of the projection that an iteration goes through; `false` where there are none.
    func nextElements(_ iterator: SlotPointer) throws(Failure) -> Bool {
        let parts = (iterator + 2).pointee.object.elements
        let object = parts[StreamPart.source.rawValue].object
        let position = ProjectionPosition(
            index: Int(parts[StreamPart.index.rawValue].number),
            hint: Int(exactly: parts[StreamPart.hint.rawValue].number) ?? 0
        )
        let wanted = Int(parts[StreamPart.count.rawValue].number)
        guard let (elements, count, chunk) = try elements(of: object, from: position, count: wanted) else {
            let whole = owned(try materialized(object))
            store(whole, into: iterator)
            store(.null, into: iterator + 2)
            (iterator + 1).pointee = Tagged(tag: 0, bits: 0)
            return whole.object.count > 0
        }
        projectionReader.note(elements, from: position.index, of: object.descriptor)
        store(chunk, into: iterator)
        (iterator + 1).pointee = Tagged(tag: 0, bits: 0)
        if elements.isLast || elements.count == 0 {
            store(.null, into: iterator + 2)
        } else {
            parts[StreamPart.index.rawValue] = Tagged(Double(position.index + elements.count))
            parts[StreamPart.hint.rawValue] = Tagged(Double(elements.hint))
            parts[StreamPart.count.rawValue] = Tagged(Double(min(count * 2, Self.largestChunk)))
        }
        return elements.count > 0
    }

    /// Elements from a position on, as an owned list, and how many were asked for at last; `nil` where the question is
    /// left unanswered.
    ///
    /// What stands in front of a broken element comes before its error: where several together cannot be had, one is
    /// asked for.
    private func elements(
        of object: Object,
        from position: ProjectionPosition,
        count: Int
    ) throws(Failure) -> (elements: ProjectionElements, count: Int, list: Tagged)? {
        do throws(Failure) {
            let answer = try ask(object, .elements(from: position, count: count))
            if case .unanswered = answer, position.index == 0 { return nil }
            guard case .elements(let elements) = answer else { throw Self.failure(of: object, "it has no elements") }
            return (elements, count, try makeChunk(elements, of: object) { Tagged(Double(position.index + $0)) })
        } catch {
            guard error.code == .projectionFailed, !error.isQuestion, count > 1 else { throw error }
        }
        return try elements(of: object, from: position, count: 1)
    }

    /// Goes through all elements of a sequence, which are borrowed, until the body has seen enough; `false` where it
    /// cannot.
    func forEachElement(of object: Object, _ body: (SlotPointer) throws(Failure) -> Bool) throws(Failure) -> Bool {
        var position = ProjectionPosition()
        var count = Self.largestChunk
        while true {
            guard let (elements, used, chunk) = try elements(of: object, from: position, count: count) else {
                return false
            }
            defer { release(chunk) }
            count = min(used * 2, Self.largestChunk)
            for i in 0..<chunk.object.count where try body(chunk.object.elements + i) { return true }
            if elements.isLast || elements.count == 0 { return true }
            position = ProjectionPosition(index: position.index + elements.count, hint: elements.hint)
        }
    }
}

/// What a loop over a projection keeps: a list in the third register of the iteration.
enum StreamPart: Int, CaseIterable {
    /// The projection.
    case source
    /// The index of the next element, and its hint.
    case index, hint
    /// How many elements to ask for.
    case count
}

extension Tagged {
    /// Whether it is what a loop keeps of a projection.
    var isStream: Bool {
        guard isList, object.count == StreamPart.allCases.count else { return false }
        let parts = object.elements
        guard parts[0].isProjection else { return false }
        return (1...3).allSatisfy { parts[$0].isNumber && Int(exactly: parts[$0].number) != nil }
            && parts[1].number >= 0 && parts[3].number >= 1 && parts[3].number <= 65_536
    }
}
