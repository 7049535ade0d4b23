/// A value as data that is read piece by piece: each list, tuple and record inside is a projection too.
///
/// Binding a plain value is cheaper; this is for values that a host makes on demand, and counts what programs read.
public final class ValueProjection: ProjectionDescriptor {
    /// The kind of the value.
    public let kind: ProjectionKind
    private let value: Value

    /// A projection of a value.
    public init(_ value: Value) {
        self.value = value
        kind = ProjectionKind(value)
    }

    /// The answer of the value.
    public func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        if question == .materialize { return .value(value) }
        switch value {
        case .list(let elements), .tuple(let elements): return answer(question, elements)
        case .record(let record): return answer(question, record)
        default: return .unanswered
        }
    }

    private func answer(_ question: ProjectionQuestion, _ elements: [Value]) -> ProjectionAnswer {
        switch question {
        case .length: return .count(elements.count)
        case .isEmpty: return .bool(elements.isEmpty)
        case .element(let index):
            let place = index < 0 ? index + elements.count : index
            return elements.indices.contains(place) ? Self.part(elements[place]) : .missing
        case .elements(let position, let count):
            let part = elements.dropFirst(position.index).prefix(count)
            return .elements(ProjectionElements(part.map(Self.part), isLast: part.endIndex == elements.endIndex))
        case .slice(let lower, let upper):
            func place(_ bound: Int) -> Int { max(0, min(elements.count, bound < 0 ? bound + elements.count : bound)) }
            let start = place(lower ?? 0)
            let part = Array(elements[start..<max(start, place(upper ?? elements.count))])
            return .projection(ValueProjection(kind == .tuple ? .tuple(part) : .list(part)))
        default: return .unanswered
        }
    }

    private func answer(_ question: ProjectionQuestion, _ record: Record) -> ProjectionAnswer {
        switch question {
        case .length: .count(record.count)
        case .isEmpty: .bool(record.isEmpty)
        case .field(let name): record[name].map(Self.part) ?? .missing
        case .contains(.string(let name)): .bool(record[name] != nil)
        case .keys: .value(.list(record.keys.map { .string($0) }))
        case .values: .elements(ProjectionElements(record.values.map(Self.part), isLast: true))
        default: .unanswered
        }
    }

    private static func part(_ value: Value) -> ProjectionAnswer {
        switch value {
        case .list, .tuple, .record: .projection(ValueProjection(value))
        default: .value(value)
        }
    }
}

extension ProjectionKind {
    /// The kind of a value.
    public init(_ value: Value) {
        switch value {
        case .null: self = .null
        case .bool: self = .bool
        case .number: self = .number
        case .string: self = .string
        case .tuple: self = .tuple
        case .list: self = .list
        case .record: self = .record
        case .projection(let projection): self = projection.descriptor.kind
        case .image, .resource: self = .unknown
        }
    }
}
