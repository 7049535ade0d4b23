internal import GRDB

extension SessionRows {
    /// Bytes as GRDB binds them. It does so by a type of Foundation, which is found here by where it is used, so that this
    /// module need not import Foundation.
    static func blob(_ bytes: [UInt8]) -> any DatabaseValueConvertible { make(DatabaseValue.Storage.blob, bytes) }

    private static func make<Bytes: RangeReplaceableCollection<UInt8> & DatabaseValueConvertible>(
        _ storage: (Bytes) -> DatabaseValue.Storage,
        _ bytes: [UInt8]
    ) -> Bytes {
        Bytes(bytes)
    }

    /// The bytes in the first column of a row.
    static func bytes(_ row: Row) throws -> [UInt8] {
        try row.withUnsafeData(atIndex: 0) { $0.map { [UInt8]($0) } ?? [] }
    }
}
