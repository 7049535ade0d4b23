import Lashlang
import Testing

/// `lash rpc`, the binary.
@Suite struct RPCTests {
    private let place = Workplace()

    init() {
        place.write("Hello.\n%% reply\n<lashlang>\nfinish 42\n</lashlang>\n%% error server down\n", to: "replies.txt")
    }

    private func answers(_ lines: [String]) throws -> (status: Int32, answers: [Value]) {
        let run = place.lash("rpc", "--script", "replies.txt", input: lines.map { $0 + "\n" }.joined())
        let answers = try run.output.split(separator: "\n").map { try Value(json: String($0)) }
        try #require(answers.count > 2, "\(run.output)\(run.errors)")
        return (run.status, answers)
    }

    private func field(_ value: Value?, _ names: String...) -> Value? {
        var value = value
        for name in names {
            guard case .record(let fields)? = value else { return nil }
            value = fields[name]
        }
        return value
    }

    private static let ready: Value = [
        "type": "ready", "protocol_version": 1, "protocol": "lash.rpc.v1", "methods": ["prompt", "ping", "shutdown"],
    ]

    @Test func promptsAreAnsweredOneAfterTheOther() throws {
        let (status, all) = try answers([
            #"{"id":1,"method":"ping"}"#, #"{"id":"a","method":"prompt","params":{"text":"Hi"}}"#, "",
            #"{"id":"b","method":"prompt","params":{"text":"Count"}}"#,
            #"{"id":"c","method":"prompt","params":{"text":"Fail"}}"#, #"{"id":9,"method":"shutdown"}"#,
            #"{"id":10,"method":"ping"}"#,
        ])
        #expect(status == 0)
        #expect(all.first == Self.ready)
        #expect(all[1] == ["type": "response", "id": 1, "ok": true, "result": ["pong": true]])
        #expect(all.last == ["type": "response", "id": 9, "ok": true, "result": [:]])
        for (id, outcome, ok) in [
            (Value.string("a"), Value.string("message"), true), ("b", "value", true), ("c", "stopped", false),
        ] {
            let own = all.filter { field($0, "id") == id }
            let types = own.map { field($0, "type") }
            #expect(types.first == "turn_start" && types.suffix(2) == ["turn_finish", "response"])
            #expect(types.dropFirst().dropLast(2).allSatisfy { $0 == "event" } && types.count > 3)
            let finish = own[own.count - 2]
            #expect(field(finish, "outcome", "kind") == outcome && field(finish, "ok") == .bool(ok))
            #expect(field(finish, "execution", "had_code_execution") == .bool(id == "b"))
            #expect(field(own.last, "result", "ok") == .bool(ok) && field(own.last, "ok") == true)
        }
        #expect(all.contains { field($0, "outcome", "value") == 42 })
    }

    @Test(arguments: [
        ("nonsense", "parse_error", "a request is no JSON: "), ("[1]", "invalid_request", "a request is no object"),
        ("{}", "invalid_request", "a request needs an `id`, a string or a number"),
        (#"{"id":null,"method":"ping"}"#, "invalid_request", "a request needs an `id`, a string or a number"),
        (#"{"id":1}"#, "invalid_request", "a request needs a `method`, a string"),
        (#"{"id":1,"method":"ping","x":1}"#, "invalid_request", "unknown field `x` of a request"),
        (#"{"id":1,"method":"fly"}"#, "unknown_method", "unknown method `fly`, expected one of prompt, ping, shutdown"),
        (#"{"id":1,"method":"prompt"}"#, "invalid_params", "`prompt` needs `text`, a string"),
        (#"{"id":1,"method":"prompt","params":[]}"#, "invalid_params", "`params` must be an object"),
        (#"{"id":1,"method":"prompt","params":{"text":1}}"#, "invalid_params", "`prompt` needs `text`, a string"),
        (#"{"id":1,"method":"ping","params":{"y":1}}"#, "invalid_params", "`ping` has no parameter `y`"),
    ])
    func whatIsNoRequestGetsAnError(line: String, code: String, message: String) throws {
        let (status, all) = try answers([line, #"{"id":2,"method":"ping"}"#])
        #expect(status == 0 && all.count == 3)
        #expect(field(all[1], "ok") == false && field(all[1], "error", "code") == .string(code))
        guard case .string(let text)? = field(all[1], "error", "message") else {
            Issue.record("no message")
            return
        }
        #expect(text.hasPrefix(message), "\(text)")
        #expect(field(all[1], "id") == (line.contains("\"id\":1") ? 1 : .null))
        #expect(field(all[2], "result", "pong") == true)
    }

    @Test func aHugeLineIsRefusedAndForgotten() throws {
        let (_, all) = try answers([String(repeating: "x", count: 5 << 20), #"{"id":2,"method":"ping"}"#])
        #expect(field(all[1], "error", "message") == "a request is longer than 4194304 bytes")
        #expect(field(all[2], "result", "pong") == true)
    }

    @Test func aLastLineWithoutAnEndCounts() {
        let run = place.lash("rpc", "--script", "replies.txt", input: #"{"id":1,"method":"ping"}"#)
        #expect(run.status == 0 && run.output.contains(#""pong":true"#))
    }

    @Test func aTurnThatCannotBeginIsAnError() {
        let run = place.lash(
            "rpc",
            "--script",
            "replies.txt",
            "--schema",
            "none.json",
            input: #"{"id":1,"method":"prompt","params":{"text":"Hi"}}"#
        )
        #expect(run.output.contains(#""ok":false,"error":{"code":"turn_failed","#), "\(run.output)")
    }
}
