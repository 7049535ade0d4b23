import Lashlang
import Testing

/// An addition whose right side is an element is one step in optimised code.
@Suite struct ElementAdditionTests {
    private func result(_ text: String, _ optimization: Optimization) throws -> String {
        let program = try Program(SourceText(text), optimization: optimization)
        do { return "\(try Session().run(program))" } catch {
            return "\(error.diagnostic.message) \(String(describing: error.diagnostic.span))"
        }
    }

    @Test(
        arguments: [
            "xs = [1, 2.5, \"é\", [3], {a: 4}, null, true, \"a text that does not fit into a register\"]",
            "xs = \"texts have elements too\"", "xs = (1, 2)", "xs = {a: 1, b: \"two\"}", "xs = 7", "xs = null",
        ],
        [
            "1 + xs[0]", "1 + xs[1]", "1 + xs[-1]", "\"a\" + xs[2]", "1 + xs[2]", "[0] + xs[3]", "1 + xs[3]",
            "1 + xs[4]",
            "1 + xs[5]", "true + xs[6]", "\"a\" + xs[7]", "1 + xs[8]", "1 + xs[0.5]", "1 + xs[\"a\"]",
            "\"a\" + xs[\"b\"]",
            "1 + xs[0] + xs[1]", "xs[0] + xs[1]", "1 + xs[null]", "xs + xs[0]", "y + xs[0]",
        ]
    )
    func anElementIsAddedAsPlainCodeDoes(list: String, sum: String) throws {
        for text in [
            "y = 2\n\(list)\nfinish \(sum)", "y = \"t\"\n\(list)\nfor i in range(3) { y = y + xs[i] }\nfinish y",
        ] {
            #expect(try result(text, .full) == result(text, .none))
        }
    }

    @Test func sumsOfElementsAreExact() throws {
        let text = """
            xs = [i * 0.5 for i in range(10)]
            ys = ["{}" for i in range(10)]
            sum = 0
            text = ""
            for i in range(10) {
              sum = sum + xs[i]
              text = text + ys[i]
              xs[i] = sum
            }
            finish [sum, len(text), xs]
            """
        #expect(try result(text, .full) == result(text, .none))
        #expect(try result(text, .full).contains("22.5"))
    }
}
