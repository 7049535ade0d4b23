public import LashLinker

/// A type that a host states for what it offers: in the notation of the language, `"{ path: str, limit: int? }"`, or as a
/// `HostType`. The notation is read when it is registered.
public struct StatedType: Hashable, Sendable, ExpressibleByStringLiteral {
    private enum Source: Hashable {
        case notation(String)
        case type(HostType)
    }

    private let source: Source

    /// A type in the notation of the language.
    public init(stringLiteral notation: String) { source = .notation(notation) }
    /// A type in the notation of the language.
    public init(_ notation: String) { source = .notation(notation) }
    /// A type.
    public init(_ type: HostType) { source = .type(type) }
    /// The type of the values that a Swift type is decoded from and encoded to.
    public init(describing type: Any.Type) { source = .type(HostType(describing: type)) }

    /// The type. Throws where the notation cannot be read.
    func type() throws(HostCatalogError) -> HostType {
        switch source {
        case .type(let type): return type
        case .notation(let text): return try HostType(parsing: text)
        }
    }
}
