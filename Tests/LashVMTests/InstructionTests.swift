import LashLinker
import LashSyntax
import Testing

@testable import LashVM

@Suite struct InstructionTests {
    private func unit(_ text: String) throws -> CodeUnit {
        let program = try linked(text)
        return try Compiler.compile(program.tree.main, of: program, optimization: .full)
    }

    private func linked(_ text: String) throws -> LinkedProgram {
        let (tree, _) = SyntaxTree.parse(SourceText(text))
        var catalog = HostCatalog()
        try catalog.addModule("tools", type: "Tools")
        try catalog.addOperation("echo", to: "tools")
        try catalog.addFunction("twice", parameters: [("n", .int)], result: .int)
        return try link(tree, environment: HostEnvironment(abilities: .all, catalog: catalog)).get()
    }

    /// The same code with one word changed.
    private func changed(_ unit: CodeUnit, _ position: Int, _ change: (UInt64) -> UInt64) -> CodeUnit {
        var words = (0..<unit.count).map { unit.code[$0] }
        words[position] = change(words[position])
        return CodeUnit(
            words: words,
            nodes: unit.nodes,
            layout: unit.layout,
            variables: unit.variables,
            constants: [.number(0)],
            literals: [],
            shapes: [],
            restores: []
        )
    }

    @Test func opcodesAreNumberedInOrder() {
        for (number, opcode) in Opcode.allCases.enumerated() { #expect(opcode.rawValue == UInt8(number)) }
        for (number, builtin) in Builtin.allCases.enumerated() { #expect(builtin.rawValue == UInt8(number)) }
    }

    @Test func kindsReadBackFromTheirBytes() {
        for kind in Tagged.Kind.allCases {
            #expect(Tagged(tag: UInt64(kind.rawValue), bits: 0).kind == kind)
        }
    }

    @Test(arguments: Opcode.allCases)
    func everyInstructionIsDescribed(opcode: Opcode) {
        let description = opcode.description
        #expect(!description.prose.isEmpty)
        // A jump of 32 bits takes the fields of b and c.
        if description.b == .wideJump || description.b == .far { #expect(description.c == .none) }
        #expect(description.a != .wideJump && description.a != .jump)
    }

    @Test func everyInstructionIsMadeFromSomeProgram() throws {
        let many = (0..<70).map { "\($0)" }.joined(separator: ", ")
        let texts = [
            "x = 1\ny = x + 2 - 3 * 4 / 5 % 6 % y\nz = -x in [y] or x not in [y]\nif not (x == y) and x != z or z { print not y }\nfinish x",
            "a = [x < 1, x <= 1, x > 1, x >= 1, x == 1, x != 1]\nb = (1, x)\nc = {}\nd = {a: 1, a: 2}\ne = len(a)",
            "if x < 1 { y = 1 }\nif x <= 1 { y = 1 }\nif x > 1 { y = 1 }\nif x >= 1 { y = 1 }\nif x == 1 { y = 1 }",
            "if x < 1 or x <= 1 or x > 1 or x >= 1 or x == 1 or x != 1 or y { z = 1 }\nif x != 1 { z = 2 }",
            "while x == 1 {}\nwhile x != 1 {}\nwhile x < 1 {}\nwhile x <= 1 {}\nwhile x > 1 {}\nwhile x >= 1 {}",
            "while true { break }\nwhile x { y = x.a[0]\nz = x.a }\nw = x[0]\nv = x[0][1]\nif x or y { r.a[0] = 1 }",
            "r.a = 1\nr[0] = 2\nr[0] = r[0] + 1\nr.a.b = 1\nr.a.b = r.a.b + 1\nr.a = push(r.a, 1)\ns = s + x + y",
            "xs = [\(many)]\nt = (\(many))\nxs = push(xs, 1)\nfor x in xs { y = trim(x)? }\nfor i in range(3) { z = i }\nfor t in range(3) { t = [t] }",
            "process p(a: int) { yield a\nx = wait_signal(\"s\")\nif x { fail 1 } }\nh = start p(a: 1)\nawait h\ncancel h\nsleep for 1\nsignal_run(h, \"s\", 1)",
            "x = await [tools.echo({}), tools.echo({})?]\ny = tools.echo({})\nz = twice(1)",
            "t = Type { a: list[T] }\nx = json_parse(\"{}\").a[0]\ny = json_parse(\"[]\")[0]",
            "n = 1\nm = 2\nwhile n < 9 { n = (n + m) * 2 - 1 / m\nn = n % 7\nif n % 2 == 0 or x % 3 != 1 and x % 2 == 1 { print n } }\nwhile n != 9 {}",
            "n = 1\nwhile x {\nif n == 1 or n != 2 or n < 3 or n <= 3 or n > 4 or n >= 4 { y = n }\n}",
            "n = 1\nwhile x {\nif n == 1 and n != 2 and n < 3 and n <= 3 and n > 4 and n >= 4 { y = n }\n}",
            "while true { \(String(repeating: "x = 1\n", count: 300)) }",
            "n = 1\nxs = [1]\nwhile n < 9 { xs[n] = n\ns = s + xs[0] - xs[1]\nn = n + 1 }",
            "fn f(n: int) -> int { n }\nx = f(1)\ny = sort_by([1], f)",
            (0..<2_100).map { "v\($0) = \($0)" }.joined(separator: "\n") + "\nx = v2099",
        ]
        var made: Set<Opcode> = []
        for text in texts {
            let program = try CompiledProgram(try linked(text), observes: true)
            for unit in [program.unit] + program.processUnits + program.functions.units {
                for position in 0..<unit.count {
                    made.insert(try #require(Opcode(rawValue: UInt8(truncatingIfNeeded: unit.code[position]))))
                }
            }
        }
        #expect(Set(Opcode.allCases).subtracting(made).isEmpty)
    }

    @Test func theVerifierAcceptsWhatTheCompilerMakes() throws {
        let text = """
            xs = [x * 2 for x in range(10) if x % 2 == 0]
            r = {a: {b: [1, 2]}, c: "text"}
            for x in xs { if x > 4 { r.a.b[0] = r.a.b[0] + x } else { r.c = r.c + x } }
            while len(xs) < 9 { xs = push(xs, not r.a) }
            finish validate([r.c, -1, xs[0] and 2], Type { a: int })
            """
        #expect(Verifier(unit: try unit(text)).problem() == nil)
    }

    @Test func theVerifierRefusesCodeThatBreaksTheRules() throws {
        let unit = try unit("x = 0\nwhile x < 0 { x = x + 0 }")
        #expect(Verifier(unit: unit).problem() == nil)
        let broken: [(Int, (UInt64) -> UInt64)] = [
            (0, { $0 | 0xFF }),  // no such instruction
            (0, { $0 | 0xFFF0 << 16 }),  // a register that is not there
            (0, { $0 | 1 << 16 }),  // a register between two
            (1, { $0 | 0x7FFF << 32 }),  // a jump behind the end
            (unit.count - 1, { $0 & ~0xFF | UInt64(Opcode.not.rawValue) }),  // no halt
            (0, { $0 & ~0xFF | UInt64(Opcode.stepIndex.rawValue) }),  // a step without a path
        ]
        for (position, change) in broken {
            #expect(Verifier(unit: changed(unit, position, change)).problem() != nil)
        }
    }

    @Test func disassemblyNamesRegistersAndShowsLines() throws {
        let (tree, _) = SyntaxTree.parse(SourceText("total = 1\nprint total + 2.5"))
        let text = try CompiledProgram(link(tree).get()).disassembly()
        #expect(
            text == """
                ; 1: total = 1
                     0   move                    total, 1

                ; 2: print total + 2.5
                     1   add                     t0, total, 2.5
                     2   print                   t0

                ; 1: total = 1
                     3   halt

                """
        )
    }
}
