import Lashlang
import Testing

@Suite struct HostDescriptionTests {
    private func read(_ json: String) throws -> HostDescription { try HostDescription(json: Array(json.utf8)) }

    private func message(_ json: String) -> String? {
        do {
            _ = try read(json)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func everythingThatMakesACatalogIsRead() throws {
        let host = try read(
            """
            {"tools": {"files.read": {"input": "{ path: str }", "output": "str", "type": "Files", "description": "Reads",
                                      "returns": "text", "delay_ms": 5},
                       "files.write": {}, "inbox.work.send": {"host_operation": "send_work"}, "echo": {"echo": true}},
             "functions": {"best_move": {"parameters": [{"name": "cells", "type": "list[any]"}, {"name": "turn"}],
                                         "result": "int", "returns": 4, "description": "The best"},
                           "now": {}, "add": {"parameters": "{ a: int, b: int }"}},
             "constructors": {"cfg.Limits": {"input": "{ max: int }", "output": "cfg.Limits"}},
             "types": {"geo.Point": "{ x: float }"},
             "trigger_sources": {"t.Every": {"input": "{ s: int }", "event_name": "t.Tick", "event": "{ at: str }"}},
             "triggers": true, "abilities": ["processes", "signals"], "globals": {"x": 1}, "processes": {"p": [1]}}
            """
        )
        let catalog = host.catalog
        #expect(catalog.modules.map(\.path) == ["files", "inbox.work", "tools", "triggers"])
        #expect(catalog.modules.map(\.type) == ["Files", "InboxWork", "Tools", "Triggers"])
        let file = try #require(catalog.module("files")?.operation("read"))
        #expect(
            "\(file.input) \(file.output) \(file.description) \(file.hostOperation)" == "{ path: str } str Reads read"
        )
        #expect(catalog.module("files")?.operation("write")?.output == .any)
        #expect(catalog.module("inbox.work")?.operation("send")?.hostOperation == "send_work")
        #expect(
            catalog.functions.map(\.signature) == [
                "best_move(cells: list[any], turn: any) -> int", "now() -> any", "add(a: int, b: int) -> any",
            ]
        )
        #expect(catalog.constructors.map(\.path) == ["t.Every", "cfg.Limits"])
        #expect(catalog.dataTypes.map(\.name) == ["geo.Point", "t.Tick"])
        #expect(catalog.triggerSources.map(\.name) == ["t.Every"])
        #expect(host.abilities == [.processes, .processSignals])
        #expect(host.tools.map(\.name) == ["files.read", "files.write", "inbox.work.send", "tools.echo"])
        #expect(host.tools[0].fields["returns"] == "text")
        #expect(host.functions.map(\.name) == ["best_move", "now", "add"])
        #expect(host.globals == ["x": 1] && host.processes == ["p": [1]])
    }

    @Test func nothingMayBeSaid() throws {
        let host = try read("{}")
        #expect(host.catalog.isEmpty && host.abilities == nil && host.globals.isEmpty)
        #expect(try read(#"{"abilities": "all", "triggers": false}"#).abilities == .all)
    }

    @Test func theEnvironmentIsExtended() throws {
        var environment = HostEnvironment(abilities: .sleep, readOnlyNames: ["history"])
        try read(#"{"tools": {"a.b": {}}}"#).extend(&environment)
        #expect(environment.abilities == .sleep && environment.catalog.module("a") != nil)
        try read(#"{"abilities": ["triggers"]}"#).extend(&environment)
        #expect(environment.abilities == .triggers && environment.readOnlyNames == ["history"])
        #expect(throws: HostCatalogError.self) {
            try read(#"{"tools": {"a.b": {"input": "int"}}}"#).extend(&environment)
        }
        let program = try Program("finish 1", environment: environment)
        #expect(program.warnings.isEmpty)
    }

    @Test(arguments: [
        (#"[1]"#, "expected an object"),
        (#"{"tool": {}}"#, "tool: unknown key; known are tools, functions, constructors, types, trigger_sources, "),
        (#"{"tools": []}"#, "tools: expected an object"),
        (#"{"tools": {"a.b": {"inptu": "int"}}}"#, #"tools."a.b".inptu: unknown key; known are input, output, "#),
        (#"{"tools": {"a.b": {"input": "{ a: int"}}}"#, #"tools."a.b".input: `{ a: int` is no type: expected `}`"#),
        (#"{"tools": {"a.b": {"input": 1}}}"#, #"tools."a.b".input: expected a type as text"#),
        (#"{"tools": {"a.b": {"type": 1}}}"#, #"tools."a.b".type: expected a text"#),
        (
            #"{"tools": {"a.b": {"type": "A"}, "a.c": {"type": "B"}}}"#,
            #"tools."a.c": module `a` already has resource type"#
        ),
        (#"{"tools": {"a.if.b": {}, "if.b": {}}}"#, #"tools."if.b": `if` cannot be a module path"#),
        (#"{"functions": {"len": {}}}"#, "functions.len: `len` is taken by a builtin"),
        (#"{"functions": {"f": {"parameters": "int"}}}"#, "functions.f.parameters: expected an object type"),
        (
            #"{"functions": {"f": {"parameters": "{ a: int? }"}}}"#,
            "functions.f.parameters: parameter `a` cannot be optional"
        ),
        (#"{"functions": {"f": {"parameters": [{"type": "int"}]}}}"#, "functions.f.parameters.0: `name` is missing"),
        (#"{"functions": {"f": {"parameters": 1}}}"#, "functions.f.parameters: expected a list"),
        (#"{"constructors": {"c": {}}}"#, "constructors.c: constructor `c` must be qualified"),
        (#"{"types": {"Point": "{}"}}"#, "types.Point: host data type name `Point` must be qualified"),
        (#"{"trigger_sources": {"a.b": {"event": "{}"}}}"#, #"trigger_sources."a.b": `event_name` is missing"#),
        (#"{"triggers": 1}"#, "triggers: expected true or false"),
        (#"{"abilities": ["flying"]}"#, "abilities: expected \"processes\""),
        (#"{"abilities": 1}"#, "abilities: expected \"all\" or a list"),
        (#"{"globals": 1}"#, "globals: expected an object"),
    ])
    func mistakesAreNamedWithTheirPlace(json: String, start: String) {
        #expect(message(json)?.hasPrefix(start) == true, "\(message(json) ?? "no error")")
    }

    @Test func whatIsNoJSONIsRefused() { #expect(message("{") != nil) }
}
