#if !canImport(Darwin)
import Lashlang
import Testing

/// The REPL with real keys in a terminal.
@Suite(.serialized) struct ReplTerminalTests {
    let place = Workplace()

    private func start(_ arguments: String..., columns: UInt16 = 80) throws -> PseudoTerminal {
        let terminal = try #require(PseudoTerminal(["repl"] + arguments, in: place, columns: columns))
        #expect(terminal.shows("lash> "))
        return terminal
    }

    private func leave(_ terminal: PseudoTerminal) {
        terminal.type("\u{04}")
        #expect(terminal.end() == 0)
    }

    @Test func inputGoesOverSeveralLines() throws {
        let terminal = try start()
        terminal.type("x = {\r")
        #expect(terminal.shows("....> "))
        terminal.type("a: [1, 2]\r}\r")
        #expect(terminal.shows("lash> "))
        terminal.type("x\r")
        #expect(terminal.shows("\n{a: [1, 2]}\n"))
        terminal.type("len(_.a) + 40\r")
        #expect(terminal.shows("\n42\n"))
        leave(terminal)
    }

    @Test func tabCompletesNamesFieldsAndCommands() throws {
        let terminal = try start("--bind", #"board={"cells":[{"size":7}]}"#)
        terminal.type("boa\t.ce\t[0].si\t * 6\r")
        #expect(terminal.shows("\n42\n"))
        terminal.type("floor_\t10, 3)\r")
        #expect(terminal.shows("\n3\n"))
        terminal.type(":bin\t\r")
        #expect(terminal.shows("\nboard = {cells: [{size: 7}]}\n"))
        leave(terminal)
    }

    @Test func controlCClearsAnUnfinishedInput() throws {
        let terminal = try start()
        terminal.type("x = {\r")
        #expect(terminal.shows("....> "))
        terminal.type("a: 1\u{03}")
        #expect(terminal.shows("lash> "))
        terminal.type("40 + 2\r")
        #expect(terminal.shows("\n42\n"))
        leave(terminal)
    }

    @Test func controlCEndsARunAndKeepsTheSession() throws {
        let terminal = try start()
        terminal.type("x = 41 print 'on' while true { x = 42 }\r")
        #expect(terminal.shows("\non\n"))
        terminal.send("\u{03}")
        #expect(terminal.shows("interrupted\n"))
        #expect(terminal.shows("lash> "))
        terminal.type("x > 40\r")
        #expect(terminal.shows("\ntrue\n"))
        leave(terminal)
    }

    @Test func inputsAreRemembered() throws {
        let first = try start()
        first.type("x = 6 * 7\r")
        #expect(first.shows("lash> "))
        first.type("x + 0\r")
        #expect(first.shows("\n42\n"))
        leave(first)
        #expect(place.read(".local/state/lashlang/history").contains("6"))
        let second = try start()
        second.type("\u{1B}[A\u{1B}[A\r")
        #expect(second.shows("lash> "))
        second.type("x\r")
        #expect(second.shows("\n42\n"))
        leave(second)
    }

    @Test func valuesFitTheTerminal() throws {
        let terminal = try start(columns: 40)
        terminal.type("range(1000)\r")
        #expect(terminal.shows("\n[0, 1, 2, 3, 4, 5, 6, 7, 8, … 991 more]\n"))
        terminal.type("{a: range(100), b: join([to_string(i) for i in range(50)], '')}\r")
        #expect(terminal.shows("record of 2 fields:\n  a: [0, 1"))
        leave(terminal)
        #expect(terminal.screen.split(separator: "\n").filter { !$0.contains("lash>") }.allSatisfy { $0.count <= 80 })
    }

    @Test func commandsSayWhatTheyDid() throws {
        let terminal = try start()
        terminal.type("x = 1\rx = 2\r:undo\rx\r")
        #expect(terminal.shows("\n1\n"))
        terminal.type(":fork other\r")
        #expect(terminal.shows("this is `other`, a copy"))
        terminal.type(":quit\r")
        #expect(terminal.end() == 0)
    }
}
#endif
