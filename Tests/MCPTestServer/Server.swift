import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A server of the Model Context Protocol that does what its arguments and the tools that are called say, also what no server
/// should do.
@main struct Server {
    let options = CommandLine.arguments.dropFirst()
    func has(_ option: String) -> Bool { options.contains(option) }

    static func say(_ message: Value) {
        print((try? message.json()) ?? "{}")
        fflush(nil)
    }

    func answer(_ id: Value, _ result: Value) { Self.say(["jsonrpc": "2.0", "id": id, "result": result]) }

    static func tool(_ name: String, _ description: String, _ properties: Value = [:], _ more: Record = [:]) -> Value {
        var fields: Record = [
            "name": .string(name), "description": .string(description),
            "inputSchema": ["type": "object", "properties": properties],
        ]
        for (key, value) in more { fields[key] = value }
        return .record(fields)
    }

    static func complain(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = write(2, bytes, bytes.count)
    }

    var tools: [Value] = [
        Self.tool(
            "echo",
            "Says what it is told.",
            ["text": ["type": "string"]],
            ["annotations": ["readOnlyHint": true]]
        ),
        Self.tool(
            "add",
            "Adds two numbers.",
            ["a": ["type": "number"], "b": ["type": "number"]],
            ["outputSchema": ["type": "object", "properties": ["sum": ["type": "number", "description": "The sum."]]]]
        ),
        Self.tool("fail", "Fails."), Self.tool("die", "Ends the server."), Self.tool("hang", "Does not answer."),
        Self.tool("calls", "Gives the requests that were taken back."),
        Self.tool("mixed", "Gives all kinds of content."),
        Self.tool("huge", "Gives more than anybody takes.", ["bytes": ["type": "number"]]),
        Self.tool("junk", "Writes what is no JSON."),
        Self.tool("variable", "Gives a variable of the environment.", ["name": ["type": "string"]]),
        Self.tool("pid", "Gives the number of the process."), Self.tool("grow", "Adds the tool `grown`."),
        Self.tool("where", "Gives the folder."),
        Self.tool("wipe", "Removes everything.", [:], ["annotations": ["destructiveHint": true]]),
    ]

    var cancelled: [Value] = []
    var refusals: [Value] = []

    init() {
        if has("--odd-names") {
            tools = [
                Self.tool("get.item", "With a dot."), Self.tool("get-item", "With a hyphen."),
                Self.tool("get_item", "With an underscore."),
                Self.tool("ß", "No letter of ASCII."), Self.tool(String(repeating: "n", count: 200), "Too long."),
                Self.tool("get_item", "Twice."),
                ["description": "No name."],
            ]
        }
        if has("--odd-schemas") {
            tools = [
                Self.tool("astray", "A reference that leads nowhere.", ["x": ["$ref": "#/$defs/x"]]),
                Self.tool(
                    "pattern",
                    "Patterns that take for ever.",
                    [
                        "x": ["type": "string", "pattern": "^(a+)+$"], "pattern": ["type": "number"],
                        "y": ["type": "object", "properties": [:], "patternProperties": ["(": [:]]],
                    ]
                ),
                Self.tool(
                    "growing",
                    "A schema that grows.",
                    ["x": ["$ref": "#"], "y": ["$ref": "#"], "z": ["$ref": "#"]]
                ),
                ["name": "bare", "description": "No schema."],
                Self.tool("long", String(repeating: "d", count: 10_000)),
            ]
        }
    }

    mutating func call(_ id: Value, _ name: String, _ arguments: Record) {
        func text(_ text: String) -> Value { ["content": [["type": "text", "text": .string(text)]]] }
        switch name {
        case "echo": answer(id, text(arguments["text"]?.text ?? "nothing"))
        case "add":
            guard case .number(let a)? = arguments["a"], case .number(let b)? = arguments["b"] else {
                return Self.say([
                    "jsonrpc": "2.0", "id": id, "error": ["code": -32602, "message": "a and b are numbers"],
                ])
            }
            answer(id, ["content": [["type": "text", "text": "a sum"]], "structuredContent": ["sum": .number(a + b)]])
        case "fail": answer(id, ["content": [["type": "text", "text": "nothing works"]], "isError": true])
        case "die":
            Self.complain("out of paper")
            exit(3)
        case "hang": break
        case "calls": answer(id, ["structuredContent": ["cancelled": .list(cancelled), "refusals": .list(refusals)]])
        case "mixed":
            answer(
                id,
                [
                    "content": [
                        ["type": "text", "text": "a picture"],
                        ["type": "image", "mimeType": "image/png", "data": "iVBORw0KGgo="],
                        ["type": "resource_link", "uri": "file:///a.txt", "name": "a.txt"],
                        [
                            "type": "resource",
                            "resource": ["uri": "file:///b.txt", "mimeType": "text/plain", "text": "b"],
                        ],
                    ]
                ]
            )
        case "huge":
            guard case .number(let bytes)? = arguments["bytes"] else { return }
            answer(id, text(String(repeating: "x", count: Int(bytes))))
        case "junk":
            print("{\"jsonrpc\": \"2.0\", \"id\"")
            fflush(nil)
        case "variable":
            answer(id, text(arguments["name"].flatMap { getenv($0.text) }.map { String(cString: $0) } ?? "unset"))
        case "pid": answer(id, ["structuredContent": ["pid": .number(Double(getpid()))]])
        case "where":
            var path = [CChar](repeating: 0, count: 4_096)
            answer(id, text(getcwd(&path, path.count).map { String(cString: $0) } ?? ""))
        case "grow":
            tools.append(Self.tool("grown", "Was not there before."))
            Self.say(["jsonrpc": "2.0", "method": "notifications/tools/list_changed"])
            answer(id, text("grown"))
        case "grown": answer(id, text("here I am"))
        default:
            Self.say(["jsonrpc": "2.0", "id": id, "error": ["code": -32601, "message": .string("no tool \(name)")]])
        }
    }

    func list(_ id: Value, _ params: Record) {
        if has("--endless") { return answer(id, ["tools": .list(tools), "nextCursor": "again"]) }
        guard has("--pages") else { return answer(id, ["tools": .list(tools)]) }
        let start = params["cursor"].flatMap { Int($0.text) } ?? 0
        var result: Record = ["tools": .list(Array(tools[start..<min(start + 3, tools.count)]))]
        if start + 3 < tools.count { result["nextCursor"] = .string("\(start + 3)") }
        answer(id, .record(result))
    }

    mutating func run() {
        Self.complain("starting")
        if has("--no-start") {
            Self.complain("no configuration found, token is \(getenv("API_TOKEN").map { String(cString: $0) } ?? "")")
            exit(1)
        }
        if has("--greeting") { print("Welcome to the test server!") }
        if has("--stubborn") { signal(SIGTERM, SIG_IGN) }

        while let line = readLine() {
            guard let message = try? Value(json: line), case .record(let fields) = message else { continue }
            let id = fields["id"] ?? .null
            var params = Record()
            if case .record(let given)? = fields["params"] { params = given }
            switch fields["method"]?.text {
            case "initialize":
                if has("--silent") { continue }
                let version = options.first { $0.hasPrefix("--version=") }.map {
                    String($0.dropFirst("--version=".count))
                }
                answer(
                    id,
                    [
                        "protocolVersion": .string(version ?? params["protocolVersion"]?.text ?? ""),
                        "capabilities": ["tools": ["listChanged": true]],
                        "serverInfo": ["name": "test server", "version": "7"],
                        "instructions": has("--instructions") ? "Be kind to it." : .null,
                    ]
                )
            case "notifications/initialized":
                if has("--asks") {
                    Self.say(["jsonrpc": "2.0", "id": "p", "method": "ping"])
                    Self.say(["jsonrpc": "2.0", "id": "s", "method": "sampling/createMessage", "params": [:]])
                    Self.say([
                        "jsonrpc": "2.0", "method": "notifications/message",
                        "params": ["level": "info", "data": "a word"],
                    ])
                }
            case "notifications/cancelled": cancelled.append(params["requestId"] ?? .null)
            case "tools/list": list(id, params)
            case "tools/call":
                var arguments = Record()
                if case .record(let given)? = params["arguments"] { arguments = given }
                call(id, params["name"]?.text ?? "", arguments)
            case nil: refusals.append(message)
            default: break
            }
        }
        // A server that does not end by itself.
        if has("--stubborn") { while true { sleep(1) } }
    }

    static func main() {
        var server = Server()
        server.run()
    }
}
