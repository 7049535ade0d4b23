internal import GRDB

/// A file that cannot be used as a store.
public struct StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The file.
    public var path: String
    /// Why it cannot be used.
    public var message: String

    init(path: String, _ error: any Error) {
        self.path = path
        switch error {
        case let error as SchemaError: message = error.description
        case let error as DatabaseError where error.resultCode == .SQLITE_NOTADB: message = "it is no SQLite database"
        case let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN:
            message = "it cannot be opened; its folder has to be there"
        case let error as DatabaseError where error.resultCode == .SQLITE_READONLY: message = "it cannot be written"
        case let error as DatabaseError where error.resultCode == .SQLITE_BUSY:
            message = "another process has been using it for too long"
        case let error as DatabaseError: message = error.message ?? "\(error.resultCode)"
        default: message = "\(error)"
        }
    }

    /// File and reason.
    public var description: String { "cannot use the store \(path): \(message)" }
}

/// What is wrong with the contents of a file.
enum SchemaError: Error, CustomStringConvertible {
    case newer
    case foreign
    case damaged(session: String, String)

    var description: String {
        switch self {
        case .newer: "a newer version of lash has written it"
        case .foreign: "it is the database of another program"
        case .damaged(let session, let reason): "session `\(session)` cannot be read: \(reason)"
        }
    }
}
