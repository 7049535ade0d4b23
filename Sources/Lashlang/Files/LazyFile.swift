internal import LashFiles

/// Files and folders as data that programs read piece by piece, whatever their size.
///
/// Nothing but the first bytes is read before a program looks, and never more is kept than a few megabytes. Contents are
/// checked where they are read. A file must not change while it is in use: a read after that is an error. Only regular
/// files can be opened.
///
/// ```swift
/// var bindings = ProjectedBindings()
/// try bindings.bind("rows", LazyFile.open("events.jsonl"))
/// ```
public enum LazyFile {
    /// Opens a file, or a folder as a record of the texts of its files by their relative paths.
    ///
    /// - Parameters:
    ///   - path: Where the file is.
    ///   - format: What its bytes mean; `nil` goes by the name of the file, as `FileFormat.of(_:)` does.
    /// - Throws: `LazyFileError` for what cannot be opened, and for a file whose beginning is not what the format asks
    ///   for: a table with two columns of one name, a JSON file without a value.
    public static func open(_ path: String, format: FileFormat? = nil) throws(LazyFileError) -> any ProjectionDescriptor
    {
        try open(path, called: path, format: format)
    }

    /// The same, where errors call the file by another name; its end still tells the format.
    package static func open(
        _ path: String,
        called name: String,
        format: FileFormat? = nil
    ) throws(LazyFileError) -> any ProjectionDescriptor {
        do throws(FileError) {
            if format == nil, Folder.isFolder(path) { return FolderProjection(try Folder(path: path, called: name)) }
            return try open(try RegularFile(path: path, called: name), format)
        } catch {
            throw LazyFileError(error)
        }
    }

    /// The data of a file.
    static func open(_ file: RegularFile, _ format: FileFormat?) throws(FileError) -> any ProjectionDescriptor {
        let (named, isCompressed) = FileFormat.of(file.name)
        let format = format ?? named
        if isCompressed && format == .json {
            throw FileError(
                .refused,
                path: file.name,
                "a compressed JSON file cannot be read in pieces: decompress it, or use JSON lines"
            )
        }
        let source: any ByteSource = isCompressed ? try GzipSource(file) : file
        let summary = "\(format.description), \(size(file))" + (isCompressed ? " compressed" : "")
        switch format {
        case .json:
            var reader = JSONReader(source)
            let root: JSONReader.Place
            do throws(FileError) { root = try reader.root() } catch {
                throw file.size == 0 ? FileError(.malformed, path: file.name, "is empty: that is no JSON") : error
            }
            let kind = try reader.kind(of: root)
            return JSONProjection(JSONDocument(reader, name: file.name), root, kind: kind, summary: summary)
        case .jsonLines:
            let rows = RowReader(source, rule: .lines, from: try source.contentStart())
            return RowProjection(rows, .json(source), summary: summary)
        case .csv, .tsv:
            let table = try TableReader(source, separator: UInt8(ascii: format == .csv ? "," : "\t"))
            return RowProjection(table.rows(), .table(table), summary: summary)
        case .text:
            return TextProjection(try TextReader(source), source, summary: summary)
        }
    }

    private static func size(_ file: RegularFile) -> String {
        var size = Double(file.size ?? 0)
        if size < 1000 { return "\(Int(size)) bytes" }
        var unit = 0
        while size >= 999.5, unit < 4 {
            size /= 1000
            unit += 1
        }
        let digits = size < 9.95 ? "\((size * 10).rounded() / 10)" : "\(Int(size.rounded()))"
        return digits + [" bytes", " kB", " MB", " GB", " TB"][unit]
    }
}

/// A file that cannot be opened.
public struct LazyFileError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Whether the file could be opened and does not hold what its format asks for.
    public var isMalformed: Bool
    /// The path, and what is wrong.
    public var message: String

    init(_ error: FileError) {
        isMalformed = error.reason == .malformed
        message = error.description
    }

    /// The message.
    public var description: String { message }
}
