internal import LashFiles

/// Finds files of one folder that references name, so that snapshots with lazy files can be resumed by another process.
///
/// ```swift
/// let files = try FileProjectionResolver(root: "data")
/// try bindings.bindLazy("rows", files.ref("2024/events.jsonl"))
/// let outcome = try await session.run(program, host: host, bindings: bindings, resolver: files)
/// ```
///
/// References hold the path in the folder and nothing else of the file: whoever resumes must have the same file there.
/// Whatever a reference says, nothing outside of the folder is opened, and only regular files are.
public final class FileProjectionResolver: ProjectionResolver {
    /// The kind of the references that are found.
    public static let kind = "file"

    private let folder: Folder

    /// Finds files in a folder, which is opened now and stays the same one if it is moved.
    ///
    /// - Parameters:
    ///   - path: where the folder is.
    ///   - name: what errors call it; programs see them. The path by default.
    /// - Throws: `LazyFileError` where there is no folder, or it may not be read.
    public init(root path: String, called name: String? = nil) throws(LazyFileError) {
        do throws(FileError) { folder = try Folder(path: path, called: name) } catch { throw LazyFileError(error) }
    }

    /// The reference of a file, whether it is there or not.
    ///
    /// - Parameters:
    ///   - path: the path in the folder.
    ///   - format: what the bytes mean; `nil` goes by the name of the file, as `FileFormat.of(_:)` does.
    public func ref(_ path: String, format: FileFormat? = nil) -> ProjectionRef {
        var key: Record = ["path": .string(path)]
        if let format { key["format"] = .string(format.rawValue) }
        return ProjectionRef(kind: Self.kind, key: .record(key))
    }

    /// The file of a reference. Throws `ProjectionError` for a file that is not there, and for one that is refused: its path
    /// leads out of the folder, it is no regular file, or does not hold what its format asks for.
    public func resolve(_ ref: ProjectionRef) async throws -> any ProjectionDescriptor {
        guard ref.kind == Self.kind else { throw ProjectionError.unavailable(ref) }
        let (path, format) = try Self.parts(of: ref.key)
        let descriptor: (any ProjectionDescriptor)?
        do throws(FileError) {
            descriptor = try folder.file(at: path).map { file throws(FileError) in try LazyFile.open(file, format) }
        } catch { throw ProjectionError(message: error.description) }
        guard let descriptor else { throw ProjectionError.unavailable(ref) }
        return descriptor
    }

    private static func parts(of key: Value) throws(ProjectionError) -> (path: String, format: FileFormat?) {
        guard case .record(let fields) = key, case .string(let path)? = fields["path"] else {
            throw ProjectionError(message: "file projection ref key must be `{path, format?}`")
        }
        switch fields["format"] {
        case nil, .null: return (path, nil)
        case .string(let name):
            if let format = FileFormat(rawValue: name) { return (path, format) }
            fallthrough
        default:
            let names = FileFormat.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            throw ProjectionError(message: "file projection ref format must be one of \(names)")
        }
    }
}
