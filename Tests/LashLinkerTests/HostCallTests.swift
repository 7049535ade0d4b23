import LashLinker
import LashSyntax
import Testing

@Suite struct HostCallTests {
    /// The resolutions of a program as `text at the node -> meaning`, in the order of the text.
    private func resolutions(_ text: String) -> [String] {
        let program = linked(text, wide).program
        let sorted = program.resolutions.sorted { left, right in
            (program.tree.start(of: left.key), left.key.index) < (program.tree.start(of: right.key), right.key.index)
        }
        return sorted.map { "\(program.tree.source[program.tree.span(of: $0.key)]) -> \($0.value)" }
    }

    private func hint(_ text: String) -> String? { linked(text, wide).errors.first?.hint }

    @Test func `Modules, constructors and functions are resolved`() {
        let text = "x = inbox.work\ntools.ping()\ny = cfg.level(\"lo\")\nz = best_move([], \"x\")"
        #expect(
            resolutions(text) == [
                #"inbox.work -> module(path: "inbox.work", type: "Inbox")"#,
                #"tools -> module(path: "tools", type: "Tools")"#,
                #"cfg.level("lo") -> constructor(path: "cfg.level", typeName: "enum[\"lo\", \"hi\"]")"#,
                #"best_move([], "x") -> function("best_move")"#,
            ]
        )
        #expect(errors(text, wide) == [])
    }

    @Test func `A module is found wherever a value may stand, also in the index of a target`() {
        #expect(resolutions("m[tools.ping()] = inbox.work.x").count == 2)
        #expect(resolutions("f = {t: tools, u: [tools]}\nprint tools\nfinish (tools)").count == 4)
        #expect(resolutions("m[best_move([], \"x\")][cfg.level(\"lo\")].a = 1").count == 2)
        #expect(
            errors("m[tools.nope()] = 1", wide) == [
                "E0216 resource type `Tools` does not expose operation `nope` [nope]"
            ]
        )
    }

    @Test func `A variable hides a module, but no constructor`() {
        #expect(resolutions("tools = 1\nx = tools\nfor inbox in [1] { y = inbox.work }") == [])
        #expect(resolutions("for inbox in [1] {}\ny = inbox.work").count == 1)
        #expect(resolutions("timer = 1\ns = timer.Schedule({expr: \"x\"})").count == 1)
        #expect(resolutions("process p(tools: int) { finish tools }") == [])
        #expect(resolutions("process tools() {}\nx = tools").first?.contains("module") == true)
    }

    @Test func `Only a whole path is a module`() {
        #expect(resolutions("x = inbox.work.items").count == 1)
        #expect(resolutions("x = inbox\ny = inbox.other\nz = a.inbox.work\nw = inbox[\"work\"]") == [])
        #expect(errors("process p() { finish inbox }", wide) == ["E0206 unknown name `inbox` [inbox]"])
        #expect(hint("process p() { finish inbox }") == "it begins the module paths `inbox.work`, `inbox.personal`")
        #expect(hint("process p() { finish tols }") == "did you mean `tools`?")
    }

    @Test func `Operations are called on modules and on what holds them`() {
        let good = [
            "x = tools\nx.ping()", "(tools).ping()", "process p(t: Tools) { t.ping() }",
            "type A = Tools\nprocess p(t: A) { u = t\nu.ping() }", "[t.ping() for t in [tools]]",
            "process p(ts: list[Tools]) { x = [t.ping() for t in ts] }", "x = inbox.work\nx.purge({})",
            "if c { x = tools } else { x = 1 }\nx.ping()", "x = c ? inbox.work : inbox.personal\nx.send({})",
        ]
        for text in good { #expect(errors(text, wide) == [], "\(text)") }
        let bad = [
            "for t in [tools] { t.ping() }", "r = {t: tools}\nr.t.ping()", "r = [tools]\nr[0].ping()",
            "if c { x = 1 } else { x = tools }\nx.ping()", "process p(t: any) { t.ping() }",
            "process p(t: Tools | null) { t.ping() }", "type Tools = { a: int }\nprocess p(t: Tools) { t.ping() }",
            "tools = 1\ntools.ping()",
        ]
        for text in bad {
            #expect(errors(text, wide) == ["E0214 receiver for operation `ping` is not a module authority [ping]"])
        }
    }

    @Test func `A missing operation is told from a missing module`() {
        #expect(
            errors("inbox.work.purge({})", wide) == [
                "E0216 resource type `Inbox` does not expose operation `purge` [purge]"
            ]
        )
        #expect(hint("inbox.work.purge({})") == "`inbox.personal` has it: `inbox.personal.purge`")
        #expect(hint("tools.red_file({})") == "did you mean `read_file`?")
        #expect(hint("tools.frobnicate({})") == "it has read_file, echo, count, ping")
        #expect(hint("x = tools\nx.red_file({})") == "did you mean `read_file`?")
        #expect(
            errors("inbox.send({})", wide) == [
                """
                E0217 module `inbox` does not expose operation `send`; available identity-qualified paths: \
                inbox.personal.send, inbox.work.send [send]
                """
            ]
        )
        #expect(
            errors("inbox.nope({})", wide) == [
                "E0214 receiver for operation `nope` is not a module authority [nope]"
            ]
        )
        let one = linked("inbox.purge({})", wide).errors.first
        #expect(one?.fixes == [Fix(Span(0, 11), "inbox.personal.purge")])
        #expect(hint("tols.ping()") == "did you mean `tools.ping`?")
        #expect(hint("inbox.wrok.send({})") == "did you mean `inbox.work.send`?")
        #expect(hint("x = 1\nx.frob()") == nil)
    }

    @Test func `An operation by its bare name is told its path`() {
        let found = linked("read_file({path: \"a\"})", wide).errors.first
        #expect(found?.message == "tools must be called through module paths, e.g. `tools.read_file`")
        #expect(found?.fixes == [Fix(Span(0, 9), "tools.read_file")])
        #expect(errors("inbox__work__send({})", wide).first?.contains("`inbox.work.send`") == true)
        #expect(errors("ping()", wide) == ["E0207 unknown builtin `ping` [ping]"])
        #expect(hint("ping()") == "operations are called on their module: `tools.ping`")
        #expect(hint("best_mov()") == "did you mean `best_move`?")
    }

    @Test func `Arguments that certainly do not fit are refused, where they do not`() {
        #expect(
            errors("tools.read_file({path: 1})", wide) == [
                "E0219 operation `read_file` expects { path: str }, got { path: float } [1]"
            ]
        )
        #expect(
            errors("tools.read_file()", wide) == [
                "E0219 operation `read_file` expects { path: str }, got null [read_file]"
            ]
        )
        #expect(
            errors("tools.read_file({})", wide) == [
                "E0219 operation `read_file` expects { path: str }, got {  } [{}]"
            ]
        )
        #expect(hint("tools.read_file({})") == "`path` is missing")
        #expect(errors("tools.read_file({pth: \"a\"})", wide).first?.hasSuffix("[pth]") == true)
        #expect(hint("tools.read_file({pth: \"a\"})") == "did you mean `path`?")
        #expect(errors("x = {path: 1}\ntools.read_file(x)", wide).first?.hasSuffix("[x]") == true)
        #expect(
            errors("tools.read_file({path: \"a\"}, 1)", wide) == [
                "E0219 operation `read_file` expects { path: str }, got list[{ path: str } | float] [read_file]"
            ]
        )
        for text in [
            "tools.read_file({path: \"a\" + \"b\"})", "tools.read_file(unknown)", "tools.count({n: 1})",
            "for p in [1] { tools.read_file({path: p}) }", "tools.echo(1, 2, 3)", "tools.ping()",
            "tools.read_file({path: json_parse(\"1\"), extra: 1})",
        ] {
            #expect(errors(text, wide) == [], "\(text)")
        }
    }

    @Test func `Before the unwrap an operation gives a wrapper, after it the value`() {
        for text in [
            "r = tools.read_file({path: \"a\"})\nif r.ok { tools.read_file({path: r.value}) }",
            "process p() -> str { finish tools.read_file({path: \"a\"}) }",
            "process p() -> dict { finish tools.read_file({path: \"a\"}) }",
            "process p() -> str { finish await tools.read_file({path: \"a\"})? }",
        ] {
            #expect(errors(text, wide) == [], "\(text)")
        }
        #expect(
            errors("process p() -> int { finish tools.read_file({path: \"a\"})? }", wide) == [
                """
                E0212 process `p` return type is incompatible: expected int, got str \
                [tools.read_file({path: "a"})?]
                """
            ]
        )
        #expect(errors("process p() -> int { finish tools.read_file({path: \"a\"}) }", wide).count == 1)
        #expect(errors("n = tools.count({n: 1})?\ntools.read_file({path: n})", wide).count == 1)
    }

    @Test func `Constructors take one argument of their type`() {
        let path = "constructor `timer.Schedule` expects { expr: str, tz: str? }"
        #expect(errors("timer.Schedule()", wide) == ["E0220 \(path), got 0 arguments [Schedule]"])
        #expect(
            errors("timer.Schedule({expr: \"x\"}, nope())", wide) == [
                "E0220 \(path), got 2 arguments [Schedule]", "E0207 unknown builtin `nope` [nope]",
            ]
        )
        #expect(errors("timer.Schedule({expr: 1})", wide) == ["E0220 \(path), got { expr: float } [1]"])
        #expect(errors("process p() { x = timer.Schedule({expr: \"x\"}) }", wide) == [])
        #expect(errors("cfg.level(unknown)", wide) == [])
    }

    @Test func `Nothing can be read from opaque values`() {
        let message = "on opaque host descriptor `timer.Schedule`"
        let source = "s = timer.Schedule({expr: \"x\"})\n"
        #expect(errors(source + "y = s.expr", wide) == ["E0221 cannot access `.expr` \(message) [s]"])
        #expect(errors(source + "y = s[0].a", wide) == ["E0221 cannot access `[]` \(message) [s]"])
        #expect(errors(source + "y = [q for q in s]", wide) == ["E0221 cannot access `[]` \(message) [s]"])
        #expect(errors(source + "for q in s {}\nt = s\nfinish [s, t]", wide) == [])
        #expect(
            errors("type S = timer.Schedule\nprocess p(t: S | null) { finish t.x }", wide) == [
                "E0221 cannot access `.x` \(message) [t]"
            ]
        )
        #expect(errors("process p(l: cfg.Limits) { finish l.max }", wide).count == 1)
        #expect(errors("process p(t: geo.Point) -> { x: float } { a = t.x\nfinish t }", wide) == [])
    }

    @Test func `Parameters with the type of a module take such a module`() {
        let process = "process p(t: Tools, n: int) {}\n"
        let prefix = "E0222 process `p` argument `t` has incompatible authority type: expected Tools, got"
        #expect(errors(process + "start p(t: tools, n: \"any\")", wide) == [])
        #expect(errors(process + "x = tools\nstart p(t: x, n: 1)", wide) == [])
        #expect(errors(process + "start p(t: inbox.work, n: 1)", wide) == ["\(prefix) Inbox [inbox.work]"])
        #expect(errors(process + "start p(t: unknown, n: 1)", wide) == ["\(prefix) value [unknown]"])
        #expect(
            errors("type A = Tools\nprocess p(t: A) { start p(t: t) }\nstart p(t: 1)", wide) == [
                "\(prefix) value [1]"
            ]
        )
        #expect(hint(process + "start p(t: 1, n: 1)") == "modules of this type: `tools`")
        #expect(errors("process p(t: list[Tools]) {}\nstart p(t: [1])", wide) == [])
        #expect(errors("type Tools = int\nprocess p(t: Tools) {}\nstart p(t: 1)", wide) == [])
    }

    @Test func `Functions take one fitting argument for each parameter`() {
        #expect(errors("best_move([1])", wide) == ["E0223 `best_move` takes 2 arg(s), got 1 [best_move]"])
        #expect(
            hint("best_move([1])") == #"it is declared as `best_move(cells: list[any], turn: enum["x", "o"]) -> int`"#
        )
        #expect(errors("best_move([], \"x\", nope())", wide).count == 2)
        #expect(
            errors("best_move({}, \"z\")", wide) == [
                "E0224 function `best_move` argument `cells` expects list[any], got {  } [{}]",
                #"E0224 function `best_move` argument `turn` expects enum["x", "o"], got str ["z"]"#,
            ]
        )
        #expect(errors("best_move(a, b)\nbest_move(range(3), to_string(1))", wide) == [])
        #expect(errors("process p() -> str { finish best_move([], \"x\") }", wide).count == 1)
        #expect(errors("best_move = 1\nx = best_move([], \"x\")", wide) == [])
    }

    @Test func `Types of the host can be named, others not`() {
        #expect(
            errors("process p(a: Tools, b: geo.Point, c: timer.Schedule, d: cfg.Limits, e: timer.Tick) {}", wide) == []
        )
        #expect(errors("process p(a: TriggerRegistration) {}", wide).count == 1)
        #expect(hint("process p(a: geo.Pont) {}") == "did you mean `geo.Point`?")
        #expect(errors("process p(a: geo.Point) {}") == ["E0205 unknown type `geo.Point` [geo.Point]"])
    }

    @Test func `Errors of inference come before the others`() {
        let text = """
            process p() {
              tools.read_file({path: 1})
              r = [tools]
              r[0].ping()
              best_move()
              tools.nope()
              finish timer.Schedule({expr: "x"}).a
            }
            process q() { finish missing }
            """
        #expect(
            errors(text, wide).map { $0.prefix(5) } == ["E0216", "E0221", "E0206", "E0219", "E0214", "E0223"]
        )
    }

    @Test func `A name without explanation fits everything`() {
        #expect(errors("process p() -> str { finish triggers.list({})? }", wide).count == 1)
        #expect(errors("process p() -> list[str] { finish triggers.list({})? }", wide) == [])
    }

    @Test func `A large catalog costs a small program nothing`() throws {
        func duration(_ operations: Int) throws -> Duration {
            var environment = everything
            try environment.catalog.addModule("m", type: "M")
            for index in 0..<operations {
                try environment.catalog.addOperation("op\(index)", to: "m", input: .object([HostField("a", .int)]))
            }
            let tree = SyntaxTree.parse(SourceText("x = m.op1({a: 1})\ny = z.a\nfinish m.op0({a: y})")).tree
            let clock = ContinuousClock()
            return try #require(
                (0..<5).map { _ in
                    clock.measure { for _ in 0..<20 { #expect(link(tree, environment: environment).errors.isEmpty) } }
                }.min()
            )
        }
        let (small, large) = (try duration(2), try duration(3_000))
        #expect(large < small * 10, "\(small) for 2 operations, \(large) for 3,000")
    }
}
