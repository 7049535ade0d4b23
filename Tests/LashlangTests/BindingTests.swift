import Lashlang
import Testing

@Suite struct BindingTests {
    private func run(_ text: String, _ bindings: ProjectedBindings, _ session: Session = Session()) throws -> Outcome {
        let environment = HostEnvironment(readOnlyNames: Set(bindings.names))
        return try session.run(Program(text, environment: environment), bindings: bindings)
    }

    @Test func programsReadBindings() throws {
        var bindings = ProjectedBindings()
        try bindings.bind("board", ["cells": ["x", nil], "turn": "o"])
        try bindings.bind("docs", json: Array(#"{"a": [1, {"b": "c"}]}"#.utf8))
        #expect(try run("finish [board.cells[0], board.turn, docs.a[1].b]", bindings) == .finished(["x", "o", "c"]))
    }

    @Test func namesOfTheHostCannotBeBound() throws {
        var catalog = HostCatalog()
        try catalog.addModule("inbox.work", type: "Inbox")
        try catalog.addFunction("best", parameters: [], result: .any)
        var bindings = ProjectedBindings(catalog: catalog)
        try bindings.bind("work", 1)
        #expect(throws: BindingError(message: "projected binding `inbox` is reserved")) {
            try bindings.bind("inbox", 1)
        }
        #expect(throws: BindingError(message: "projected binding `best` is reserved")) {
            try bindings.bind("best", json: [0x31])
        }
    }

    @Test func bindingsCannotBeChanged() throws {
        var bindings = ProjectedBindings()
        try bindings.bind("p", ["a": [1]])
        for text in ["p = 1", "p.a[0] = 2", "p = push(p, 1)", "for p in [1] {}", "x = [p for p in [1]]"] {
            do {
                _ = try run(text, bindings)
                Issue.record("\(text) ran")
            } catch let error as Diagnostics {
                #expect(error.all.first?.message == "`p` is a read-only projected binding")
                #expect(error.all.first?.hint == "copy the projected value into a new variable before changing it")
            }
        }
    }

    @Test func copiesOfBindingsAreTheProgramsOwn() throws {
        var bindings = ProjectedBindings()
        try bindings.bind("p", ["a": ["a text that is longer than fourteen bytes"], "n": 1])
        let session = Session()
        #expect(
            try run("x = p\nx.a[0] = 2\nx.b = p.a\nfinish [p.a[0], x.a[0]]", bindings, session)
                == .finished(["a text that is longer than fourteen bytes", 2])
        )
        bindings = ProjectedBindings()
        #expect(try run("finish x.b", bindings, session) == .finished(["a text that is longer than fourteen bytes"]))
        #expect(session.strayObjects == 0)
    }

    @Test func whatVariablesKeepOfABindingIsCopiedOnceForAll() throws {
        var bindings = ProjectedBindings()
        try bindings.bind("rows", .list((0..<1_000).map { .string("the text of row \($0)") }))
        let one = Session()
        let two = Session()
        _ = try run("a = rows", bindings, one)
        _ = try run("a = rows\nb = rows\nc = {rows: rows}", bindings, two)
        let (least, most) = (try one.snapshot().count, try two.snapshot().count)
        #expect(least > 15_000 && most < least + 200)
        // And yet each can be changed alone.
        #expect(
            try run("a[0] = 1\nfinish [a[0], b[0], c.rows[0]]", bindings, two)
                == .finished([1, "the text of row 0", "the text of row 0"])
        )
    }

    @Test func aBindingHidesAVariableOfItsNameAndReplacesIt() throws {
        let session = Session()
        try session.set("p", to: 7)
        var bindings = ProjectedBindings()
        try bindings.bind("p", 1)
        _ = try run("x = 2", bindings, session)
        #expect(session["p"] == 7)
        _ = try run("x = p", bindings, session)
        #expect(session.variables == ["x": 1])
    }

    @Test(
        arguments: [
            ("for", "projected binding `for` is reserved"),
            ("finish", "projected binding `finish` is reserved"),
            ("len", "projected binding `len` is reserved"),
            ("history", "`history` is reserved as an RLM built-in binding"),
            ("a b", "projected binding `a b` is not a valid identifier"),
            ("1a", "projected binding `1a` is not a valid identifier"),
            ("", "projected binding `` is not a valid identifier"),
            ("taken", "projected binding `taken` is already bound"),
        ]
    )
    func namesThatCannotBeBoundAreRefused(name: String, message: String) throws {
        var bindings = ProjectedBindings()
        try bindings.bind("taken", 1)
        #expect(throws: BindingError(message: message)) { try bindings.bind(name, 1) }
    }

    @Test func encodableValuesAreBound() throws {
        struct Board: Codable {
            var turn = "x"
            var cells = [1, 2]
        }
        var bindings = ProjectedBindings()
        try bindings.bind("board", encoding: Board())
        #expect(try run("finish board.turn + board.cells", bindings, Session()) == .finished("x[1,2]"))
        #expect(throws: BindingError.self) { try bindings.bind("huge", encoding: [UInt64.max]) }
        #expect(bindings.names == ["board"])
    }

    @Test func scopesMergeUnlessTheyShareAName() throws {
        var session = ProjectedBindings(), turn = ProjectedBindings()
        try session.bind("tenant", "acme")
        try session.bind("task", 1)
        try turn.bind("board", 2)
        #expect(try session.merging(turn).names == ["tenant", "task", "board"])
        try turn.bind("task", 3)
        #expect(throws: BindingError(message: "projected binding `task` is already bound")) { try session.merge(turn) }
        #expect(session.names == ["tenant", "task"])
        let removed = session.remove("task"), again = session.remove("task")
        #expect(removed && !again)
        try session.merge(turn)
        #expect(try run("finish [tenant, task, board]", session, Session()) == .finished(["acme", 3, 2]))
    }

    @Test func textThatIsNotJSONIsRefusedWithItsPlace() {
        var bindings = ProjectedBindings()
        #expect(throws: BindingError(message: "invalid json: EOF while parsing a value at line 1 column 3")) {
            try bindings.bind("x", json: Array("[1,".utf8))
        }
    }
}
