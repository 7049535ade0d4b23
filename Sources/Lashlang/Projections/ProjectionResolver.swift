/// Finds the data that references stand for.
///
/// A run asks for each reference once, right before it begins.
public protocol ProjectionResolver: Sendable {
    /// The data of a reference. Throws where it is not available; the run fails with that error then.
    func resolve(_ ref: ProjectionRef) async throws -> any ProjectionDescriptor
}

/// A reference that cannot be resolved.
public struct ProjectionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(message: String) { self.message = message }

    /// The error of a reference whose data is not there, or not any more.
    public static func unavailable(_ ref: ProjectionRef) -> ProjectionError {
        ProjectionError(message: ref.unavailable)
    }

    /// The message.
    public var description: String { message }
}

/// A resolver that asks others, by the kinds of references that they know.
public struct ProjectionResolvers: ProjectionResolver {
    private let resolvers: [String: any ProjectionResolver]

    /// The resolvers by the kinds of their references.
    public init(_ resolvers: [String: any ProjectionResolver]) { self.resolvers = resolvers }

    /// What the resolver of its kind says; unavailable where there is none.
    public func resolve(_ ref: ProjectionRef) async throws -> any ProjectionDescriptor {
        guard let resolver = resolvers[ref.kind] else { throw ProjectionError.unavailable(ref) }
        return try await resolver.resolve(ref)
    }
}
