/// A collection of the host as a list, whose elements become values where a program looks at them.
///
/// ```swift
/// let history = ListProjection(messages) { message in ["role": .string(message.role), "text": .string(message.text)] }
/// try bindings.bind("messages", projecting: history)
/// ```
///
/// Length, elements and slices cost what they cost in the collection; going through all of them makes a few at a time.
public final class ListProjection<Elements: RandomAccessCollection & Sendable>: ProjectionDescriptor {
    /// A list.
    public let kind = ProjectionKind.list
    /// How many elements there are.
    public var summary: String { "list of \(count)" }

    private let elements: Elements
    private let first: Int
    private let count: Int
    private let element: @Sendable (Elements.Element) throws -> ProjectionAnswer

    /// A list of the elements of a collection. `element` makes a value of one; its errors are errors of the program.
    public convenience init(_ elements: Elements, element: @escaping @Sendable (Elements.Element) throws -> Value) {
        self.init(elements, answer: { .value(try element($0)) })
    }

    /// A list of the elements of a collection, which may stay lazy themselves.
    public convenience init(
        _ elements: Elements,
        answer: @escaping @Sendable (Elements.Element) throws -> ProjectionAnswer
    ) {
        self.init(elements, first: 0, count: elements.count, answer)
    }

    private init(
        _ elements: Elements,
        first: Int,
        count: Int,
        _ element: @escaping @Sendable (Elements.Element) throws -> ProjectionAnswer
    ) {
        self.elements = elements
        self.first = first
        self.count = count
        self.element = element
    }

    private func answer(at offset: Int) throws -> ProjectionAnswer {
        try element(elements[elements.index(elements.startIndex, offsetBy: first + offset)])
    }

    /// The answer of the collection.
    public func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        switch question {
        case .length: return .count(count)
        case .isEmpty: return .bool(count == 0)
        case .element(let index):
            let offset = index < 0 ? index + count : index
            return offset >= 0 && offset < count ? try answer(at: offset) : .missing
        case .elements(let position, let wanted):
            let end = min(count, position.index + wanted)
            guard position.index < end else { return .elements(ProjectionElements([], isLast: true)) }
            let items = try (position.index..<end).map(answer(at:))
            return .elements(ProjectionElements(items, isLast: end == count))
        case .slice(let lower, let upper):
            func place(_ bound: Int) -> Int { max(0, min(count, bound < 0 ? bound + count : bound)) }
            let start = place(lower ?? 0)
            let end = max(start, place(upper ?? count))
            return .projection(ListProjection(elements, first: first + start, count: end - start, element))
        case .materialize: return .elements(ProjectionElements(try (0..<count).map(answer(at:)), isLast: true))
        default: return .unanswered
        }
    }
}
