/// What a lazy binding refers to: enough for a resolver to find the data again, anywhere.
///
/// References are small and `Codable`; snapshots, seeds and messages to other processes carry them instead of the data.
public struct ProjectionRef: Equatable, Sendable {
    /// Who can resolve it: `memory`, `file`, or whatever a resolver knows.
    public var kind: String
    /// Which data, in the terms of that kind.
    public var key: Value

    /// A reference.
    public init(kind: String, key: Value) {
        self.kind = kind
        self.key = key
    }
}

/// A projection as a value that hosts hand over: a descriptor, with the name that errors show.
public final class Projection: Sendable {
    /// What answers.
    public let descriptor: any ProjectionDescriptor
    /// What errors and receipts call it, as programs would write it: `docs`, `docs[3].name`.
    public let name: String
    /// How to find the data again; `nil` where it cannot leave this process.
    public let ref: ProjectionRef?

    /// A projection. Snapshots carry it only where there is a reference.
    public init(_ descriptor: any ProjectionDescriptor, name: String, ref: ProjectionRef? = nil) {
        self.descriptor = descriptor
        self.name = name
        self.ref = ref
    }
}
