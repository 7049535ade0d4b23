import LashLinker
import LashSyntax
import Testing

@Suite struct LinkerTests {
    @Test func `A feature that the host does not offer is refused where it is used`() {
        let none = HostEnvironment()
        #expect(
            errors("process p() { sleep for 1 }\nstart p()", none) == [
                "E0201 lashlang feature `processes` is disabled by this host [p]",
                "E0201 lashlang feature `sleep` is disabled by this host [sleep]",
                "E0201 lashlang feature `processes` is disabled by this host [p]",
            ]
        )
        #expect(
            errors("signal_run(1, \"a\", 2)\nwait_signal(\"b\")", none) == [
                "E0201 lashlang feature `process signals` is disabled by this host [signal_run]",
                "E0201 lashlang feature `process signals` is disabled by this host [wait_signal(\"b\")]",
            ]
        )
        let processes = HostEnvironment(abilities: .processes)
        #expect(
            errors("process p() signals { go: int } {}", processes) == [
                "E0201 lashlang feature `process signals` is disabled by this host [go]"
            ]
        )
    }

    @Test func `Labels need a host that wants them`() {
        let unlabeled = HostEnvironment(abilities: .all)
        let text = "@label(title: \"a\") x = 1\n@label(title: \"b\") process p() { @label(title: \"c\") finish 1 }"
        let found = linked(text, unlabeled).errors
        #expect(found.count == 3)
        #expect(Set(found.map(\.message)) == ["lashlang feature `label annotations` is disabled by this host"])
        #expect(errors("x = \"@label(title: 1)\"", unlabeled).isEmpty)
        #expect(errors(text).isEmpty)
    }

    @Test func `Declarations need different names`() {
        #expect(
            errors("type T = int\ntype T = str\nprocess p() {}\nprocess p() {}\ntype p = int") == [
                "E0202 duplicate declaration `T` [T]", "E0202 duplicate declaration `p` [p]",
            ]
        )
        #expect(
            errors("process p(a: int, a: str) signals { s: int, s: str } {}") == [
                "E0203 duplicate process parameter `a` [a]", "E0204 duplicate process signal `s` [s]",
            ]
        )
    }

    @Test func `Types in declarations must exist`() {
        let text = """
            type A = { a: list[Nope], b: A? }
            process p(a: Process<Non, int>) signals { s: "x" | Nix } -> TriggerHandle<Nada> { finish null }
            """
        #expect(
            errors(text).prefix(4) == [
                "E0205 unknown type `Nope` [Nope]", "E0205 unknown type `Non` [Non]",
                "E0205 unknown type `Nix` [Nix]", "E0205 unknown type `Nada` [Nada]",
            ]
        )
        #expect(errors("x = Type { a: Nope }").isEmpty)
        let foreign = linked("process p(a: String) {}").errors.first
        #expect(foreign?.hint == "write `str`")
        #expect(foreign?.fixes == [Fix(Span(13, 19), "str")])
    }

    @Test func `Names in a process must be bound, names in main may come from the session`() {
        #expect(errors("finish nope").isEmpty)
        #expect(errors("process p() { finish nope }") == ["E0206 unknown name `nope` [nope]"])
        #expect(errors("process p() { nope[0] = 1 }") == ["E0206 unknown name `nope` [nope]"])
        #expect(errors("nope.a = 1").isEmpty)
        #expect(errors("process p() { x = x }") == ["E0206 unknown name `x` [x]"])
        #expect(errors("process p() { if true { y = 1 }\nfinish y }").isEmpty)
        #expect(errors("process p() { for i in [1] { z = i }\nfinish z }").isEmpty)
        #expect(errors("process p() { for i in [1] {}\nfinish i }") == ["E0206 unknown name `i` [i]"])
        #expect(errors("process p() { x = [i for i in [1]]\nfinish i }") == ["E0206 unknown name `i` [i]"])
        #expect(errors("process p(i: int) { x = [i for i in [1] for i in [2]]\nfinish i }").isEmpty)
    }

    @Test func `input means nothing special in a process`() {
        #expect(errors("process p(a: int) { finish input }") == ["E0206 unknown name `input` [input]"])
        #expect(errors("process p(input: int) -> int { finish input }").isEmpty)
    }

    @Test func `A branch does not see the names of the other branch`() {
        #expect(errors("process p(c: bool) { if c { x = 1 } else { finish x } }") == ["E0206 unknown name `x` [x]"])
        #expect(errors("process p(c: bool) { if c { x = 1 } else if x { } }") == ["E0206 unknown name `x` [x]"])
        #expect(errors("process p(c: bool) { if c { if c { x = 1 } } else { y = 1 }\nfinish [x, y] }").isEmpty)
    }

    @Test func `An unknown name is reported once per process`() {
        #expect(
            errors("process p() { a = nope\nb = nope\nprobe = nope + 1 }\nprocess q() { finish nope }") == [
                "E0206 unknown name `nope` [nope]", "E0206 unknown name `nope` [nope]",
            ]
        )
    }

    @Test func `A process is a value, and variables come before it`() {
        let program = linked("process p() { finish p }\nx = p\np = 3\nfinish p").program
        #expect(program.resolutions.count == 2)
        #expect(Set(program.resolutions.values) == [.process(0)])
        let branch = linked("process p() {}\nif c { p = 1 }\nfinish p").program
        #expect(branch.resolutions.isEmpty)
    }

    @Test func `Only builtins are called by their bare name`() {
        #expect(
            errors("nope()\nlen(nixda())") == [
                "E0207 unknown builtin `nope` [nope]", "E0207 unknown builtin `nixda` [nixda]",
            ]
        )
        #expect(linked("length(1)").errors.first?.hint == "did you mean `len`?")
        #expect(linked("length(1)").errors.first?.fixes == [Fix(Span(0, 6), "len")])
        #expect(linked("tirm(1)").errors.first?.fixes == [])
        #expect(linked("tirm(1)").errors.first?.hint == "did you mean `trim`?")
        #expect(linked("process p() {}\np()").errors.first?.hint == "start the process: `start p(…)`")
    }

    @Test func `Arguments of start are those of the process`() {
        let process = "process p(a: int) { finish a }\n"
        #expect(errors(process + "start q()") == ["E0208 unknown process `q` [q]"])
        #expect(errors(process + "start p()") == ["E0209 process `p` is missing argument `a` [p]"])
        #expect(
            errors(process + "start p(b: nope(), a: 1, a: 2)") == [
                "E0210 process `p` does not accept argument `b` [b]", "E0207 unknown builtin `nope` [nope]",
                "E0211 duplicate process argument `a` [a]",
            ]
        )
        #expect(errors(process + "start p(a: \"any value will do\")").isEmpty)
        let program = linked(process + "start p(a: 1)").program
        #expect(program.resolutions.values.contains(.process(0)))
    }

    @Test func `Signals are waited for in processes only`() {
        #expect(
            errors("x = wait_signal(\"a\")") == [
                "E0213 `wait_signal` can only be used inside a process body [wait_signal(\"a\")]"
            ]
        )
        #expect(errors("process p() { x = wait_signal(\"undeclared\") }").isEmpty)
        #expect(errors("signal_run(1, \"a\", 2)").isEmpty)
    }

    @Test func `Values have no operations`() {
        let message = "E0214 receiver for operation `upper` is not a module authority [upper]"
        #expect(errors("x = \"a\"\ny = x.upper()") == [message])
        #expect(errors("x.upper().lower().trim()") == [message])
        #expect(errors("process p() { finish nope.upper() }") == ["E0206 unknown name `nope` [nope]"])
        #expect(errors("x.upper(nope())") == [message, "E0207 unknown builtin `nope` [nope]"])
    }

    @Test func `A method that a builtin stands for is spelled out`() {
        func hint(_ text: String) -> String? { linked(text).errors.first?.hint }
        #expect(hint("t = 1\nx = t.strip()") == "values have no methods; call `trim(t)`")
        #expect(hint("x = \", \".join([1, 2])") == "values have no methods; call `join([1, 2], \", \")`")
        #expect(hint("r = {}\nr.xs[0].append(1)") == "values have no methods; call `push(r.xs[0], 1)`")
        #expect(hint("tools.find({})") == nil)
        #expect(hint("x = 1\nx.frobnicate()") == nil)
    }

    @Test func `Names of the host can only be read`() {
        let environment = HostEnvironment(readOnlyNames: ["history"])
        let message = "E0215 `history` is a read-only projected binding [history]"
        let programs = [
            "history = 1", "history[0].x = 1", "let history = 1", "for history in xs {}", "x = [1 for history in xs]",
            "if c { while d { history = 1 } }",
        ]
        for text in programs { #expect(errors(text, environment) == [message]) }
        #expect(errors("x = history\nx.history = 1\nx = {history: history[0]}", environment).isEmpty)
        #expect(errors("history = 1").isEmpty)
        let hint = linked("history = 1", environment).errors.first?.hint
        #expect(hint == "copy the projected value into a new variable before changing it")
        let processes = HostEnvironment(abilities: .all, readOnlyNames: ["history"])
        #expect(errors("process p(history: int) { history = 1 }", processes).isEmpty)
    }

    @Test func `All errors come at once, those of declarations first`() {
        let text = """
            x = nope()
            process p(a: Nope, a: int) -> str {
              b = len(missing)
              c = gone
              other()
              finish 1
            }
            type T = int
            type T = str
            start q(x: 1)
            """
        #expect(
            errors(text) == [
                "E0202 duplicate declaration `T` [T]",
                "E0205 unknown type `Nope` [Nope]",
                "E0206 unknown name `gone` [gone]",
                "E0212 process `p` return type is incompatible: expected str, got float [1]",
                "E0203 duplicate process parameter `a` [a]",
                "E0206 unknown name `missing` [missing]",
                "E0207 unknown builtin `other` [other]",
                "E0207 unknown builtin `nope` [nope]",
                "E0208 unknown process `q` [q]",
            ]
        )
    }

    @Test func `No more than twenty errors`() {
        let text = (0..<100).map { "f\($0)()" }.joined(separator: "\n")
        let found = linked(text).errors
        #expect(found.count == 20)
        #expect(found.first?.message == "unknown builtin `f0`")
    }

    @Test func `The result is the program or what is wrong with it`() throws {
        let program = try linked("type T = int\nprocess p(a: T) -> T { finish a }\nx = len(\"a\")").get()
        #expect(program.types.keys.contains("T"))
        let process = try #require(program.process(named: "p"))
        #expect(process.parameters.map(\.name) == ["a"])
        #expect(process.returnType != nil)
        #expect(program.process(named: "q") == nil)
        #expect(throws: Diagnostics.self) { try linked("nope()").get() }
    }

    @Test func `Calls mean builtins`() throws {
        let program = linked("len(\"a\")").program
        guard case .block(let statements) = program.tree[program.tree.main], let call = statements.first else {
            return
        }
        #expect(program.builtin(for: call) == .len)
        #expect(program.builtin(for: program.tree.main) == nil)
    }
}
