import Lashlang
import Testing

/// What programs see of calls that fail.
@Suite struct HostFailureTests {
    struct Described: Error, CustomStringConvertible { var description = "the disk is full" }
    enum Plain: Error { case nothing }

    static let record: Record = [
        "class": "external", "code": "quota", "message": "too many", "retry": true, "after": 5,
    ]

    private func host() throws -> Host {
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("quota") { () throws -> Int in
                throw CallFailure(
                    class: "external",
                    code: "quota",
                    message: "too many",
                    retry: true,
                    more: ["after": 5]
                )
            }
            try t.operation("later") { () async throws -> Int in
                await Task.yield()
                throw CallFailure(
                    class: "external",
                    code: "quota",
                    message: "too many",
                    retry: true,
                    more: ["after": 5]
                )
            }
            try t.operation("text") { () throws -> Int in throw CallFailure("no") }
            try t.operation("described") { () async throws -> Int in throw Described() }
            try t.operation("plain") { () throws -> Int in throw Plain.nothing }
            try t.operation("wide") { Int.max }
            try t.operation("wides") { ["id": [1, (1 << 53) + 1]] }
            try t.operation("deep") { () -> Value in
                var value: Value = 1
                for _ in 0..<600 { value = [value] }
                return value
            }
            try t.operation("take", input: "any") { (n: [String: Int]) in n.count }
            try t.operation("two", input: "any") { (a: Int, b: Int) in a + b }
            try t.operation("none", input: "any") { 0 }
            try t.operation("one", input: "any") { (text: String) in text }
            try t.operation("ok") { 1 }
        }
        try host.function("broken", parameters: ["n": "any"], result: "any") { (n: Int) throws -> Int in
            throw CallFailure("out of range")
        }
        return host
    }

    private func value(_ expression: String) async throws -> Value? {
        let host = try host()
        let program = try Program("finish \(expression)", environment: host.environment())
        guard case .finished(let value) = try await Session().run(program, host: host) else { return nil }
        return value
    }

    private func error(_ text: String) async throws -> Diagnostic? {
        let host = try host()
        let program = try Program(text, environment: host.environment())
        do {
            _ = try await Session().run(program, host: host)
            return nil
        } catch { return error.diagnostic }
    }

    @Test(arguments: ["quota", "later"])
    func aStructuredFailureIsARecordWhoseTextIsItsMessage(operation: String) async throws {
        #expect(try await value("t.\(operation)()") == ["ok": false, "error": .record(Self.record)])
        #expect(try await value("t.\(operation)().error.code") == "quota")
        #expect(try await value("t.\(operation)().error.retry ? \"again\" : \"no\"") == "again")
        #expect(try await value("to_string(t.\(operation)().error)") == "too many")
        #expect(try await value("format(\"{}\", t.\(operation)().error)") == "too many")
        let unwrapped = try await error("x = t.\(operation)()?")
        #expect(unwrapped?.message == "`?` unwrapped failed module operation: too many")
        #expect(unwrapped?.code == "E0327")
        #expect(
            try await error("w = t.\(operation)()\nx = w?")?.message == "`?` unwrapped failed tool result: too many"
        )
    }

    @Test func detailsOfAFailureReadAsItsMessage() async throws {
        var failure = CallFailure("short")
        failure.details = ["message": "short", "more": 1]
        let thrown = failure
        var host = Host()
        try host.module("t", type: "T") { try $0.operation("f") { () throws -> Int in throw thrown } }
        let program = try Program(
            "finish [to_string(t.f().error), t.f().error.more]",
            environment: host.environment()
        )
        #expect(try await Session().run(program, host: host) == .finished(["short", 1]))
    }

    @Test func otherErrorsAreTheirDescription() async throws {
        #expect(try await value("t.text()") == ["ok": false, "error": "no"])
        #expect(try await value("t.described()") == ["ok": false, "error": "the disk is full"])
        #expect(try await value("t.plain()") == ["ok": false, "error": "nothing"])
    }

    @Test(arguments: [
        ("t.take({a: \"x\"})", "invalid_tool_args", "arguments.a: expected an integer, got string"),
        ("t.take()", "invalid_tool_args", "arguments: expected a record, got null"),
        ("t.take(1, 2)", "invalid_tool_args", "expected 1 argument, got 2"),
        ("t.two(1)", "invalid_tool_args", "expected 2 arguments, got 1"),
        ("t.two(1, [])", "invalid_tool_args", "argument 2: expected an integer, got list"),
        ("t.two(0.5, 1)", "invalid_tool_args", "argument 1: expected an integer, got 0.5"),
        ("t.none(1)", "invalid_tool_args", "expected no arguments, got 1"),
        ("t.none({a: 1})", "invalid_tool_args", "expected no arguments, got 1"),
        ("t.one(1)", "invalid_tool_args", "arguments: expected text, got number"),
        (
            "t.wide()", "invalid_tool_result",
            "result: \(Int.max) is not exactly representable as a number; give it as text"
        ),
        (
            "t.wides()", "invalid_tool_result",
            "result.id[1]: 9007199254740993 is not exactly representable as a number; give it as text"
        ),
    ])
    func whatDoesNotFitSaysWhere(call: String, code: String, message: String) async throws {
        #expect(try await value("\(call).error.code") == .string(code))
        #expect(try await value("\(call).error.message") == .string(message))
        #expect(try await value("\(call).error.retry") == false)
    }

    @Test func aResultThatNestsTooDeepEndsTheRun() async throws {
        #expect(try await error("x = t.deep()")?.code == "E0340")
    }

    @Test func aFunctionThatFailsEndsTheRun() async throws {
        #expect(try await error("x = broken(1)")?.message == "host function `broken` failed: out of range")
        #expect(
            try await error("x = broken([1])")?.message
                == "host function `broken` failed: n: expected an integer, got list"
        )
        #expect(try await error("x = broken(1)")?.code == "E0501")
    }

    @Test func oneFailureKeepsTheOthers() async throws {
        let value = try await value("await [t.ok()?, t.text(), t.later(), t.ok(), t.quota().error.code]")
        #expect(
            value == [
                1, ["ok": false, "error": "no"], ["ok": false, "error": .record(Self.record)],
                ["ok": true, "value": 1],
                "quota",
            ]
        )
    }

    @Test func theFirstUnwrappedFailureIsReportedInItsPlace() async throws {
        let text = "x = await [t.ok()?, t.later(),\n  t.described()?, t.text()?]"
        let found = try await error(text)
        #expect(found?.message == "`?` unwrapped failed module operation: the disk is full")
        #expect(found?.span.map { SourceText(text)[$0] } == "t.described()?")
    }

    @Test func whatAHostDoesNotHaveFailsInWords() async throws {
        var host = Host()
        host.abilities = .all
        try host.module("t", type: "T") { t in try t.operation("make") { Value.handle("process", id: "1") } }
        let environment = try host.environment()
        func failure(_ text: String) async throws -> String? {
            let program = try Program("process p() { finish 1 }\n" + text, environment: environment)
            do {
                guard case .finished(let value) = try await Session().run(program, host: host) else { return nil }
                return value.text
            } catch { return error.diagnostic.message }
        }
        #expect(try await failure("h = start p()") == "process start failed: this host runs no processes")
        #expect(try await failure("sleep for 1") == "sleep failed: this host has no clock")
        #expect(try await failure("sleep until 1") == "sleep failed: this host has no clock")
        #expect(try await failure("cancel 1") == "cancel failed: this host runs no processes")
        #expect(try await failure("signal_run(1, \"s\", 2)") == "signal_run failed: this host runs no processes")
        #expect(try await failure("h = t.make()?\nfinish (await h).error") == "this host runs no processes")
    }

    @Test func aHandlerMayComeFromElsewhere() async throws {
        var other = Host()
        try other.function("twice", parameters: ["n"]) { (n: Double) in 2 * n }
        try other.module("gone", type: "Gone") { try $0.operation("x") { 1 } }
        let program = try Program("a = gone.x()\nfinish [a.error, twice(1)]", environment: other.environment())
        let session = Session()
        do {
            _ = try await session.run(program, host: Host())
            Issue.record("ran")
        } catch {
            #expect(error.diagnostic.message == "host function `twice` failed: this host has no function `twice`")
        }
        #expect(session["a"] == ["ok": false, "error": "module `gone` of type `Gone` does not expose operation `x`"])
    }
}
