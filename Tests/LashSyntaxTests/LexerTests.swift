import LashSyntax
import Testing

@Suite struct LexerTests {
    @Test func whiteSpaceAndSemicolonsSeparateNothing() {
        #expect(shape("x = y\n;\u{A0}\u{2028}(1)") == "x = y(1.0)")
        #expect(shape("x = a\r\n.b") == "x = a.b")
        #expect(tree(";;;\n;") == "[]")
    }

    @Test func commentsEndAtLineFeedsOnly() {
        #expect(shape("x = 6 // 2\ny = 1 # c\rfinish 2") == "x = 6.0; y = 1.0")
    }

    @Test func numbersHaveExponentsSeparatorsAndPrefixes() {
        #expect(shape("1e5") == "100000.0")
        #expect(shape("2.5e-3") == "0.0025")
        #expect(shape("1_000_000") == "1000000.0")
        #expect(shape("0xff") == "255.0")
        #expect(shape("0b1011") == "11.0")
        #expect(shape("0xFFFF_FFFF_FFFF_FFFF") == "1.8446744073709552e+19")
        #expect(shape("0b1" + String(repeating: "0", count: 70)) == "1.1805916207174113e+21")
        #expect(shape("9007199254740993") == "9007199254740992.0")
        #expect(shape("1" + String(repeating: "0", count: 400)) == "inf")
    }

    @Test func aDotBelongsToTheNumberBeforeIt() {
        #expect(shape("1.") == "1.0")
        #expect(shape("1.foo") == "1.0; foo")
        #expect(shape("1.5.foo") == "1.5.foo")
        #expect(shape("1.e5") == "1.0; e5")
    }

    @Test func decimalsAreRoundedCorrectly() {
        for text in [
            "0.1", "0.9", "3.14159", "0.000000000001", "12345678.123456", "99999999999999", "1.00000000000001",
        ] {
            #expect(shape(text) == Double(text).map { "\($0)" })
        }
    }

    @Test func wordsAreReadTheSameWhereverTheyStand() {
        let alphabet = Array("aZ_9z0A")
        for length in 1...40 {
            let word = "w" + String((1..<length).map { alphabet[($0 * length) % alphabet.count] })
            #expect(shape(word) == word)
            #expect(shape(word + " # é") == word)
            #expect(shape(word + ".x") == word + ".x")
            #expect(shape("x+" + word + "    +    1") == "((x + \(word)) + 1.0)")
        }
    }

    @Test func wordsThatDifferInOneByteAreDifferent() {
        for length in 1...40 {
            let word = Array(repeating: Character("a"), count: length)
            let others = word.indices.map { place in
                var other = word
                other[place] = "b"
                return String(other)
            }
            let record = ([String(word)] + others).map { "\($0): 1" }.joined(separator: ", ")
            let tree = SyntaxTree.parse(SourceText("x = {\(record)}\nfinish \(String(word))")).tree
            guard case .block(let statements) = tree[tree.main], case .assign(_, _, let value) = tree[statements[0]],
                case .record(let entries) = tree[value]
            else {
                Issue.record("no record")
                return
            }
            #expect(entries.map { tree.text(of: $0.key) } == [String(word)] + others)
        }
    }

    @Test func partsThatCompleteNoNumberAreNames() {
        #expect(shape("1e") == "1.0; e")
        #expect(shape("1e+x") == "1.0; (e + x)")
        #expect(shape("0xg") == "0.0; xg")
        #expect(shape("1__0") == "1.0; __0")
        #expect(shape("1_") == "1.0; _")
    }

    @Test func stringsHaveEightForms() {
        #expect(shape(#""a\n\q\\""#) == "'a\nq\\'")
        #expect(shape("'it\\'s'") == "'it's'")
        #expect(shape("'''a''b'''") == "'a''b'")
        #expect(shape("\"\"\"\"a\"\"\"") == "'\"a'")
        #expect(shape(#"r"a\""#) == "'a\\'")
        #expect(shape("R'x'") == "'x'")
        #expect(shape("r\"\"\"a\"b\"\"\"") == "'a\"b'")
        #expect(shape("bar\"x\"") == "bar; 'x'")
        #expect(shape("\"\"") == "''")
        #expect(shape("\"a\nb\"") == "'a\nb'")
    }

    @Test func unterminatedStringsStartWhereTheyOpen() {
        #expect(errors("x = \"abc\ndef") == ["unterminated string @4..<4"])
        #expect(errors("r\"x") == ["unterminated string @0..<0"])
        #expect(errors("\"a\\") == ["unterminated string @0..<0"])
    }

    @Test func lexicalErrorsComeFirst() {
        #expect(errors("x = = 1\ny = $") == ["unexpected `$` @12..<12", "unexpected `=` @4..<5"])
    }

    @Test func strayCharactersNextToEachOtherAreOneError() {
        #expect(errors("x = 日本") == ["unexpected `日` @4..<4"])
        #expect(errors("a & b") == ["unexpected `&` @2..<2"])
    }

    @Test func invalidUTF8IsOneErrorAtItsFirstPlaceEvenInStrings() {
        let (_, diagnostics) = SyntaxTree.parse(
            SourceText(bytes: Array("x = \"a".utf8) + [0xC3, 0x28] + Array("\" # ".utf8) + [0xFF])
        )
        #expect(diagnostics.map(\.code) == ["E0103"])
        #expect(diagnostics[0].span == Span(6, 7))
    }

    @Test func typographicQuotesAreRepairedInPairs() {
        let text = "name = “Ada”\nx = 1"
        let diagnostics = SyntaxTree.parse(SourceText(text)).diagnostics
        #expect(diagnostics.map(\.message) == ["unexpected `“`"])
        #expect(diagnostics[0].fixes == [Fix(Span(7, 10), "\""), Fix(Span(13, 16), "\"")])
    }

    @Test(arguments: [("−", "-"), ("，", ","), ("（", "("), ("≤", "<="), ("×", "*"), ("！", "!")])
    func lookAlikesHaveAFix(character: String, plain: String) {
        let diagnostics = SyntaxTree.parse(SourceText("a \(character) b")).diagnostics
        #expect(diagnostics.first?.fixes.first?.replacement == plain)
        #expect(diagnostics.first?.hint != nil)
    }
}
