extension Value {
    /// The value with plain values in place of all projections inside. Waits for answers where it has to; throws what a
    /// descriptor throws, and where values nest too deep.
    public func materialized() async throws -> Value {
        if !holdsProjections { return self }
        return try await materialized(depth: 0)
    }

    private func materialized(depth: Int) async throws -> Value {
        if depth > codingDepthLimit {
            throw ProjectionError(message: "value nests deeper than \(codingDepthLimit) levels")
        }
        switch self {
        case .projection(let projection):
            let whole = try await projection.descriptor.whole(of: projection.name)
            return try await whole.materialized(depth: depth + 1)
        case .list(let elements): return .list(try await Self.materialized(elements, depth))
        case .tuple(let elements): return .tuple(try await Self.materialized(elements, depth))
        case .record(let record):
            var plain = Record()
            plain.role = record.role
            for (key, value) in record { plain[key] = try await value.materialized(depth: depth + 1) }
            return .record(plain)
        default: return self
        }
    }

    private static func materialized(_ elements: [Value], _ depth: Int) async throws -> [Value] {
        var plain: [Value] = []
        for element in elements { plain.append(try await element.materialized(depth: depth + 1)) }
        return plain
    }
}

extension ProjectionDescriptor {
    /// All of the data; a list may leave it to its elements.
    fileprivate func whole(of name: String) async throws -> Value {
        let answer = try await settled(.materialize)
        guard case .unanswered = answer, kind == .list else { return try answer.value(of: name) }
        var values: [Value] = []
        var position = ProjectionPosition()
        while true {
            guard case .elements(let elements) = try await settled(.elements(from: position, count: 1024)) else {
                throw ProjectionError(message: "projection `\(name)` failed: it has no elements")
            }
            values += try elements.values(of: name, from: position.index)
            if elements.isLast || elements.count == 0 { return .list(values) }
            position = ProjectionPosition(index: position.index + elements.count, hint: elements.hint)
        }
    }

    /// An answer that is complete.
    private func settled(_ question: ProjectionQuestion) async throws -> ProjectionAnswer {
        while true {
            switch try await answerLater(question) {
            case .again: try Task.checkCancellation()
            case .large(_, let make): return try make()
            case let answer: return answer
            }
        }
    }
}

extension ProjectionElements {
    fileprivate func values(of name: String, from index: Int) throws -> [Value] {
        var values: [Value] = []
        var start = 0
        for end in texts.ends {
            values.append(try Value(json: Array(texts.bytes[start..<end])))
            start = end
        }
        for item in items { values.append(try item.value(of: "\(name)[\(index + values.count)]")) }
        return values
    }
}

extension ProjectionAnswer {
    /// The answer as a value, whose parts may be projections.
    func value(of name: String) throws -> Value {
        switch self {
        case .value(let value): return value
        case .json(let bytes): return try Value(json: bytes)
        case .missing: return .null
        case .projection(let descriptor): return .projection(Projection(descriptor, name: name))
        case .elements(let elements):
            return .list(try elements.values(of: name, from: 0))
        case .fields(let fields):
            return .record(Record(try fields.map { ($0.key, try $0.answer.value(of: "\(name).\($0.key)")) }))
        case .failure(let reason): throw ProjectionError(message: "projection `\(name)` failed: \(reason)")
        case .large(_, let make): return try make().value(of: name)
        case .unanswered, .later, .again:
            throw ProjectionError(message: "projection `\(name)` failed: it has no answer")
        }
    }
}
