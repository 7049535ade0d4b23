internal import LashFiles
internal import Synchronization

/// The files of a folder as a record: their texts by their relative paths.
final class FolderProjection: ProjectionDescriptor {
    let kind = ProjectionKind.record
    let summary = "folder"
    private let folder: Folder
    /// The paths, once they were listed: the keys of a record stay.
    private let listing = Mutex<[String]?>(nil)

    init(_ folder: Folder) { self.folder = folder }

    private func paths() throws -> [String] {
        try listing.withLock { listing in
            if let listing { return listing }
            let paths = try folder.paths()
            listing = paths
            return paths
        }
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        switch question {
        case .length: return .count(try paths().count)
        case .isEmpty: return .bool(try paths().isEmpty)
        case .keys: return .value(.list(try paths().map { .string($0) }))
        case .values: return .projection(FolderTexts(self, try paths()))
        case .field(let path): return try text(path)
        case .contains(.string(let path)): return .bool(try folder.file(at: path) != nil)
        case .materialize:
            var record = Record()
            for path in try paths() {
                guard let file = try folder.file(at: path) else { throw Self.vanished(path, folder) }
                let reader = try TextReader(file)
                record[path] = .string(try reader.text(from: reader.start, to: file.size ?? reader.start))
            }
            return .value(.record(record))
        default: return .unanswered
        }
    }

    /// The text of a file: at once if it is small, so that no file stays open for it.
    func text(_ path: String) throws -> ProjectionAnswer {
        guard let file = try folder.file(at: path), let size = file.size else { return .missing }
        let reader = try TextReader(file)
        if size <= largestWhole { return .string(try reader.text(from: reader.start, to: size)) }
        return .projection(TextProjection(try TextReader(file), file, summary: "text"))
    }

    /// The text of a file that was listed.
    func listedText(_ path: String) throws -> ProjectionAnswer {
        if case let answer = try text(path), !answer.isMissing { return answer }
        throw Self.vanished(path, folder)
    }

    private static func vanished(_ path: String, _ folder: Folder) -> FileError {
        FileError(.changed, path: "\(folder.name)/\(path)", "the file is not there any more")
    }
}

extension ProjectionAnswer {
    fileprivate var isMissing: Bool {
        if case .missing = self { return true }
        return false
    }
}

/// The texts of a folder as a list.
private final class FolderTexts: ProjectionDescriptor {
    let kind = ProjectionKind.list
    let summary = "texts of a folder"
    private let folder: FolderProjection
    private let paths: [String]

    init(_ folder: FolderProjection, _ paths: [String]) {
        self.folder = folder
        self.paths = paths
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        switch question {
        case .length: return .count(paths.count)
        case .element(let index):
            if index < 0 { return .unanswered }
            return index < paths.count ? try folder.listedText(paths[index]) : .missing
        case .elements(let position, let count):
            let end = min(paths.count, position.index + count, position.index + 64)
            let items = try (position.index..<max(end, position.index)).map { try folder.listedText(paths[$0]) }
            return .elements(ProjectionElements(items, isLast: end >= paths.count))
        case .slice(let lower, let upper):
            guard let bounds = sliceBounds(lower, upper) else { return .unanswered }
            let start = min(bounds.lower, paths.count)
            let end = max(start, min(bounds.upper ?? paths.count, paths.count))
            return .projection(FolderTexts(folder, Array(paths[start..<end])))
        default: return .unanswered
        }
    }
}
