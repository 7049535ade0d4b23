/// What is wrong with a file, or with what it holds.
public struct FileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong, for programs that treat kinds of trouble differently.
    public enum Reason: Sendable {
        /// The system does not give the file out.
        case unreadable
        /// The path names something that is not read on principle: a device, a link that leads out of a folder.
        case refused
        /// The file is not the one any more that was opened.
        case changed
        /// The contents are not what the format asks for.
        case malformed
    }

    /// The kind of trouble.
    public var reason: Reason
    /// The file as the caller named it, or its place in a folder.
    public var path: String
    /// What is wrong, without the path.
    public var detail: String

    /// An error about a file.
    public init(_ reason: Reason, path: String, _ detail: String) {
        self.reason = reason
        self.path = path
        self.detail = detail
    }

    /// The path and what is wrong.
    public var description: String { "\(path): \(detail)" }
}
