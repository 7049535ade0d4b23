import LashLinker
import LashSyntax
import Testing

@testable import LashVM

@Suite struct CompilerTests {
    private func unit(_ text: String, _ optimization: Optimization = .full) throws -> CodeUnit {
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
        #expect(diagnostics.isEmpty)
        let program = try link(tree).get()
        return try Compiler.compile(program.tree.main, of: program, optimization: optimization)
    }

    private func opcodes(_ text: String, _ optimization: Optimization = .full) throws -> [Opcode] {
        let unit = try unit(text, optimization)
        return try (0..<unit.count).map {
            try #require(Opcode(rawValue: UInt8(truncatingIfNeeded: unit.code[$0])))
        }
    }

    @Test func arithmeticReadsVariablesAndConstantsInPlace() throws {
        #expect(try opcodes("x = 1\ny = x + 2 * x") == [.move, .multiply, .add, .halt])
    }

    @Test func anElementThatOnlyAnAdditionReadsIsAddedAtOnce() throws {
        #expect(try opcodes("xs = [1]\nx = 1 + xs[0]").contains(.indexAdd))
        #expect(try opcodes("xs = [1]\nx = xs[0] + 1").allSatisfy { $0 != .indexAdd })
        #expect(try opcodes("xs = [1]\nx = 1 - xs[0]").allSatisfy { $0 != .indexAdd })
        #expect(try opcodes("xs = [[1]]\nx = 1 + xs[0][0]").allSatisfy { $0 != .indexAdd })
        #expect(try opcodes("xs = [1]\nx = 1 + xs[0]", .none).allSatisfy { $0 != .indexAdd })
    }

    @Test func anElementOfAnElementIsReadAtOnce() throws {
        #expect(try opcodes("xs = [[1]]\nx = xs[0][0]").suffix(3) == [.indexIndex, .indexOwned, .halt])
        // What comes between could change where the temporary stands.
        #expect(try opcodes("xs = [[1]]\nx = xs[0][xs[0][0]]").filter { $0 == .indexIndex }.count == 1)
        #expect(try opcodes("xs = [[[1]]]\nx = xs[0][0][0]").filter { $0 == .indexIndex }.count == 1)
        #expect(try opcodes("xs = [[1]]\nx = xs[0][0]", .none).allSatisfy { $0 != .indexIndex })
    }

    @Test func aVariableIsCheckedOnceOnEveryPath() throws {
        #expect(try opcodes("a = x + x") == [.check, .add, .halt])
        #expect(try opcodes("if c { a = x }\nb = x").filter { $0 == .check }.count == 3)
        #expect(try opcodes("if c { x = 1 } else { x = 2 }\nb = x").filter { $0 == .check }.count == 1)
    }

    @Test func loopsAreTestedAtTheBottom() throws {
        #expect(
            try opcodes("i = 0\nwhile i < 9 { i = i + 1 }") == [.move, .jump, .addNumbers, .loopLessNumbers, .halt]
        )
    }

    @Test func rangesAreNotBuilt() throws {
        #expect(try opcodes("for i in range(9) { x = i }").contains(.rangeNextPlain))
        #expect(try !opcodes("for i in range(9) { x = i }").contains(.call))
        #expect(try opcodes("for i in range(9) { x = i }", .none).contains(.call))
    }

    @Test(
        arguments: [
            ("xs = []\nxs = push(xs, 1)", Opcode.push),
            ("r = {}\nr[k] = r[k] + 1", .addIndex),
            ("r = {}\nr.a.b = r.a.b + 1", .addPath),
            ("r = {}\nr.xs = push(r.xs, 1)", .pushPath),
            ("r = {}\nr.a.b = 1", .setPath),
            ("s = \"\"\ns = s + a + b", .concat),
        ]
    )
    func updatesOfOnePlaceAreOneInstruction(text: String, opcode: Opcode) throws {
        #expect(try opcodes(text).contains(opcode))
    }

    @Test func remaindersOfPositiveIntegersDoNotLookAtTheDivisor() throws {
        for divisor in ["1", "7", "65536", "2147483647"] {
            #expect(try opcodes("x = 9\ny = x % \(divisor)").contains(.moduloConstant))
            #expect(try opcodes("x = 9\ny = x % \(divisor)", .none).contains(.modulo))
        }
        for divisor in ["0", "0.5", "2147483648", "1e300", "x", "\"7\"", "(0 - 7)"] {
            #expect(try opcodes("x = 9\ny = x % \(divisor)").contains(.modulo))
        }
    }

    @Test func plainCodeHasNoFusedInstructions() throws {
        let text = "s = s + a + b\nr[k] = r[k] + 1\nif x < y { z = len(s) }\nr.l = push(r.l, 1)"
        let fused: [Opcode] = [.concat, .addIndex, .addPath, .pushPath, .jumpUnlessLess, .length, .push]
        #expect(try !opcodes(text, .none).contains { fused.contains($0) })
    }

    @Test func programsWithManyConstantsAndVariablesCompile() throws {
        let constants = (0..<1500).map { "x = \($0).5" }.joined(separator: "\n")
        let variables = (0..<2500).map { "v\($0) = \($0)" }.joined(separator: "\n")
        let unit = try unit(constants + "\n" + variables + "\nfinish v2499 + v0")
        #expect(Verifier(unit: unit).problem() == nil)
        let store = VariableStore()
        let (tree, _) = SyntaxTree.parse(SourceText(constants + "\n" + variables + "\nv2499.a = 1"))
        let program = try CompiledProgram(link(tree).get())
        let execution = Execution(program, store: store, bindings: [], limits: Limits(), isCancelled: nil)
        guard case .failure(let diagnostic) = execution.resume() else {
            Issue.record("a number has no fields")
            return
        }
        #expect(diagnostic.message == "can't assign `.a` on number")
        #expect(store["v2498"] == 2498)
    }

    @Test func loopsWithLongBodiesReachBack() throws {
        let body = (0..<20_000).map { "a = a + \($0 % 7)" }.joined(separator: "\n")
        let text = "a = 0\nfor i in range(2) { \(body) }\nfinish a"
        let (tree, _) = SyntaxTree.parse(SourceText(text))
        let program = try CompiledProgram(link(tree).get())
        let store = VariableStore()
        let execution = Execution(program, store: store, bindings: [], limits: Limits(), isCancelled: nil)
        guard case .finish(let value) = execution.resume() else {
            Issue.record("did not finish")
            return
        }
        #expect(value == .number(Double(2 * (0..<20_000).map { $0 % 7 }.reduce(0, +))))
    }

    @Test func aTypeThatContainsItselfIsRefused() {
        let (tree, _) = SyntaxTree.parse(SourceText("type A = { a: A }\nx = Type { a: A }"))
        #expect(throws: Diagnostics.self) { try CompiledProgram(link(tree).get()) }
    }

    @Test func aliasesThatDoubleAreRefusedInTime() {
        let aliases = (0..<60).map { "type A\($0) = { x: A\($0 + 1), y: A\($0 + 1) }" }.joined(separator: "\n")
        let (tree, _) = SyntaxTree.parse(SourceText(aliases + "\ntype A60 = int\nx = Type { a: A0 }"))
        #expect(throws: Diagnostics.self) { try CompiledProgram(link(tree).get()) }
    }
}
