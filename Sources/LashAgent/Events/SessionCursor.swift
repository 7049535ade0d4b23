/// A place in what happens in a session, from which somebody who was away goes on. Opaque: keep it and give it back.
public struct SessionCursor: RawRepresentable, Hashable, Sendable {
    /// The text to keep, `lashsc1:REVISION:POSITION:SESSION`.
    public let rawValue: String

    /// A cursor as it was kept. It is checked where it is used.
    public init(rawValue: String) { self.rawValue = rawValue }

    init(session: String, revision: Int, position: Int) {
        rawValue = "\(Self.version):\(revision):\(position):\(session)"
    }

    private static let version = "lashsc1"

    /// The place in a session. Throws for what is no cursor, and for one of another session.
    func place(in session: String) throws(SessionCursorError) -> (position: Int, revision: Int) {
        let parts = rawValue.split(separator: ":", maxSplits: 3, omittingEmptySubsequences: false)
        guard parts[0] == Self.version else { throw .malformed("it does not begin with `\(Self.version):`") }
        guard parts.count == 4 else { throw .malformed("it has \(parts.count) parts, not 4") }
        guard let revision = Int(parts[1]), revision >= 0 else { throw .malformed("its revision is no number") }
        guard let position = Int(parts[2]), position >= 0 else { throw .malformed("its position is no number") }
        guard parts[3] == session else { throw .foreign(String(parts[3].prefix(200)), session: session) }
        return (position, revision)
    }
}

/// A cursor that cannot be used.
public enum SessionCursorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A text that is no cursor, and why.
    case malformed(String)
    /// A cursor of another session.
    case foreign(String, session: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .malformed(let problem): "malformed session cursor: \(problem)"
        case .foreign(let other, let session): "session cursor belongs to `\(other)`, not `\(session)`"
        }
    }
}
