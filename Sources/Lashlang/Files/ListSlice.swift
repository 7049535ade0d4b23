/// Part of a lazy list, which stays lazy.
final class ListSlice: ProjectionOrigin {
    let kind = ProjectionKind.list
    private let list: any ProjectionDescriptor
    private let lower: Int
    private let count: Int

    private init(of list: any ProjectionDescriptor, from lower: Int, count: Int) {
        self.list = list
        self.lower = lower
        self.count = count
    }

    func origin(of element: Int?) -> String? {
        (list as? any ProjectionOrigin)?.origin(of: element.map { lower + $0 })
    }

    var summary: String { "\(count) elements of \(list.summary)" }

    /// A slice as an answer. `element` tells whether there is an element, with `missing` for no, and `length` how many
    /// there are: that is asked only if there are fewer than the slice goes to.
    static func answer(
        of list: any ProjectionDescriptor,
        _ bounds: (lower: Int, upper: Int?),
        element: (Int) throws -> ProjectionAnswer,
        length: () throws -> ProjectionAnswer
    ) rethrows -> ProjectionAnswer {
        if let upper = bounds.upper {
            if upper == bounds.lower { return .projection(ListSlice(of: list, from: 0, count: 0)) }
            switch try element(upper - 1) {
            case .missing: break
            case .again: return .again
            default: return .projection(ListSlice(of: list, from: bounds.lower, count: upper - bounds.lower))
            }
        }
        guard case .value(.number(let length)) = try length() else { return .again }
        let lower = min(bounds.lower, Int(length))
        return .projection(ListSlice(of: list, from: lower, count: Int(length) - lower))
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        switch question {
        case .length: return .count(count)
        case .isEmpty: return .bool(count == 0)
        case .element(let index):
            if index < 0 { return .unanswered }
            return index < count ? try list.answer(.element(lower + index)) : .missing
        case .elements(let position, let wanted):
            if position.index >= count { return .elements(ProjectionElements([], isLast: true)) }
            let place = ProjectionPosition(index: lower + position.index, hint: position.hint)
            let most = min(wanted, count - position.index)
            let answer = try list.answer(.elements(from: place, count: most))
            guard case .elements(var elements) = answer else { return answer }
            if position.index + elements.count >= count { elements.isLast = true }
            return .elements(elements)
        case .slice(let first, let last):
            guard let bounds = sliceBounds(first, last) else { return .unanswered }
            let start = min(bounds.lower, count)
            let end = min(bounds.upper ?? count, count)
            return .projection(ListSlice(of: list, from: lower + start, count: max(0, end - start)))
        default: return .unanswered
        }
    }
}
