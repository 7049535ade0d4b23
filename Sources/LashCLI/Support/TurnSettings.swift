import ArgumentParser
import LashAgent
import LashMCP
import LashStore
import LashTerminal
import Lashlang

struct ToolOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Let programs read below a folder; nothing else can be reached. May be repeated.",
            discussion: """
                `read` gives files.read, `list` gives files.list, `search` gives files.search, `files` all three. There is no \
                way out of the folder: not by `..`, not by links. Without this and --mcp there are no tools.
                """,
            valueName: "read|list|search|files=FOLDER"
        )
    )
    var tools: [String] = []

    @Option(
        help: ArgumentHelp(
            "Let programs call the tools of MCP servers. May be repeated.",
            discussion: """
                The file is that of most clients: {"mcpServers": {"notes": {"command": "mcp-notes", "args": ["/srv"]}, \
                "tracker": {"url": "https://tracker.example/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"}}}}. \
                ${NAME} stands for a variable of the environment. Programs call tools.mcp__notes__read and so on. Servers \
                get no variables but those in `env` and a few such as PATH and HOME.
                """,
            valueName: "FILE"
        )
    )
    var mcp: [String] = []

    /// The servers of all files; `nil` where none is given.
    func servers() throws(CommandFailure) -> MCPServers? {
        if mcp.isEmpty { return nil }
        var servers: [MCPServer] = []
        for path in mcp {
            let text = try Inputs.text(try Inputs.read(path), of: path)
            do throws(MCPError) { servers += try MCPConfiguration.servers(json: text) } catch {
                throw .data("\(path): \(error.message)")
            }
        }
        do throws(MCPError) { return try MCPServers(servers) } catch { throw .usage("--mcp: \(error.message)") }
    }

    func providers() throws(CommandFailure) -> [any ToolProvider] {
        var providers: [FileTools] = []
        for argument in tools {
            guard let sign = argument.firstIndex(of: "="),
                let kinds = FileTools.Kind.named(String(argument[..<sign]))
            else {
                throw .usage(
                    "--tools needs read, list, search or files, and a folder, as files=notes, not `\(argument)`"
                )
            }
            let path = String(argument[argument.index(after: sign)...])
            for kind in kinds {
                if providers.contains(where: { $0.kind == kind }) {
                    throw .usage("--tools: files.\(kind.rawValue) is given twice")
                }
                do throws(SystemError) { providers.append(try FileTools(kind, folder: ConfinedFolder(path))) } catch {
                    throw CommandFailure(.noInput, "cannot open the folder \(path): \(error.message)")
                }
            }
        }
        return providers
    }
}

struct StoreOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep sessions in this SQLite file, which is made if it is missing.", valueName: "FILE"))
    var store: String?

    @Option(help: ArgumentHelp("The session in the store.", valueName: "ID"))
    var session = "main"

    func open() throws(CommandFailure) -> SQLiteStore? { try store.map(Self.open) }

    static func open(_ path: String) throws(CommandFailure) -> SQLiteStore {
        do throws(StoreError) { return try SQLiteStore(path: path) } catch {
            throw CommandFailure(.noInput, error.description)
        }
    }
}

struct TurnOptionsGroup: ParsableArguments {
    @Flag(help: "Only `finish` ends the turn, so that there is always a value.")
    var requireFinish = false

    @Option(
        help: ArgumentHelp(
            "The JSON schema of the value that the turn has to finish with.",
            valueName: "FILE"
        )
    )
    var schema: String?

    @Option(help: ArgumentHelp("How often the model may be called in one turn.", valueName: "N"))
    var maxCalls = 50

    @Option(
        help: ArgumentHelp("Write everything that happens to this file, one JSON object a line.", valueName: "FILE")
    )
    var trace: String?

    func apply(to turn: TurnBuilder) throws(CommandFailure) -> TurnBuilder {
        if let schema {
            let text = try Inputs.text(try Inputs.read(schema), of: schema)
            do { return try turn.requireFinish(schema: Value(json: text)) } catch {
                throw .data("\(schema) is no JSON schema: \(error)")
            }
        }
        return requireFinish ? turn.requireFinish() : turn
    }

    func validate() throws {
        if maxCalls < 1 { throw ValidationError("--max-calls counts from 1.") }
    }
}
