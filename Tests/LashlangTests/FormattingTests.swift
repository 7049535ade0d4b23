import LashCases
import Lashlang
import Testing

/// The formatter on every program at hand: the tree stays, and formatting twice is formatting once.
@Suite struct FormattingTests {
    /// What is wrong with the formatted form of a program; `nil` where nothing is, or where it has errors.
    private func problem(_ source: SourceText) -> String? {
        let (tree, problems) = SyntaxTree.parse(source)
        if !problems.isEmpty { return nil }
        let once = tree.formatted()
        let (formatted, errors) = SyntaxTree.parse(SourceText(once))
        if let error = errors.first { return "does not parse: \(error.message)\n\(once)" }
        if formatted.mainJSON != tree.mainJSON || formatted.declarationsJSON != tree.declarationsJSON {
            return "another tree:\n\(once)"
        }
        let twice = formatted.formatted()
        if twice != once { return "not stable:\n\(once)--- then\n\(twice)" }
        if once.split(separator: "\n").contains(where: { $0.last == " " }), !once.contains("\"\"\"") {
            return "blanks at the end of a line:\n\(once)"
        }
        return nil
    }

    @Test func casesKeepTheirTrees() throws {
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
            separator: "/"
        )
        var count = 0
        for example in try Suite(paths: [folder + "/Conformance"]).cases {
            for block in example.blocks {
                count += 1
                if let problem = problem(block.source) { Issue.record("\(example.title)\n\(problem)") }
            }
        }
        #expect(count > 1_000)
    }

    @Test func randomProgramsKeepTheirTrees() {
        let wanted = randomCount(usually: 2_000, variable: "LASHLANG_FORMATTED_PROGRAMS")
        var failures = 0
        for seed in 0..<wanted where failures < 3 {
            var random = RandomPrograms(seed: seed)
            let text = programText(random.block(isFirst: true))
            // Formatted, on as few lines as can be, and with comments everywhere.
            for variant in [text, Self.joined(text), Self.commented(text, seed)] {
                guard let problem = problem(SourceText(variant)) else { continue }
                failures += 1
                Issue.record("seed \(seed)\n\(variant)\n\(problem)")
            }
        }
    }

    private static func joined(_ text: String) -> String {
        text.contains("#") || text.contains("//") ? text : text.split(separator: "\n").joined(separator: " ")
    }

    private static func commented(_ text: String, _ seed: Int) -> String {
        if text.contains("\"\"\"") { return text }
        var numbers = SeededNumbers(seed: seed)
        return text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            switch numbers.below(5) {
            case 0: "\(line) # at the end"
            case 1: "   // before\n\(line)"
            case 2: "\n\n\(line)"
            default: String(line)
            }
        }.joined(separator: "\n")
    }

    @Test func programsHaveOneStyle() throws {
        let examples: [(String, String)] = [
            ("x=1;y   =  2", "x = 1\ny = 2\n"),
            ("if a{print 1}else if b {\nprint 2} else{}", "if a { print 1 } else if b {\n  print 2\n} else {}\n"),
            ("x = [1,2,\n3]", "x = [1, 2, 3]\n"),
            ("r={a:1,\"b c\":{}}", "r = {a: 1, \"b c\": {}}\n"),
            ("finish -x*( - 2)!=!y", "finish -x * (-2) != !y\n"),
            ("x = c?1:d ? 2 : 3", "x = c ? 1 : d ? 2 : 3\n"),
            ("n = await tools.count( { } ) ?", "n = await tools.count({})?\n"),
            ("# head\n\n\n\nx = 1 // tail\n\n# end", "# head\n\nx = 1  // tail\n\n# end\n"),
            ("for x in xs {\n\n  # first\n  print x\n\n}", "for x in xs {\n  # first\n  print x\n}\n"),
            ("xs = [ # one\n1,\n2 ]", "xs = [  # one\n  1,\n  2\n]\n"),
            ("type T={a:int,b:str?}", "type T = { a: int, b: str? }\n"),
            ("process p(a:int)->str{finish \"x\"}", "process p(a: int) -> str { finish \"x\" }\n"),
            ("ys=[x*2 for x in xs if x>1]", "ys = [x * 2 for x in xs if x > 1]\n"),
            ("", ""),
        ]
        for (text, wanted) in examples {
            let (tree, problems) = SyntaxTree.parse(SourceText(text))
            #expect(problems.isEmpty)
            #expect(tree.formatted() == wanted)
            #expect(problem(SourceText(text)) == nil)
        }
    }

    @Test func longListsAndCallsAreBrokenAtTheirCommas() {
        let words = (0..<12).map { "\"item number \($0)\"" }.joined(separator: ", ")
        let call =
            "found = await tools.search({query: \"a long text that is searched for\", limit: 100, order: \"newest\", fields: [\"title\"]})?"
        for text in [
            "xs = [\(words)]", call,
            "finish aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa + bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb + cccccccccccccccccccccccccccc + ddddddddd",
        ] {
            let formatted = SyntaxTree.parse(SourceText(text)).tree.formatted()
            #expect(formatted.split(separator: "\n").allSatisfy { $0.count <= 100 })
            #expect(problem(SourceText(text)) == nil)
        }
        let (tree, _) = SyntaxTree.parse(SourceText(call))
        #expect(
            tree.formatted() == """
                found = await tools.search({
                  query: "a long text that is searched for",
                  limit: 100,
                  order: "newest",
                  fields: ["title"]
                })?

                """
        )
    }
}
