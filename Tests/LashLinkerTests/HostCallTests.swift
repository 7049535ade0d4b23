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

    @Test func `Modules, constructors and functions are resolved`() {
        #expect(
            resolutions("x = inbox.work\ntools.ping()\ny = cfg.level(\"lo\")\nz = best_move([], \"x\")") == [
                #"inbox.work -> module(path: "inbox.work", type: "Inbox")"#,
                #"tools -> module(path: "tools", type: "Tools")"#,
                #"cfg.level("lo") -> constructor(path: "cfg.level", typeName: "enum[\"lo\", \"hi\"]")"#,
                #"best_move([], "x") -> function("best_move")"#,
            ]
        )
        #expect(errors("x = inbox.work\ntools.ping()\ny = cfg.level(\"lo\")", wide) == [])
    }
}
