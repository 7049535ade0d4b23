/// What the machine asks a descriptor about its data.
///
/// Needles, separators and keys are plain values. Positions count code points in text and elements in sequences; a
/// negative position counts from the end, and may be left unanswered: then the machine asks for the length and asks
/// again with a position that is not negative.
public enum ProjectionQuestion: Equatable, Sendable {
    /// How many code points, elements or entries there are. A number.
    case length
    /// Whether there are none. A boolean; unanswered, the length decides.
    case isEmpty
    /// Whether a condition that is the data holds. A boolean. Asked of text, tuples and scalars only.
    case truth
    /// The value of a key of a record, or `missing`.
    case field(String)
    /// An element of a sequence, or a code point of text as text, or `missing`.
    case element(Int)
    /// Whether text has a part, a sequence an element that is equal, or a record a key. A boolean.
    case contains(Value)
    /// Where a part of text begins at or after a position. A number, or null where it does not occur.
    case find(String, from: Int)
    /// A record `{line, text, match, start, end}` for every line of text that has a part, which is not empty. A list.
    case grep(String)
    /// The keys of a record in order. A list of texts.
    case keys
    /// The values of a record in the order of their keys. A list.
    case values
    /// Whether text begins with another. A boolean.
    case hasPrefix(String)
    /// Whether text ends with another. A boolean.
    case hasSuffix(String)
    /// The pieces of text between separators, which may be empty. A list of texts.
    case split(String)
    /// The elements of a sequence as one text, a separator between them. Text.
    case join(String)
    /// Text without white space at both ends. Text.
    case trim
    /// Part of text or a sequence; `nil` is an open end. The same kind.
    case slice(Int?, Int?)
    /// The number that text spells. A number.
    case number
    /// The value that text as JSON describes.
    case json
    /// The data where it is a bound of `slice` or `range`, or an index. A number.
    case bound
    /// Some elements of a sequence, for a loop that goes through all of them: as `elements`.
    ///
    /// At most `count` of them, at least one unless there are no more. A loop begins at index 0 with hint 0, and goes
    /// on behind the elements that it got, with the hint that came with them.
    case elements(from: ProjectionPosition, count: Int)
    /// Text for people that stands for the data and keeps within a budget.
    ///
    /// To be answered only where the whole would exceed the budget; unanswered, `print` shows the whole.
    case render(PrintBudget)
    /// All of it: a value of the kind that the descriptor has. Parts of it may be projections.
    case materialize
}

/// Where a loop stands in a sequence.
public struct ProjectionPosition: Hashable, Sendable {
    /// The index of the next element.
    public var index: Int
    /// Where that one lies, in whatever way the descriptor counts: it gets back what it gave. Suspended loops keep it.
    public var hint: Int

    /// A position; without arguments the beginning.
    public init(index: Int = 0, hint: Int = 0) {
        self.index = index
        self.hint = hint
    }
}
