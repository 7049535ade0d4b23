import LashLinker
import LashSyntax
import Testing

@testable import LashVM

/// Where the compiler takes registers for numbers, and where it must not.
@Suite struct SpecializationTests {
    private func opcodes(_ text: String, function: Int? = nil) throws -> [Opcode] {
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
        #expect(diagnostics.isEmpty)
        let program = try CompiledProgram(try link(tree).get())
        let unit = function.map { program.functions.units[$0] } ?? program.unit
        #expect(Verifier(unit: unit).problem() == nil)
        return try (0..<unit.count).map { try #require(Opcode(rawValue: UInt8(truncatingIfNeeded: unit.code[$0]))) }
    }

    @Test(
        arguments: [
            ("n = 0\nfor i in range(9) { n = n + i }", Opcode.addNumbers),
            ("n = 0\nfor i in range(9) { n = n - i * 2 }", .subtractNumbers),
            ("n = 1\nwhile n < 9 { n = n * 2 }", .multiplyNumbers),
            ("n = 1\nwhile n != 0.125 { n = n / 2 }", .loopNotEqualNumbers),
            ("n = 0\nfor i in range(9) { n = i % 3 }", .moduloNumber),
            ("n = 0\nfor i in range(9) { if n < 4 { n = n + 1 } }", .jumpUnlessLessNumbers),
            // Both paths give a number.
            ("n = 0\nm = 0\nfor x in xs { if x { n = 1 } else { n = len(x) }\nm = n + 1 }", .addNumbers),
            // What one loop leaves is known in the next.
            ("n = 0\nwhile n < 5 { n = n + 1 }\nwhile n < 9 { n = n + 1 }", .loopLessNumbers),
            ("m = [i * 2 for i in range(9)]", .multiplyNumbers),
            (
                "n = 0\nfor i in range(9) { for j in range(9) { n = i + j\nif n == 3 { break }\nif n == 4 { continue } } }",
                .addNumbers
            ),
            ("n = -x\nfor i in range(9) { n = n + i }", .addNumbers),
        ]
    )
    func whatIsANumberOnEveryPathIsKnown(text: String, opcode: Opcode) throws {
        #expect(try opcodes(text).contains(opcode))
    }

    @Test(
        arguments: [
            // From outside.
            "for i in range(9) { n = n + i }",
            "n = 0\nfor x in xs { n = x + 1 }",
            "n = 0\nfor i in range(9) { n = n + xs[i] }",
            // Text on one path.
            "n = 0\nm = 0\nfor x in xs { if x { n = \"a\" }\nm = n + 1 }",
            "n = 0\nm = 0\nfor i in range(9) { m = n + 1\nn = \"a\" }",
            "n = 0\nm = 0\nwhile x { if n == 0 { continue }\nm = n + 1\nn = [1] }",
            // The variable of a loop gets its old value back.
            "i = \"a\"\nm = 0\nwhile x { for i in range(3) { y = 1 }\nm = i + 1 }",
            // An empty range leaves the variable as it was.
            "m = 0\nwhile x { for i in range(0) { y = 1 }\nm = i + 1 }",
            "n = null\nm = 0\nwhile x { m = n + 1 }",
            "n = true\nm = 0\nwhile x { m = n + 1 }",
        ]
    )
    func whatMayBeSomethingElseIsNot(text: String) throws {
        #expect(try !opcodes(text).contains(.addNumbers))
    }

    @Test func assigningANumberToAKnownPlaceTakesTheFormForNumbers() throws {
        #expect(try opcodes("xs = [0]\nfor i in range(1) { xs[i] = i }").contains(.setIndexNumber))
        #expect(try opcodes("xs = [0]\nfor x in ys { xs[0] = x }").contains(.setIndex))
        #expect(try opcodes("xs = [0]\nfor i in range(1) { xs[k] = i }").contains(.setIndex))
    }

    @Test func whatHoldsAnObjectIsReplacedWithCare() throws {
        #expect(try opcodes("x = [1]\nfor i in range(3) { x = i * 2\nx = [x] }").contains(.multiply))
        #expect(try opcodes("for i in range(3) { i = [i] }").contains(.rangeNext))
    }

    @Test func codeThatRunsOnceIsLeftAlone() throws {
        #expect(try opcodes("x = 1\ny = x + 2 * x") == [.move, .multiply, .add, .halt])
    }

    @Test func functionsKnowNothingOfTheirParameters() throws {
        let text = "fn f(n: int) -> int { m = 1\nwhile m < n { m = m + m }\nm }\nx = f(3)"
        let code = try opcodes(text, function: 0)
        #expect(code.contains(.addNumbers))
        #expect(code.contains(.loopLess))
    }

    @Test(
        arguments: [
            ("x % 2 == 0", Opcode.jumpNotRemainder), ("x % 2 != 0", .jumpRemainder),
            ("not (x % 3 == 255)", .jumpRemainder),
        ]
    )
    func remaindersAreComparedWhereTheyAreMade(condition: String, opcode: Opcode) throws {
        #expect(try opcodes("if \(condition) { y = 1 }").contains(opcode))
    }

    @Test func aDivisorThatOperandsCannotNameIsLoaded() throws {
        let many = (1...1_001).map { "y = \($0)" }.joined(separator: "\n")
        let code = try opcodes(many + "\nif x % 5000 == 0 { y = 1 }")
        #expect(!code.contains(.jumpRemainder) && !code.contains(.jumpNotRemainder))
        #expect(code.contains(.modulo))
    }

    @Test(arguments: [
        "x % 2 == 256", "x % 2 == -1", "x % 2 == 0.5", "x % 2 == y", "x % y == 0", "x % 0 == 0", "x % 2 < 1",
    ])
    func otherRemaindersAreNot(condition: String) throws {
        let code = try opcodes("if \(condition) { y = 1 }")
        #expect(!code.contains(.jumpRemainder) && !code.contains(.jumpNotRemainder))
    }
}
