/// Something that a host may not add to its catalog, or a type that cannot be read.
public struct HostCatalogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, in one sentence without a full stop.
    public var message: String

    /// An error with a reason.
    public init(_ message: String) { self.message = message }

    /// The message.
    public var description: String { message }

    static let nesting = HostCatalogError("a type of the host nests deeper than \(HostType.nestingLimit) levels")
}
