/// A value of the language, as hosts see it.
///
/// Equality follows the language: kinds are never mixed, numbers compare as IEEE numbers (`NaN != NaN`, `-0 == 0`),
/// records compare without regard to order.
///
/// A value from a program may hold the same parts very many times: it is small in memory, and its text may have no end.
/// Comparing values and handing them to a session take what is shared once. Text forms are as long as they are: they
/// are refused, before they are built, where they would be longer than 2^30 bytes.
public enum Value: Equatable, Sendable {
    /// The null value.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// Any number; there is no integer kind.
    case number(Double)
    /// Text.
    case string(String)
    /// An immutable sequence.
    case tuple([Value])
    /// A sequence.
    case list([Value])
    /// Keys and values in insertion order.
    case record(Record)
    /// Metadata of an image; programs read it and pass it on.
    // The rare kinds are kept elsewhere, so that a list of a million numbers does not pay for them.
    indirect case image(Image)
    /// A module authority.
    indirect case resource(Resource)
    /// Data that stays with its host until it is looked at. To programs it is a value like any other; hosts meet it in
    /// variables, and where they ask for it. Equal to itself only.
    case projection(Projection)
}

/// Metadata of an image.
public struct Image: Hashable, Sendable {
    /// Identifies the image to its host.
    public var id: String
    /// The media type.
    public var mime: String
    /// What people call it.
    public var label: String
    /// Bytes.
    public var size: UInt64
    /// Pixels, where known.
    public var width: UInt32?
    /// Pixels, where known.
    public var height: UInt32?

    /// Creates the metadata of an image.
    public init(id: String, mime: String, label: String, size: UInt64, width: UInt32? = nil, height: UInt32? = nil) {
        self.id = id
        self.mime = mime
        self.label = label
        self.size = size
        self.width = width
        self.height = height
    }
}

/// A module authority: what a module path means as a value.
public struct Resource: Hashable, Sendable {
    /// The authority type.
    public var type: String
    /// The dotted module path.
    public var alias: String

    /// Creates an authority.
    public init(type: String, alias: String) {
        self.type = type
        self.alias = alias
    }
}

extension Value: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByFloatLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    /// The null value.
    public init(nilLiteral: ()) { self = .null }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// A number.
    public init(integerLiteral value: Int) { self = .number(Double(value)) }
    /// Text.
    public init(stringLiteral value: String) { self = .string(value) }
    /// A list.
    public init(arrayLiteral elements: Value...) { self = .list(elements) }
    /// A record in the order written; the last value of a repeated key wins.
    public init(dictionaryLiteral elements: (String, Value)...) { self = .record(Record(elements)) }
}
