import LashSyntax
import Testing

@testable import LashLinker

@Suite struct RequirementsTests {
    private func needs(_ text: String) -> HostRequirements {
        let result = linked(text, wide)
        #expect(result.errors.isEmpty, "\(text)")
        return result.program.requirements
    }

    @Test func `A program needs the parts of the language that it uses`() {
        #expect(needs("x = 1") == HostRequirements())
        #expect(needs("process p() {}").abilities == .processes)
        #expect(needs("sleep for 1").abilities == .sleep)
        #expect(needs("process p() { finish wait_signal(\"a\") }").abilities == [.processes, .processSignals])
        #expect(needs("signal_run(1, \"a\", 2)").abilities == .processSignals)
        #expect(needs("@label(title: \"a\") x = 1").labelAnnotations)
        #expect(needs("process p() { @label(title: \"a\") x = 1 }").labelAnnotations)
        #expect(needs("@label(title: \"a\") process p() {}").labelAnnotations)
    }

    @Test func `Modules are needed with what is called on them`() {
        let one = needs("tools.ping()\nx = inbox.work")
        #expect(one.modules.map(\.path) == ["inbox.work", "tools"])
        #expect(one.modules[0].operations.isEmpty)
        #expect(one.modules[1].operations.map(\.hostOperation) == ["ping_host"])
        #expect(one.resourceTypes.map(\.name) == ["Inbox", "Tools"])
        #expect(one.resourceTypes[1].operations == [.init(operation: "ping", input: .null, output: .bool)])
        let other = needs("x = inbox.personal\nx.purge({})")
        #expect(other.modules[0].operations.isEmpty)
        #expect(other.resourceTypes[0].operations.map(\.operation) == ["purge"])
    }

    @Test func `What else is mentioned by name is needed`() {
        let found = needs(
            """
            type A = { p: geo.Point }
            process p(t: Tools) -> list[any] { finish [best_move([], "x")] }
            x = Type { a: geo.Point }
            y = cfg.level("lo")
            s = timer.Schedule({expr: "x"})
            """
        )
        #expect(found.dataTypes.map(\.name) == ["geo.Point", "timer.Tick"])
        #expect(found.resourceTypes.map(\.name) == ["Tools"])
        #expect(found.constructors.map(\.path) == ["cfg.level", "timer.Schedule"])
        #expect(found.triggerSources.map(\.eventName) == ["timer.Tick"])
        #expect(found.functions.map(\.name) == ["best_move"])
        #expect(needs("type Tools = int\nprocess p(t: Tools) {}").resourceTypes.isEmpty)
        #expect(needs("process p(l: cfg.Limits) {}").constructors.map(\.path) == ["cfg.Limits"])
        #expect(needs("process p(l: timer.Schedule) {}").triggerSources.map(\.name) == ["timer.Schedule"])
    }

    @Test func `Triggers, declared signals, aliases and indexes of targets are not forgotten`() {
        let trigger = needs(
            """
            process p(t: any) {}
            s = timer.Schedule({expr: "x"})
            triggers.register({source: s, target: p, inputs: {t: trigger.event}})
            """
        )
        #expect(trigger.abilities == [.processes, .triggers])
        #expect(trigger.modules.map(\.path) == ["triggers"])
        #expect(trigger.triggerSources.map(\.name) == ["timer.Schedule"])
        let signals = needs("process p() signals { s: geo.Point } {}")
        #expect(signals.abilities == [.processes, .processSignals])
        #expect(signals.dataTypes.map(\.name) == ["geo.Point"])
        let alias = needs("type A = Tools\nprocess p(t: A) { t.ping() }")
        #expect(alias.resourceTypes.map { $0.operations.map(\.operation) } == [["ping"]])
        #expect(needs("m[tools.ping()] = 1").modules.map { $0.operations.map(\.name) } == [["ping"]])
    }

    @Test func `What is not evaluated is not needed`() {
        #expect(needs("triggers.cancel({handle: 1, more: tools.ping()})").modules.map(\.path) == ["triggers"])
    }

    @Test func `More tools in the host change nothing`() throws {
        let text = "process p(t: Tools) { t.ping() }\ntools.echo(1)\nx = cfg.level(\"lo\")"
        var larger = wide
        try larger.catalog.addOperation("more", to: "tools")
        try larger.catalog.addModule("other", type: "Other")
        try larger.catalog.addFunction("f", parameters: [], result: .any)
        #expect(linked(text, wide).program.identity == linked(text, larger).program.identity)
        #expect(larger.satisfies(needs(text)))
    }

    @Test func `What a host does not offer is said in words`() throws {
        let needed = needs(
            """
            process p(b: Inbox, t: any, q: geo.Point) signals { s: int } { b.purge({}) }
            tools.ping()
            @label(title: "a") x = cfg.level("lo")
            sleep for 1
            s = timer.Schedule({expr: "x"})
            triggers.register({source: s, target: p, inputs: {b: inbox.work, t: trigger.event, q: 1}})
            y = best_move([], "x")
            """
        )
        #expect(wide.satisfies(needed))
        let missing = HostEnvironment().missing(for: needed)
        #expect(
            missing == [
                "feature `processes`", "feature `sleep`", "feature `process signals`", "feature `triggers`",
                "feature `label annotations`", "module `inbox.work` of type `Inbox`", "module `tools` of type `Tools`",
                "module `triggers` of type `Triggers`", "modules of type `Inbox`", "modules of type `Tools`",
                "modules of type `Triggers`", "data type `geo.Point` as { x: float, y: float }",
                "data type `timer.Tick` as { fired_at: str }", #"constructor `cfg.level` as str -> enum["lo", "hi"]"#,
                "constructor `timer.Schedule` as { expr: str, tz: str? } -> timer.Schedule",
                "trigger source `timer.Schedule` with events `timer.Tick`",
                #"function `best_move(cells: list[any], turn: enum["x", "o"]) -> int`"#,
            ]
        )
        var other = HostEnvironment(abilities: .all, labelAnnotations: true)
        try other.catalog.addModule("tools", type: "Tools")
        try other.catalog.addOperation("ping", to: "tools", input: .any, output: .bool)
        let differing = other.missing(for: needs("tools.ping()"))
        #expect(
            differing == [
                "operation `tools.ping`, which the host knows as `ping_host`",
                "operation `ping` of type `Tools` as null -> bool",
            ]
        )
    }
}
