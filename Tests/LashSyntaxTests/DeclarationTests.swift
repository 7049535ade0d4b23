import LashSyntax
import Testing

@Suite struct DeclarationTests {
    @Test func processesHaveParametersSignalsAndReturnTypes() {
        let text = "process p(a: int, b: list[str]) signals { go: null } -> {x: any?} { yield a }"
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
        #expect(diagnostics.isEmpty)
        #expect(
            tree.declarationsJSON
                == #"[{"Process":{"body":{"Block":[{"Yield":{"Variable":"a"}}]},"name":"p","params":["#
                + #"{"name":"a","ty":"Int"},{"name":"b","ty":{"List":"Str"}}],"#
                + #""return_ty":{"Object":[{"name":"x","optional":true,"ty":"Any"}]},"#
                + #""signals":[{"name":"go","ty":"Null"}]}}]"#
        )
    }

    @Test func typesHaveEveryForm() {
        let text = #"type T = null | "a" | enum["b", "c"] | Process<int, str> | TriggerHandle<a.B> | Type {} | str.x"#
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(text))
        #expect(diagnostics.isEmpty)
        #expect(
            tree.declarationsJSON
                == #"[{"Type":{"name":"T","ty":{"Union":["Null",{"Enum":["a"]},{"Enum":["b","c"]},"#
                + #"{"Process":{"input":"Int","input_count":1,"output":"Str"}},{"TriggerHandle":{"Ref":"a.B"}},"#
                + #"{"Object":[]},{"Ref":"str.x"}]}}}]"#
        )
    }

    @Test func labelsBelongToStatementsAndProcesses() {
        let (tree, diagnostics) = SyntaxTree.parse(
            SourceText("@label(title: \"a\", description: 'b') x = 1\n@label(title: \"c\") process p() {}")
        )
        #expect(diagnostics.isEmpty)
        #expect(
            tree.mainJSON
                == #"[{"LabelAnnotated":{"expr":{"Assign":{"expr":{"Number":1},"target":{"root":"x"}}},"#
                + #""label":{"description":"b","title":"a"}}}]"#
        )
        #expect(tree.declarationsJSON.contains(#""label":{"title":"c"}"#))
    }

    @Test(arguments: [
        ("type T = {a: int} | null", "unexpected `|` @18..<19"),
        ("process p(a: int?) {}", "expected `)`, found `?` @16..<17"),
        ("process p() -> {}", "expected `{`, found end of input @17..<17"),
        ("type T = enum[]", "expected at least one enum string literal, found empty enum @9..<13"),
        ("type T = {a: int, a: int}", "expected unique field name, found duplicate field `a` @18..<19"),
        ("type T = list[int?]", "expected `]`, found `?` @17..<18"),
        ("type T = 5", "expected type expression, found number 5 @9..<10"),
    ])
    func errorsNameWhatIsMissing(text: String, expected: String) {
        #expect(errors(text).first == expected)
    }

    @Test func declarationWordsAreNamesElsewhere() {
        #expect(shape("type = 1\nprocess = 2\ntrigger = 3\nlet finish = 4\nsignals.x = 5").hasPrefix("type = 1.0"))
        #expect(shape("x = finish 1") == "x = finish; 1.0")
    }
}
