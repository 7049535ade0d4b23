internal import Synchronization

/// Data in the memory of this process that references of the kind `memory` stand for, as long as the registry lives.
public final class ProjectionRegistry: ProjectionResolver {
    /// The kind of the references that a registry gives.
    public static let kind = "memory"

    private let descriptors = Mutex<[String: any ProjectionDescriptor]>([:])

    /// A registry without data.
    public init() {}

    /// Keeps data, and gives the reference that this registry resolves to it. The key is random.
    public func registerMemory(_ descriptor: any ProjectionDescriptor) -> ProjectionRef {
        let key = Self.randomKey()
        descriptors.withLock { $0[key] = descriptor }
        return ProjectionRef(kind: Self.kind, key: .string(key))
    }

    /// Lets go of the data of a reference, which is unavailable from then on.
    public func remove(_ ref: ProjectionRef) {
        guard ref.kind == Self.kind, case .string(let key) = ref.key else { return }
        _ = descriptors.withLock { $0.removeValue(forKey: key) }
    }

    /// The data of a reference that this registry gave.
    public func resolve(_ ref: ProjectionRef) async throws -> any ProjectionDescriptor {
        guard ref.kind == Self.kind else { throw ProjectionError.unavailable(ref) }
        guard case .string(let key) = ref.key else {
            throw ProjectionError(message: "memory projection ref key must be a string")
        }
        guard let descriptor = descriptors.withLock({ $0[key] }) else { throw ProjectionError.unavailable(ref) }
        return descriptor
    }

    /// A random UUID as text.
    private static func randomKey() -> String {
        var random = SystemRandomNumberGenerator()
        let (high, low) = (random.next(), random.next())
        // Version 4, variant 1.
        let words = [high & ~0xF000 | 0x4000, low & ~(3 << 62) | 2 << 62]
        let digits = words.map { word in
            let text = String(word, radix: 16)
            return String(repeating: "0", count: 16 - text.count) + text
        }.joined()
        var parts: [Substring] = []
        var rest = digits[...]
        for count in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        return parts.joined(separator: "-")
    }
}
