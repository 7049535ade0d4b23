import LashAgent
import Lashlang

/// Tools that read below a folder.
struct FileTools: ToolProvider {
    enum Kind: String, CaseIterable, Sendable {
        case read, list, search

        /// The kinds that a word of the command line means.
        static func named(_ word: String) -> [Kind]? {
            word == "files" ? allCases : Kind(rawValue: word).map { [$0] }
        }
    }

    /// The bytes of a file that is read.
    private static let readLimit = 1 << 20
    /// The matches of a search without a limit of its own, and the most that one may ask for.
    private static let matches = (usual: 50, most: 500)
    /// The files that a search looks into.
    private static let fileLimit = 10_000

    let kind: Kind
    private let folder: ConfinedFolder
    private let definition: ToolDefinition

    init(_ kind: Kind, folder: ConfinedFolder) {
        self.kind = kind
        self.folder = folder
        definition = Self.definition(of: kind)
    }

    var manifests: [ToolManifest] { [definition.manifest] }

    func contract(of name: String) -> ToolContract? { name == definition.name ? definition.contract : nil }

    func execute(_ call: ToolCall) async -> ToolResult {
        do {
            switch kind {
            case .read: return .value(try read(try call.arguments(as: ReadArguments.self)))
            case .list: return .value(try list(try call.arguments(as: ListArguments.self)))
            case .search: return try search(try call.arguments(as: SearchArguments.self))
            }
        } catch let error as ConfinementError {
            return .failure(error.message, code: "file")
        } catch { return .failure("\(error)") }
    }

    // MARK: What the tools do

    private struct ReadArguments: Decodable {
        var path: String
        var line: Int?
        var lines: Int?
    }

    private func read(_ arguments: ReadArguments) throws -> Value {
        let bytes = try folder.read(arguments.path, limit: Self.readLimit)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfinementError(message: "`\(arguments.path)` is no text")
        }
        if arguments.line == nil, arguments.lines == nil { return .string(text) }
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let part = lines.dropFirst(max(1, arguments.line ?? 1) - 1).prefix(max(0, arguments.lines ?? .max))
        return .string(part.joined(separator: "\n"))
    }

    private struct ListArguments: Decodable {
        var path: String?
    }

    private func list(_ arguments: ListArguments) throws -> Value {
        .list(
            try folder.list(arguments.path ?? "").map { entry in
                [
                    "name": .string(entry.name), "kind": .string(entry.kind.rawValue),
                    "size": .number(Double(entry.size)),
                ]
            }
        )
    }

    private struct SearchArguments: Decodable {
        var text: String
        var path: String?
        var limit: Int?
    }

    private func search(_ arguments: SearchArguments) throws -> ToolResult {
        guard !arguments.text.isEmpty else { throw ConfinementError(message: "there is no text to search for") }
        let limit = min(max(1, arguments.limit ?? Self.matches.usual), Self.matches.most)
        var found: [Value] = []
        var count = 0
        // Folders that are still to be looked into, the next one last.
        var waiting = [arguments.path ?? ""]
        while let path = waiting.popLast() {
            var folders: [String] = []
            for entry in try folder.list(path) {
                if Task.isCancelled { return ToolResult(.cancelled) }
                let place = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
                switch entry.kind {
                case .folder: if !entry.name.hasPrefix(".") { folders.append(place) }
                case .other: continue
                case .file:
                    count += 1
                    if count > Self.fileLimit {
                        throw ConfinementError(
                            message: "there are more than \(Self.fileLimit) files; search a part of them"
                        )
                    }
                    found += matches(of: arguments.text, in: place, limit: limit - found.count)
                    if found.count >= limit { return .value(.list(found)) }
                }
            }
            waiting += folders.reversed()
        }
        return .value(.list(found))
    }

    /// The lines of a file that have a text in them. A file that is long or no text has none.
    private func matches(of text: String, in path: String, limit: Int) -> [Value] {
        guard let bytes = try? folder.read(path, limit: Self.readLimit), !bytes.prefix(4096).contains(0),
            let content = String(validating: bytes, as: UTF8.self), content.contains(text)
        else { return [] }
        var found: [Value] = []
        var number = 0
        for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
            number += 1
            guard line.contains(text) else { continue }
            let shown = line.count > 400 ? line.prefix(400) + "…" : line
            found.append(["path": .string(path), "line": .number(Double(number)), "text": .string(String(shown))])
            if found.count >= limit { break }
        }
        return found
    }

    // MARK: What the tools say of themselves

    private static func definition(of kind: Kind) -> ToolDefinition {
        let text: Value = ["type": "string"]
        let count: Value = ["type": "integer", "minimum": 1]
        let description: String
        let properties: Record
        var required: [Value] = []
        let output: Value
        let example: String
        switch kind {
        case .read:
            description = "Reads a text file, or so many of its lines from a line on, counted from 1."
            properties = ["path": text, "line": count, "lines": count]
            required = ["path"]
            output = text
            example = "text = await files.read({ path: \"notes/today.txt\" })?"
        case .list:
            description = "Lists a folder, or the whole shared folder's top: name, kind (file, folder, other), size."
            properties = ["path": text]
            output = records(["name": text, "kind": text, "size": ["type": "integer"]])
            example = "entries = await files.list({ path: \"notes\" })?"
        case .search:
            description =
                "Finds the lines that contain a text, in all files below a folder; hidden folders are left out."
            properties = ["text": text, "path": text, "limit": count]
            required = ["text"]
            output = records(["path": text, "line": ["type": "integer"], "text": text])
            example = "found = await files.search({ text: \"TODO\", limit: 20 })?"
        }
        do {
            return try ToolDefinition(
                name: "files_\(kind.rawValue)",
                description: description,
                callPath: "files.\(kind.rawValue)",
                input: [
                    "type": "object", "properties": .record(properties), "required": .list(required),
                    "additionalProperties": false,
                ],
                output: output,
                examples: [example]
            )
        } catch { preconditionFailure("the schema of files.\(kind.rawValue) is none: \(error)") }
    }

    private static func records(_ properties: Value) -> Value {
        ["type": "array", "items": ["type": "object", "properties": properties]]
    }
}
