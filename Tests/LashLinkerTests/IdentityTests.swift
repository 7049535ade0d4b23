import LashSyntax
import Testing

@testable import LashLinker

@Suite struct IdentityTests {
    private func hash(_ text: String) -> String {
        var hash = SHA256()
        hash.update(text.utf8)
        return hash.hexadecimal()
    }

    @Test func `SHA-256 gives the standard's values`() {
        #expect(hash("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        #expect(hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            hash("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")
                == "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        )
        #expect(
            hash(String(repeating: "a", count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        )
    }

    @Test func `Module, requirements and process have the references that lash gives them`() {
        let empty = linked("").program.identity
        #expect(
            empty.module == "lashlang:v1:sha256:da501bd15ffba2186c2c9c80df64a66edbb787d3ff74d7c5f23bf2dafe328211"
        )
        #expect(
            empty.requirements
                == "lashlang-host-requirements:v1:sha256:d31dab2679f8b7b753e2da085f8ba42cd2825135c964329e7fe458b1efdcfc75"
        )
        #expect(empty.processes.isEmpty)
        let process = linked("process p() {}").program.identity
        #expect(
            process.module == "lashlang:v1:sha256:6d9f040e82024bb4347abaa083ca5dc5ad95218795530a9862acd051cbe34992"
        )
        #expect(
            process.requirements
                == "lashlang-host-requirements:v1:sha256:b7de58dee5ff4fc9ec52ab3f75befc20765f61f334c81fbdb50320f505557296"
        )
        #expect(
            process.process(named: "p")?.key
                == "2f05464c380840674ca6e72b3ca6d60695945b93d631bc284630f29f9278e703:0"
        )
    }

    private func module(_ text: String) -> String { linked(text, wide).program.identity.module }

    @Test func `Layout, comments, spelling and the names of variables do not matter`() {
        let first = "let total = 1 # one\nfor x in [1, 2] {\n  total = total + (x)\n}\nif !total && y { finish 'a' }"
        let second = "sum = 1.0;for i in [1,2]{sum=sum+i} if not sum and y{finish \"a\"}else{}"
        #expect(module(first) == module(second))
        #expect(module("type T = string | \"a\"") == module("type T = str | enum[\"a\"]"))
        #expect(module("x = -0.0") == module("x = -0"))
        #expect(module("x = [a for a in b for c in a if c]") == module("x = [u for u in b for v in u if v]"))
        #expect(module("process p(a: int) { b = a\nfinish b }") == module("process p(a: int) { c = a\nfinish c }"))
    }

    @Test func `Everything else matters`() {
        let texts = [
            "", "x = 1", "x = 2", "x = y", "x = z", "finish x", "finish 1", "x = true", "x = \"true\"", "x = null",
            "a = 1\nb = 2\na = b", "a = 1\nb = 2\nb = a", "x = {a: 1, b: 2}", "x = {b: 2, a: 1}", "x.a = 1",
            "x[\"a\"] = 1",
            "x = (1, 2)", "x = [1, 2]", "x = [1, [2]]", "if a { b() }", "x = a ? b : c", "x = a + b", "x = a - b",
            "type T = int", "type T = float", "type U = int", "process p() {}", "process q() {}",
            "process p(a: int) {}",
            "process p(b: int) {}", "process p() -> null {}", "process p() signals { s: int } {}",
            "process p() {}\nprocess q() {}", "process q() {}\nprocess p() {}", "@label(title: \"a\") x = 1",
            "@label(title: \"a\", description: \"b\") x = 1", "x = Type { a: int }", "x = Type { a: int? }",
            "x = await y",
            "x = y?", "x = tools", "x = tools.ping()", "x = tools.echo()", "x = inbox.work", "x = best_move([], \"x\")",
            "x = cfg.level(\"lo\")", "sleep for 1", "sleep until 1", "while a {}", "for a in b {}",
            "x = trigger[\"event\"]", "print 1", "x = a.b", "x = a[\"b\"]", "x = signal_run(1, \"a\", 2)",
        ]
        #expect(Set(texts.map(module)).count == texts.count)
    }

    @Test func `A process is the same in every program`() throws {
        let alone = linked("process p(a: int) { finish a }").program.identity
        let among = linked("x = 1\nprocess o() {}\nprocess p(a: int) { finish a }").program.identity
        #expect(alone.process(named: "p")?.component == among.process(named: "p")?.component)
        #expect(among.processes.map(\.name) == ["o", "p"])
        #expect(among.process(named: "p")?.position == 1)
        #expect(alone.module != among.module)
        #expect(alone.process(named: "q") == nil)
    }

    @Test func `A trigger call is hashed as it is evaluated`() {
        let before = "process p(t: any) {}\ns = timer.Schedule({expr: \"x\"})\n"
        #expect(
            module(before + "triggers.register({inputs: {t: trigger.event}, extra: 1, target: p, source: s})")
                == module(before + "triggers.register({source: s, target: p, inputs: {t: trigger.event}})")
        )
        #expect(module("triggers.cancel({handle: h, x: 1})") == module("triggers.cancel({handle: h})"))
        #expect(module("triggers.list({name: h})") != module("triggers.list({})"))
    }

    @Test func `Long chains are hashed without recursion`() {
        let sums = "x = 1" + String(repeating: " + 1", count: 50_000)
        let branches = (0..<20_000).map { "if c { x\($0) = 1 }" }.joined(separator: " else ")
        #expect(module(sums + "\n" + branches).utf8.count == "lashlang:v1:sha256:".utf8.count + 64)
    }
}
