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
            let answer = try await projection.descriptor.answerLater(.materialize)
            return try await answer.value(of: projection.name).materialized(depth: depth + 1)
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

extension ProjectionAnswer {
    /// The answer as a value, whose parts may be projections.
    func value(of name: String) throws -> Value {
        switch self {
        case .value(let value): return value
        case .json(let bytes): return try Value(json: bytes)
        case .missing: return .null
        case .projection(let descriptor): return .projection(Projection(descriptor, name: name))
        case .elements(let elements):
            return .list(try elements.items.enumerated().map { try $1.value(of: "\(name)[\($0)]") })
        case .fields(let fields):
            return .record(Record(try fields.map { ($0.key, try $0.answer.value(of: "\(name).\($0.key)")) }))
        case .failure(let reason): throw ProjectionError(message: "projection `\(name)` failed: \(reason)")
        case .unanswered, .later, .again:
            throw ProjectionError(message: "projection `\(name)` failed: it has no answer")
        }
    }
}
