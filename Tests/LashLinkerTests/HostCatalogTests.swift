import LashLinker
import Testing

@Suite struct HostCatalogTests {
    /// The error of a change to a catalog with a module `inbox.work`, its operation `send`, and more.
    private func refusal(_ change: (inout HostCatalog) throws -> Void) -> String? {
        var catalog = HostCatalog()
        do {
            try catalog.addModule("inbox.work", type: "Inbox")
            try catalog.addOperation("send", to: "inbox.work", input: .str, output: .bool)
            try catalog.addConstructor("cfg.level", input: .str, output: .named("cfg.Level"))
            try catalog.addDataType("geo.Point", .object([HostField("x", .int)]))
            try catalog.addTriggerSource("t.Every", input: .any, eventName: "t.Tick", event: .object([]))
            try catalog.addFunction("best", parameters: [], result: .any)
        } catch {
            return "the catalog itself: \(error)"
        }
        do {
            try change(&catalog)
            return nil
        } catch {
            return "\(error)"
        }
    }

    @Test func `What was added is found by name and listed in order`() throws {
        let catalog = wide.catalog
        #expect(catalog.modules.map(\.path) == ["tools", "inbox.work", "inbox.personal", "triggers"])
        #expect(catalog.module("tools")?.operations.map(\.name) == ["read_file", "echo", "count", "ping"])
        #expect(catalog.module("tools")?.operation("ping")?.hostOperation == "ping_host")
        #expect(catalog.module("tools")?.operation("echo")?.hostOperation == "echo")
        #expect(catalog.resourceType("Inbox")?.operations.map(\.operation) == ["send", "purge"])
        #expect(catalog.constructors.map(\.path) == ["timer.Schedule", "cfg.Limits", "cfg.level"])
        #expect(catalog.constructor("cfg.level")?.typeName == #"enum["lo", "hi"]"#)
        #expect(catalog.triggerSource("timer.Schedule")?.eventName == "timer.Tick")
        #expect(catalog.dataTypes.map(\.name) == ["timer.Tick", "geo.Point"])
        #expect(
            catalog.function("best_move")?.signature == #"best_move(cells: list[any], turn: enum["x", "o"]) -> int"#
        )
        #expect(catalog.isOpaque("cfg.Limits") && catalog.isOpaque("timer.Schedule") && !catalog.isOpaque("geo.Point"))
        #expect(catalog.meaning(of: "inbox") == "it is part of the module path `inbox.work`")
        #expect(catalog.meaning(of: "best_move") == "it is a function of the host")
        #expect(catalog.meaning(of: "free") == nil)
        #expect(!catalog.isEmpty && HostCatalog().isEmpty)
    }

    @Test func `A call path means one thing`() {
        #expect(
            refusal { try $0.addOperation("send", to: "inbox.work", input: .str, output: .bool) }
                == "call path `inbox.work.send` is registered twice"
        )
        #expect(
            refusal { try $0.addConstructor("inbox.work.send", input: .any, output: .any) }
                == "call path `inbox.work.send` is registered twice"
        )
        #expect(
            refusal { try $0.addConstructor("cfg.level", input: .str, output: .named("cfg.Level")) }
                == "call path `cfg.level` is registered twice"
        )
        #expect(
            refusal {
                try $0.addModule("cfg", type: "Cfg")
                try $0.addOperation("level", to: "cfg")
            } == "call path `cfg.level` is registered twice"
        )
        #expect(
            refusal { try $0.addOperation("read", to: "inbox") }
                == "there is no module `inbox` for operation `read`; add it first"
        )
    }

    @Test func `A module has one type, and a type one meaning of an operation`() {
        #expect(refusal { try $0.addModule("inbox.work", type: "Inbox") } == nil)
        #expect(
            refusal { try $0.addModule("inbox.work", type: "Box") }
                == "module `inbox.work` already has resource type `Inbox`, cannot change it to `Box`"
        )
        #expect(
            refusal {
                try $0.addModule("inbox.home", type: "Inbox")
                try $0.addOperation("send", to: "inbox.home", input: .str, output: .bool, hostOperation: "other")
            } == nil
        )
        #expect(
            refusal {
                try $0.addModule("inbox.home", type: "Inbox")
                try $0.addOperation("send", to: "inbox.home", input: .int, output: .bool)
            }
                == "operation `send` of resource type `Inbox` already is str -> bool, cannot change it to int -> bool"
        )
        for name in ["geo.Point", "t.Every"] {
            #expect(refusal { try $0.addModule("x", type: name) }?.hasPrefix("`\(name)` is taken by a ") == true)
        }
        #expect(refusal { try $0.addDataType("Inbox", .object([])) } == "host data type name `Inbox` must be qualified")
    }

    @Test func `Names are those that programs can write`() {
        let words = [
            "if", "finish", "print", "true", "sleep", "wait_signal", "1a", "a b", "", "é", "a.", ".a",
        ]
        for name in words {
            #expect(refusal { try $0.addFunction(name, parameters: [], result: .any) } != nil, "function \(name)")
        }
        for name in ["if", "true", "1a", "", "a..b", ".a", "a.", "a b", "trigger"] {
            #expect(refusal { try $0.addModule(name, type: "T") } != nil, "module \(name)")
        }
        for name in ["", "1a", "a b", "a.b"] {
            #expect(refusal { try $0.addOperation(name, to: "inbox.work") } != nil, "operation \(name)")
        }
        for name in ["str", "list", "any", "null", "1", "", "a-b", "Type", "list[int]"] {
            #expect(refusal { try $0.addModule("m", type: name) } != nil, "type \(name)")
        }
        #expect(refusal { try $0.addOperation("delete", to: "inbox.work") } == nil)
    }

    @Test func `Functions, builtins and modules have different names`() {
        #expect(refusal { try $0.addFunction("len", parameters: [], result: .any) } == "`len` is taken by a builtin")
        #expect(refusal { try $0.addModule("len", type: "T") } == "`len` is taken by a builtin")
        #expect(
            refusal { try $0.addFunction("best", parameters: [], result: .any) }
                == "`best` is taken by a function of the host"
        )
        #expect(
            refusal { try $0.addFunction("inbox", parameters: [], result: .any) }
                == "`inbox` is taken by the module path `inbox.work`"
        )
        #expect(refusal { try $0.addModule("best.one", type: "T") } == "`best` is taken by a function of the host")
        #expect(
            refusal { try $0.addFunction("f", parameters: [("a", .int), ("a", .int)], result: .any) }
                == "function `f` has two parameters `a`"
        )
        #expect(refusal { try $0.addFunction("f", parameters: [("a b", .int)], result: .any) } != nil)
    }

    @Test func `Data types are qualified names of plain objects`() {
        func refused(_ type: HostType, _ name: String = "a.B") -> String? {
            refusal { try $0.addDataType(name, type) }
        }
        #expect(refused(.object([]), "Point") == "host data type name `Point` must be qualified")
        #expect(refused(.int) == "host data type `a.B` must be an object type")
        #expect(
            refused(.object([HostField("x", .int), HostField("x", .str)]))
                == "host data type object has duplicate field `x`"
        )
        #expect(
            refused(.object([HostField("x", .list(.enumeration(["a", "a"])))]))
                == "host data type enum has duplicate value `a`"
        )
        #expect(
            refused(.object([HostField("x", .union([.null, .named("geo.Point")]))]))
                == "host data type shape cannot contain nested type ref `geo.Point`"
        )
        #expect(
            refused(.object([HostField("x", .process(input: .any, inputCount: 1, output: .any))]))
                == "host data type shape cannot contain process"
        )
        #expect(
            refused(.object([HostField("x", .triggerHandle(.any))]))
                == "host data type shape cannot contain trigger handle"
        )
        #expect(
            refused(.object([HostField("x", .str)]), "geo.Point")
                == "conflicting host data type definition `geo.Point`"
        )
        #expect(refused(.object([HostField("x", .int)]), "geo.Point") == nil)
        #expect(refused(.object([]), "t.Every") == "`t.Every` is taken by a trigger source")
        #expect(refused(.object([HostField("x", .enumeration([]))])) != nil)
        #expect(refused(.object([HostField("x", .union([]))])) != nil)
    }

    @Test func `A source emits one kind of events`() {
        #expect(
            refusal { try $0.addTriggerSource("t.Every", input: .any, eventName: "t.Tock", event: .object([])) }
                == "trigger source `t.Every` already emits `t.Tick`, cannot change it to `t.Tock`"
        )
        #expect(
            refusal {
                let event = HostType.object([HostField("at", .str)])
                try $0.addTriggerSource("t.Once", input: .any, eventName: "t.Tick", event: event)
            } == "conflicting host data type definition `t.Tick`"
        )
        #expect(
            refusal { try $0.addTriggerSource("Every", input: .any, eventName: "t.E", event: .object([])) } != nil
        )
    }

    @Test func `What is refused leaves the catalog as it was`() throws {
        var catalog = HostCatalog()
        try catalog.addConstructor("t.Every", input: .any, output: .any)
        let before = catalog
        #expect(throws: HostCatalogError.self) {
            try catalog.addTriggerSource("t.Every", input: .any, eventName: "t.Tick", event: .object([]))
        }
        #expect(catalog == before)
    }

    @Test func `Catalogs merge where they agree`() throws {
        var catalog = HostCatalog()
        try catalog.addTriggerRegistry()
        try catalog.addModule("a", type: "A")
        try catalog.addOperation("one", to: "a")
        var other = HostCatalog()
        try other.addModule("a", type: "A")
        try other.addOperation("two", to: "a")
        try other.addTriggerRegistry()
        try other.addTriggerSource("t.Every", input: .any, eventName: "t.Tick", event: .object([]))
        try other.addFunction("f", parameters: [("x", .int)], result: .any)
        try catalog.merge(other)
        #expect(catalog.module("a")?.operations.map(\.name) == ["one", "two"])
        #expect(catalog.triggerSources.count == 1 && catalog.constructors.count == 1 && catalog.functions.count == 1)
        let once = catalog
        try catalog.merge(other)
        #expect(catalog == once && catalog.hashValue == once.hashValue)

        var third = HostCatalog()
        try third.addFunction("g", parameters: [], result: .any)
        try third.addFunction("f", parameters: [], result: .any)
        #expect(throws: HostCatalogError("`f` is taken by a function of the host")) { try catalog.merge(third) }
        #expect(catalog == once)
    }
}
