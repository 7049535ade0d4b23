import Lashlang
import Testing

/// How a host is put together, and what its closures get and give.
@Suite struct HostTests {
    struct Read: Codable {
        var path: String
        var limit: Int?
    }

    struct File: Codable, Equatable {
        var path: String
        var size: Int
    }

    private func run(_ text: String, _ host: Host) async throws -> Outcome {
        try await Session().run(Program(text, environment: host.environment()), host: host)
    }

    /// Runs an expression of calls on the module `t`.
    private func value(
        _ expression: String,
        _ add: (inout HostModuleBuilder) throws -> Void
    ) async throws -> Value? {
        var host = Host()
        try host.module("t", type: "T", add)
        guard case .finished(let value) = try await run("finish \(expression)", host) else { return nil }
        return value
    }

    // MARK: Forms of closures

    @Test func aRecordArgumentIsDecoded() async throws {
        let value = try await value(#"[t.now({path: "a"})?, t.later({path: "b", limit: 2})?]"#) { t in
            try t.operation("now") { (file: Read) in "\(file.path) \(file.limit ?? 0)" }
            try t.operation("later") { (file: Read) async throws -> File in
                await Task.yield()
                return File(path: file.path, size: file.limit ?? 0)
            }
        }
        #expect(value == ["a 0", ["path": "b", "size": 2]])
    }

    @Test func anArgumentOfAnyKindIsDecoded() async throws {
        let value = try await value(#"[t.text("a")?, t.list([1, 2])?, t.maybe(null)?, t.any({a: (1,)})?]"#) { t in
            try t.operation("text") { (text: String) in text + "!" }
            try t.operation("list") { (numbers: [Int]) in numbers.reduce(0, +) }
            try t.operation("maybe") { (number: Int?) in number == nil }
            try t.operation("any") { (value: Value) in value }
        }
        #expect(value == ["a!", 3, true, ["a": .tuple([1])]])
    }

    @Test func closuresWithoutParametersTakeNothingOrAnEmptyRecord() async throws {
        let value = try await value("[t.now()?, t.now({})?, t.later()?, t.later({})?]") { t in
            try t.operation("now") { 1 }
            try t.operation("later") { () async in
                await Task.yield()
                return 2
            }
        }
        #expect(value == [1, 1, 2, 2])
    }

    @Test func severalParametersTakeSeveralArguments() async throws {
        let value = try await value(#"[t.pair(1, "a")?, t.later(2, {path: "p"}, [true])?]"#) { t in
            try t.operation("pair") { (number: Int, text: String) in "\(number)\(text)" }
            try t.operation("later") { (number: Int, file: Read, flags: [Bool]) async in
                await Task.yield()
                return "\(number)\(file.path)\(flags)"
            }
        }
        #expect(value == ["1a", "2p[true]"])
    }

    @Test func noResultIsNull() async throws {
        let value = try await value("[t.a()?, t.b({path: \"\"})?, t.c()?, t.d(1, 2)?]") { t in
            try t.operation("a") {}
            try t.operation("b") { (_: Read) in }
            try t.operation("c") { () async in await Task.yield() }
            try t.operation("d") { (_: Int, _: Int) async throws in await Task.yield() }
        }
        #expect(value == [nil, nil, nil, nil])
    }

    @Test func closuresInTermsOfValuesGetAllArguments() async throws {
        let value = try await value("[t.now()?, t.now(1)?, t.now((1,), {a: null})?, t.later([2])?]") { t in
            try t.operation("now") { (arguments: [Value]) -> Value in .list(arguments) }
            try t.operation("later") { (arguments: [Value]) async throws -> Value in
                await Task.yield()
                return arguments[0]
            }
        }
        #expect(value == [[], [1], [.tuple([1]), ["a": nil]], [2]])
    }

    @Test func functionsAreCalledByName() async throws {
        var host = Host()
        try host.function("twice", parameters: ["n"]) { (n: Double) in 2 * n }
        try host.function("best", parameters: ["cells", "turn"], description: "the best cell") {
            (cells: [String?], turn: String) -> Int? in cells.firstIndex(of: nil)
        }
        try host.function("pi", parameters: []) { 3.14 }
        try host.function("raw", parameters: ["a": "int", "b": "any"], result: "list[any]") { (arguments: [Value]) in
            .list(arguments.reversed())
        }
        try host.function("stated", parameters: ["s": "enum[\"a\", \"b\"]"]) { (text: String) in text.uppercased() }
        let outcome = try await run(
            #"finish [twice(4), best(["x", null], "x"), best([], ""), pi(), raw(1, 2), stated("a")]"#,
            host
        )
        #expect(outcome == .finished([8, 1, nil, 3.14, [2, 1], "A"]))
        #expect(
            host.catalog.functions.map(\.signature) == [
                "twice(n: float) -> float", "best(cells: list[str | null], turn: str) -> int | null", "pi() -> float",
                "raw(a: int, b: any) -> list[any]", #"stated(s: enum["a", "b"]) -> str"#,
            ]
        )
    }

    @Test func handlesStayHandlesOnTheirWay() async throws {
        let value = try await value("{same: t.same(t.make()?)?, data: t.data()?}") { t in
            try t.operation("make") { Value.handle("job", id: "1", fields: ["title": "T"]) }
            try t.operation("same") { (handle: Value) in handle }
            try t.operation("data") { () -> Value in ["__handle__": "job", "id": "1"] }
        }
        guard case .record(let fields)? = value, case .record(let same)? = fields["same"],
            case .record(let data)? = fields["data"]
        else {
            Issue.record("no records: \(String(describing: value))")
            return
        }
        #expect(same == ["__handle__": "job", "id": "1", "title": "T"] && same.role == .handle)
        #expect(data.role == .plain, "data is never taken for a handle")
    }

    @Test func constructorsMakeDescriptors() async throws {
        var host = Host()
        try host.constructor("cfg.Limits", input: "{ n: int }", output: StatedType(.named("cfg.Limits")))
        try host.dataType("geo.Point", "{ x: float, y: float }")
        try host.triggerSource(
            "timer.Schedule",
            input: "{ every: str }",
            eventName: "timer.Tick",
            event: "{ at: float }"
        )
        try host.module("t", type: "T") { t in
            try t.operation("role", input: "cfg.Limits") { (value: Value) -> String in
                guard case .record(let record) = value else { return "none" }
                return "\(record.role)"
            }
        }
        #expect(try await run("finish t.role(cfg.Limits({n: 1}))?", host) == .finished("descriptor"))
        #expect(host.catalog.constructors.map(\.path) == ["cfg.Limits", "timer.Schedule"])
        #expect(host.catalog.dataTypes.map(\.name) == ["geo.Point", "timer.Tick"])
    }

    // MARK: Types

    @Test func typesAreDerivedUnlessTheyAreStated() throws {
        var host = Host()
        try host.module("files", type: "Files") { files in
            try files.operation("read", description: "Reads") { (file: Read) -> File in File(path: file.path, size: 0) }
            try files.operation("now") { 1 }
            try files.operation("both") { (_: Int, _: Int) in }
            try files.operation("mixed") { (_: Int, _: String) async -> String? in nil }
            try files.operation("stated", input: "{ path: str }", output: "int") { (value: Value) in value }
            try files.operation("raw") { (_: [Value]) -> Value in nil }
            try files.operation("typed", input: StatedType(.list(.int)), output: StatedType(describing: File.self)) {
                (_: [Value]) async -> Value in nil
            }
        }
        let operations = host.catalog.module("files")?.operations ?? []
        #expect(
            operations.map { "\($0.name): \($0.input) -> \($0.output)" } == [
                "read: { path: str, limit: int | null? } -> { path: str, size: int }", "now: null | {} -> int",
                "both: list[int] -> null", "mixed: list[any] -> str | null", "stated: { path: str } -> int",
                "raw: any -> any", "typed: list[int] -> { path: str, size: int }",
            ]
        )
        #expect(operations[0].description == "Reads")
    }

    @Test(arguments: [
        (#"t.read({path: 1})"#, "operation `read` expects { path: str, limit: int | null? }, got { path: float }"),
        ("t.read()", "operation `read` expects { path: str, limit: int | null? }, got null"),
        ("t.reed({})", "resource type `T` does not expose operation `reed`"),
        ("t.now(1)", "operation `now` expects null | {  }, got float"),
        ("twice(\"a\")", "function `twice` argument `n` expects float, got str"),
        ("twice()", "`twice` takes 1 arg(s), got 0"),
    ])
    func programsThatCannotMeanItAreRefused(expression: String, message: String) throws {
        var host = Host()
        try host.module("t", type: "T") { t in
            try t.operation("read") { (_: Read) in }
            try t.operation("now") {}
        }
        try host.function("twice", parameters: ["n"]) { (n: Double) in 2 * n }
        do {
            _ = try Program("finish \(expression)", environment: host.environment())
            Issue.record("\(expression) was compiled")
        } catch let error as Diagnostics {
            #expect(error.all.first?.message == message)
        }
    }

    @Test func optionalFieldsMayBeNullOrMissing() async throws {
        let value = try await value(
            #"[t.f({path: "a", limit: null})?, t.f({path: "a", limit: 2})?, t.f({path: "a"})?]"#
        ) {
            t in try t.operation("f") { (file: Read) in file.limit }
        }
        #expect(value == [nil, 2, nil])
    }

    // MARK: Registration

    private func refusal(_ add: (inout Host) throws -> Void) -> String? {
        var host = Host()
        do {
            try host.module("files", type: "Files") { try $0.operation("read") { (_: Read) -> String in "" } }
            try host.function("twice", parameters: ["n"]) { (n: Double) in 2 * n }
        } catch { return "\(error)" }
        let before = host.catalog
        do {
            try add(&host)
            return nil
        } catch {
            #expect(host.catalog == before, "what cannot be added changes nothing")
            return "\(error)"
        }
    }

    @Test func whatCannotBeAddedIsRefused() {
        #expect(
            refusal { try $0.module("files", type: "Files") { try $0.operation("read") { (_: Read) -> String in "" } } }
                == "call path `files.read` is registered twice"
        )
        #expect(
            refusal { try $0.module("files", type: "Other") }
                == "module `files` already has resource type `Files`, cannot change it to `Other`"
        )
        #expect(
            refusal { try $0.module("more", type: "Files") { try $0.operation("read") { (_: Read) -> Int in 1 } } }
                == "operation `read` of resource type `Files` already is { path: str, limit: int | null? } -> str, "
                + "cannot change it to { path: str, limit: int | null? } -> int"
        )
        #expect(refusal { try $0.module("if", type: "T") }?.hasPrefix("`if` cannot be a module path") == true)
        #expect(refusal { try $0.module("len", type: "T") } == "`len` is taken by a builtin")
        #expect(refusal { try $0.function("len", parameters: []) { 1 } } == "`len` is taken by a builtin")
        #expect(
            refusal { try $0.function("files", parameters: []) { 1 } } == "`files` is taken by the module path `files`"
        )
        #expect(
            refusal { try $0.function("twice", parameters: []) { 1 } } == "`twice` is taken by a function of the host"
        )
        #expect(
            refusal { try $0.function("f", parameters: ["a", "b"]) { (a: Int) in a } }
                == "function `f` names 2 parameters, but its closure takes 1"
        )
        #expect(
            refusal { try $0.function("f", parameters: ["a": "int"]) { (a: Int, b: Int) in a + b } }
                == "function `f` names 1 parameters, but its closure takes 2"
        )
        #expect(
            refusal { try $0.function("f", parameters: ["a", "a"]) { (a: Int, b: Int) in a + b } }
                == "function `f` has two parameters `a`"
        )
        #expect(
            refusal { try $0.module("m", type: "M") { try $0.operation("o", input: "{ path: ") { 1 } } }?
                .hasPrefix("`{ path: ` is no type: ") == true
        )
        #expect(
            refusal { try $0.constructor("Limits", input: "any", output: "any") }?.hasPrefix("constructor `Limits`")
                == true
        )
        #expect(refusal { try $0.dataType("Point", "{ x: int }") } == "host data type name `Point` must be qualified")
    }

    @Test func aModuleIsAddedAsAWholeOrNotAtAll() async throws {
        var host = Host()
        struct Stop: Error {}
        #expect(throws: Stop.self) {
            try host.module("t", type: "T") { t in
                try t.operation("a") { 1 }
                throw Stop()
            }
        }
        #expect(host.catalog.isEmpty)
        try host.module("t", type: "T") { try $0.operation("a") { 1 } }
        try host.module("t", type: "T") { try $0.operation("b") { 2 } }
        #expect(try await run("finish [t.a()?, t.b()?]", host) == .finished([1, 2]))
    }

    @Test func bindingsMayNotHideWhatTheHostOffers() throws {
        var host = Host()
        try host.module("files.work", type: "Files")
        try host.function("twice", parameters: ["n"]) { (n: Double) in 2 * n }
        for (name, message) in [
            ("files", "`files` cannot be bound: it is part of the module path `files.work`"),
            ("twice", "`twice` cannot be bound: it is a function of the host"),
        ] {
            var bindings = ProjectedBindings()
            try bindings.bind(name, 1)
            #expect(throws: BindingError(message: message)) { try host.environment(bindings: bindings) }
        }
        var bindings = ProjectedBindings()
        try bindings.bind("board", 1)
        host.abilities = [.sleep]
        let environment = try host.environment(bindings: bindings)
        #expect(environment.readOnlyNames == ["board"] && environment.abilities == [.sleep])
        #expect(environment.catalog == host.catalog)
    }

    @Test func hostsAreValues() async throws {
        var host = Host()
        try host.module("t", type: "T") { try $0.operation("a") { 1 } }
        let before = host
        try host.module("t", type: "T") { try $0.operation("b") { 2 } }
        #expect(before.catalog.module("t")?.operation("b") == nil)
        let program = try Program("finish t.b()", environment: host.environment())
        #expect(
            try await Session().run(program, host: before)
                == .finished(["ok": false, "error": "module `t` of type `T` does not expose operation `b`"])
        )
    }
}
