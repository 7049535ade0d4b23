import Lashlang
import Testing

/// Mock hosts and suspended runs at the command line.
@Suite struct HostTests {
    let place = Workplace()

    init() {
        place.write(
            """
            {"tools": {"files.read": {"input": "{ path: str }", "output": "str", "echo": "path"},
                       "mail.send": {"error": {"message": "not allowed", "code": "denied"}}},
             "functions": {"twice": {"parameters": "{ n: int }", "result": "int", "returns": 4}},
             "globals": {"known": 7}, "abilities": "all"}
            """,
            to: "tools.json"
        )
        place.write(
            "x = files.read({path: 'a'})?\nprint x\ny = files.read({path: 'b'})?\nfinish [x, y]\n",
            to: "two.lash"
        )
    }

    @Test func operationsAnswerAsTheFileSays() {
        let text = "finish [files.read({path: 'a'})?, mail.send({}).error.code, twice(2), known]"
        let run = place.lashlang("-e", text, "--tools", "tools.json")
        #expect(run.output == "[\"a\",\"denied\",4,7]\n")
    }

    @Test func callsAreInTheReport() throws {
        let text = "h = mail.send({})\nfinish await [files.read({path: 'a'}), files.read({path: 'b'})]"
        let run = place.lashlang("-e", text, "--tools", "tools.json", "--json")
        let calls = try member("calls", of: run.output)
        let error: Value = ["message": "not allowed", "code": "denied"]
        #expect(
            calls == [
                ["operation": "mail.send", "arguments": [[:]], "error": error],
                ["operation": "files.read", "arguments": [["path": "a"]], "result": "a"],
                ["operation": "files.read", "arguments": [["path": "b"]], "result": "b"],
            ]
        )
    }

    private func member(_ name: String, of json: String) throws -> Value? {
        guard case .record(let record) = try Value(json: json) else { return nil }
        return record[name]
    }

    @Test func unknownOperationsAreFoundBeforeAnythingRuns() {
        let run = place.lashlang("-e", "print 1\nfiles.raed({path: 'a'})", "--tools", "tools.json")
        #expect(run.status == 65)
        #expect(run.errors.contains("did you mean `read`?"))
        #expect(!run.errors.hasPrefix("1"))
        #expect(place.lashlang("check", "two.lash", "--tools", "tools.json").status == 0)
        #expect(place.lashlang("check", "two.lash").status == 65)
    }

    @Test(arguments: [
        ("{", "tools.json: EOF while parsing"),
        (#"{"tools": {"a.b": {"retuns": 1}}}"#, #"tools."a.b".retuns: unknown key"#),
        (
            #"{"tools": {"a.b": {"returns": 1, "error": "x"}}}"#,
            #"tools."a.b": `returns` and `error` exclude each other"#
        ),
        (#"{"tools": {"a.b": {"sequence": []}}}"#, "`sequence` needs at least one answer"),
        (#"{"tools": {"a.b": {"delay_ms": -1}}}"#, "`delay_ms` is a number from 0"),
        (#"{"processes": {"p": 1}}"#, "processes.p: expected an object"),
    ])
    func badToolsAreRefused(text: String, message: String) {
        place.write(text, to: "tools.json")
        let run = place.lashlang("-e", "finish 1", "--tools", "tools.json")
        #expect(run.status == 65)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test func tooManyCallsEndWith124() {
        let run = place.lashlang(
            "-e",
            "while true { files.read({path: 'a'}) }",
            "--tools",
            "tools.json",
            "--max-calls",
            "10"
        )
        #expect(run.status == 124)
        #expect(run.errors.contains("call limit exceeded: 11 of 10 host calls"))
    }

    @Test func processesRunBesideTheProgram() {
        let text = "process p(n: int) { sleep for 1\nfinish n * 2 }\nfinish await [start p(n: 1), start p(n: 2)]"
        let run = place.lashlang("-e", text, "--tools", "tools.json")
        #expect(run.output == "[{\"ok\":true,\"value\":2},{\"ok\":true,\"value\":4}]\n")
    }

    @Test func aSuspendedRunGoesOnWithOtherAnswers() {
        let first = place.lashlang("run", "two.lash", "--tools", "tools.json", "--suspend-at", "2")
        #expect(first.status == 75)
        #expect(first.output == "")
        #expect(first.errors.contains("suspended at files.read({path: \"b\"})"), "\(first.errors)")
        let resume = ["two.snapshot", "--tools", "tools.json"]
        #expect(place.lashlang("resume", resume[0], resume[1], resume[2]).output == "[\"a\",\"b\"]\n")
        // What was printed is not printed again, and the snapshot can be used again.
        let second = place.lashlang("resume", resume[0], resume[1], resume[2], "--answer", "{\"n\": 1}")
        #expect(second.output == "[\"a\",{\"n\":1}]\n")
        #expect(second.errors == "")
        let third = place.lashlang("resume", resume[0], resume[1], resume[2], "--fail", "gone")
        #expect(third.status == 1)
        #expect(third.errors.contains("unwrapped failed module operation: gone"))
    }

    @Test func resumingNeedsTheHostAndTheAnswers() {
        let suspended = place.lashlang(
            "run",
            "two.lash",
            "--tools",
            "tools.json",
            "--suspend-at",
            "1",
            "--snapshot",
            "s",
            "--json"
        )
        #expect(suspended.status == 75)
        #expect(suspended.output.hasPrefix(#"{"outcome":"suspended","waits_for":[{"operation":"files.read""#))
        let bare = place.lashlang("resume", "s")
        #expect(bare.status == 65)
        #expect(bare.errors.contains("give --tools FILE"))
        let many = place.lashlang("resume", "s", "--tools", "tools.json", "--answer", "1", "--answer", "2")
        #expect(many.status == 64)
        #expect(many.errors.contains("waits for 1 answer"))
        #expect(place.lashlang("resume", "two.lash").errors.contains("not a snapshot"))
        #expect(place.lashlang("resume", "nowhere").status == 66)
    }
}
