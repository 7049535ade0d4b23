/// The versions of the protocol that are spoken.
enum ProtocolVersion {
    /// The newest first, which is the one that is asked for.
    static let spoken = ["2025-06-18", "2025-03-26", "2024-11-05"]
    static var newest: String { spoken[0] }
}
