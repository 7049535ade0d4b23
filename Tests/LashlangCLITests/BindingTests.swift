import Testing

@Suite struct BindingTests {
    let place = Workplace()

    private func finish(_ binding: String, input: String = "") -> CommandLineRun {
        place.lashlang("-e", "finish [x]", "--bind", binding, input: input)
    }

    @Test func valuesAreJSON() {
        #expect(finish("x={\"b\":1,\"a\":[true,null]}").output == "[{\"b\":1,\"a\":[true,null]}]\n")
        #expect(place.lashlang("-e", "finish [x, y]", "--bind-text", "x=1", "--bind", "y=1").output == "[\"1\",1]\n")
    }

    @Test func filesAreReadByTheirKind() {
        place.write("\u{FEFF}{\"a\": [1]}\n", to: "x.json")
        #expect(finish("x=@x.json").output == "[{\"a\":[1]}]\n")
        place.write("1\n\n{\"a\":2}\r\n", to: "x.jsonl")
        #expect(finish("x=@x.jsonl").output == "[[1,{\"a\":2}]]\n")
        place.write("name,note\r\n\"Ada, Countess\",\"say \"\"hi\"\"\"\r\nBo,\"two\nlines\"\n", to: "x.csv")
        #expect(
            finish("x=@x.csv").output
                == #"[[{"name":"Ada, Countess","note":"say \"hi\""},{"name":"Bo","note":"two\nlines"}]]"# + "\n"
        )
        place.write("a\tb\n1\t2", to: "x.tsv")
        #expect(finish("x=@x.tsv").output == #"[[{"a":"1","b":"2"}]]"# + "\n")
        place.write("häh\n", to: "x.txt")
        #expect(finish("x=@x.txt").output == #"["häh\n"]"# + "\n")
    }

    @Test func standardInputIsJSONAndReadOnce() {
        #expect(finish("x=-", input: "[1]").output == "[[1]]\n")
        let twice = place.lashlang("-e", "finish 1", "--bind", "x=-", "--bind", "y=-", input: "1")
        #expect(twice.status == 64)
        #expect(twice.errors.contains("--bind x=- takes it, and so does --bind y=-"))
        #expect(place.lashlang("-", "--bind", "x=-").status == 64)
    }

    @Test(arguments: [
        ("a,a\n1,2\n", "x.csv:1: the column `a` appears twice"),
        ("a,b\n1,2\n3\n", "x.csv:3: row 2 has 1 value, the header has 2"),
        ("a\n\"b\n", "x.csv:2: a quoted value has no closing quote"),
        ("a\n\"b\"c\n", "x.csv:2: text after the closing quote of a value"),
    ])
    func malformedTables(text: String, message: String) {
        place.write(text, to: "x.csv")
        let run = finish("x=@x.csv")
        #expect(run.status == 65)
        #expect(run.errors == "error: \(message)\n")
    }

    @Test func malformedDataNamesThePlace() {
        place.write("1\n{\n", to: "x.jsonl")
        let lines = finish("x=@x.jsonl")
        #expect(lines.status == 65)
        #expect(lines.errors.hasPrefix("error: x.jsonl:2: not JSON: "))
        place.write("{\"a\": 1,}", to: "x.json")
        let value = finish("x=@x.json")
        #expect(value.status == 65)
        #expect(value.errors.hasPrefix("error: x.json is not JSON: "))
        place.write(bytes: [0xFF], to: "x.txt")
        let text = finish("x=@x.txt")
        #expect(text.status == 65)
        #expect(text.errors == "error: x.txt is not valid UTF-8\n")
    }

    @Test(arguments: [
        ("x", 64, "--bind needs NAME=JSON"),
        ("=1", 64, "--bind needs NAME=JSON"),
        ("x=hello", 64, "--bind-text x=…"),
        ("1x=1", 64, "`1x` is not a valid identifier"),
        ("len=1", 64, "`len` is reserved"),
        ("history=1", 64, "`history` is reserved"),
        ("if=1", 64, "`if` is reserved"),
        ("x=@", 64, "needs the name of a file"),
        ("x=@none.json", 66, "cannot read none.json"),
        ("x=@/", 66, "Is a directory"),
    ])
    func wrongBindings(binding: String, status: Int32, message: String) {
        let run = finish(binding)
        #expect(run.status == status)
        #expect(run.errors.contains(message))
    }

    @Test func aNameIsBoundOnce() {
        let run = place.lashlang("-e", "finish 1", "--bind", "x=1", "--bind-text", "x=2")
        #expect(run.status == 64)
        #expect(run.errors.contains("already bound"))
    }

    @Test func bindingsAreReadOnly() {
        let run = place.lashlang("-e", "x = 2", "--bind", "x=1")
        #expect(run.status == 65)
        #expect(run.errors.contains("E0215"))
    }
}
