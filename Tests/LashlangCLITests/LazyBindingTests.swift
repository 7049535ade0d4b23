import Testing

/// `--bind-lazy` gives what `--bind` gives.
@Suite struct LazyBindingTests {
    let place = Workplace()

    /// Evaluates all expressions in one run, with the file read before it and with the file read in it.
    private func compare(_ file: String, _ expressions: [String]) {
        let program = "finish [\n" + expressions.map { "  (\($0))" }.joined(separator: ",\n") + "\n]"
        let plain = place.lashlang("-e", program, "--bind", "x=@\(file)")
        let lazy = place.lashlang("-e", program, "--bind-lazy", "x=@\(file)")
        #expect(plain.status == 0, "\(plain.errors)")
        #expect(lazy.status == 0, "\(lazy.errors)")
        #expect(lazy.output == plain.output)
    }

    private static let listQuestions = [
        "x", "len(x)", "empty(x)", "x[0]", "x[1]", "x[-1]", "x[99]", "x[-99]", "slice(x, 1, 3)", "slice(x, -2, null)",
        "slice(x, null, -1)", "slice(x, 2, 1)", "slice(x, 0, 99)", "len(slice(x, 0, 2))",
        "slice(slice(x, 1, null), 0, 1)",
        "slice(x, 1, 3)[0]", "slice(x, 1, 3)[-1]", "[r for r in x]", "[r for r in slice(x, 1, 3)]", "contains(x, x[1])",
        "contains(x, \"no\")", "x == x", "to_string(x)", "push(x, 1)", "x ? 1 : 2", "[x, {a: x}]",
    ]

    @Test func jsonLines() {
        place.write(
            "\u{FEFF}{\"name\": \"ann\", \"n\": [1, {\"m\": 2}]}\r\n\n \t\n{\"name\": \"bob\"}\n[1,2]\n\"text\"\n7",
            to: "x.jsonl"
        )
        compare(
            "x.jsonl",
            Self.listQuestions + [
                "x[0].name", "x[0].n[1].m", "x[0].missing", "x[0].n[5]", "keys(x[0])", "values(x[0])", "len(x[0])",
                "contains(x[0], \"name\")", "x[2][1]", "len(x[2])", "x[3]", "x[4] + 1", "len(x[0].n)", "x[0] == x[1]",
            ]
        )
        place.write("", to: "x.jsonl")
        compare("x.jsonl", Self.listQuestions.filter { $0 != "contains(x, x[1])" })
    }

    @Test func tables() {
        place.write("name,note\r\n\"Ada, Countess\",\"say \"\"hi\"\"\"\r\n\r\nBo,\"two\nlines\"\nCy,\n,x", to: "x.csv")
        compare(
            "x.csv",
            Self.listQuestions + ["x[0].name", "x[1].note", "x[1].missing", "keys(x[2])", "[r.name for r in x]"]
        )
        place.write("a\tb\n1\t2\n3\t\"4\"", to: "x.tsv")
        compare("x.tsv", Self.listQuestions)
        place.write("a,b\n", to: "x.csv")
        compare("x.csv", ["x", "len(x)", "empty(x)", "x[0]"])
    }

    @Test func text() {
        place.write("häh, b€a\r\nno\nline 😀 three\n\nbä", to: "x.txt")
        compare(
            "x.txt",
            [
                "x", "len(x)", "empty(x)", "x[0]", "x[1]", "x[-1]", "x[17]", "x[999]", "slice(x, 2, 5)",
                "slice(x, -3, null)",
                "slice(x, 3, 3)", "slice(x, null, 900)", "find(x, \"b\")", "find(x, \"b\", 6)", "find(x, \"zz\")",
                "find(x, \"\", 3)",
                "find(x, \"\", 999)", "find(x, \"a\", 999)", "contains(x, \"€\")", "contains(x, \"zz\")",
                "contains(x, \"\")",
                "grep_text(x, \"b\")", "grep_text(x, \"ä\")", "grep_text(x, \"zz\")", "split(x, \"\\n\")",
                "split(x, \", \")",
                "split(x, \"\")", "len(split(x, \"\\n\"))", "split(x, \"\\n\")[1]", "[l for l in split(x, \"\\n\")]",
                "starts_with(x, \"hä\")", "starts_with(x, \"ä\")", "ends_with(x, \"bä\")", "ends_with(x, \"b\")",
                "trim(x)",
                "x + \"!\"", "x == x", "x ? 1 : 2", "to_string(x)", "format(\"{}\", x)",
            ]
        )
        place.write("", to: "x.txt")
        compare(
            "x.txt",
            [
                "x", "len(x)", "empty(x)", "x[0]", "slice(x, 0, 9)", "find(x, \"a\")", "find(x, \"\")",
                "split(x, \"\\n\")", "grep_text(x, \"a\")", "x ? 1 : 2",
            ]
        )
        place.write("42", to: "x.txt")
        compare("x.txt", ["x * 2", "to_int(x)", "json_parse(x)"])
    }

    @Test func json() {
        place.write(
            #" {"a": {"b": [1, 2, {"c": "d\u0041"}]}, "e f": null, "n": 1.5, "a": {"b": [3, [], {"c": 4}]}} "#,
            to: "x.json"
        )
        compare(
            "x.json",
            [
                "x", "len(x)", "empty(x)", "keys(x)", "values(x)", "x.a", "x[\"a\"]", "x.a.b", "x.a.b[2].c",
                "x.a.b[-1]",
                "x.missing", "x.missing.more", "x[\"e f\"]", "x.n + 1", "contains(x, \"a\")", "contains(x, \"z\")",
                "len(x.a.b)",
                "[k for k in keys(x)]", "[b for b in x.a.b]", "slice(x.a.b, 1, null)", "empty(x.a.b[1])", "x == x",
                "to_string(x)",
            ]
        )
        for scalar in ["7", "\"text\"", "true", "null", "[]", "{}"] {
            place.write(scalar, to: "x.json")
            compare("x.json", ["x", "x == x", "to_string(x)", "x ? 1 : 2"])
        }
    }

    /// Large enough that parts are not handed over at once.
    @Test func largeValues() {
        let list = (0..<9000).map { "{\"id\":\($0),\"text\":\"é\($0)\"}" }
        place.write("{\"big\":[\(list.joined(separator: ","))],\"after\":1}", to: "x.json")
        compare(
            "x.json",
            [
                "len(x.big)", "x.big[8999]", "x.big[-1].text", "x.big[4500].id", "slice(x.big, 8997, null)", "x.after",
                "len([r for r in x.big])", "x.big == x.big", "len(slice(x.big, 3, 8000))",
                "slice(slice(x.big, 10, 8000), 7980, null)",
                "[r.id for r in slice(x.big, 4000, 4003)]", "contains(x.big, {id: 7000, text: \"é7000\"})",
                "len(to_string(x))",
            ]
        )
        place.write(list.joined(separator: "\n"), to: "x.jsonl")
        compare(
            "x.jsonl",
            [
                "len(x)", "x[8999].text", "x[-9000]", "[r.id for r in slice(x, 8990, null)]", "len([r for r in x])",
                "len(to_string(x))",
            ]
        )
        place.write(list.joined(separator: "\n"), to: "x.txt")
        compare(
            "x.txt",
            [
                "len(x)", "x[100000]", "slice(x, 150000, 150010)", "len(slice(x, 10, -10))", "find(x, \"é8999\")",
                "slice(slice(x, 10, -10), -5, null)", "len(split(x, \"\\n\"))", "split(x, \"\\n\")[8999]",
                "len(grep_text(x, \"99\"))", "ends_with(x, \"é8999\\\"}\")",
            ]
        )
    }

    @Test func compressedFilesOfLines() {
        place.write("{\"a\": 1}\n{\"a\": 2}\n", to: "x.jsonl")
        place.write("one\ntwo\n", to: "x.txt")
        place.write("a\n1\n", to: "x.csv")
        place.write("[1]", to: "x.json")
        guard place.shell("cd \(place.path) && gzip -k x.jsonl x.txt x.csv x.json").status == 0 else { return }
        func finish(_ program: String, _ file: String) -> CommandLineRun {
            place.lashlang("-e", program, "--bind-lazy", "x=@\(file)")
        }
        #expect(finish("finish [x[1].a, len(x), x]", "x.jsonl.gz").output == "[2,2,[{\"a\":1},{\"a\":2}]]\n")
        #expect(finish("finish [len(x), find(x, \"two\"), x]", "x.txt.gz").output == "[8,4,\"one\\ntwo\\n\"]\n")
        #expect(finish("finish x[0].a", "x.csv.gz").output == "1\n")
        let json = finish("finish x", "x.json.gz")
        #expect(json.status == 66)
        #expect(json.errors.contains("a compressed JSON file cannot be read in pieces"))
    }

    @Test func foldersAreRecordsOfTexts() {
        #expect(
            place.shell(
                "mkdir -p \(place.path)/docs/a && printf one > \(place.path)/docs/a/b.txt && printf two > \(place.path)/docs/c.md"
            ).status == 0
        )
        let run = place.lashlang(
            "-e",
            "finish [keys(docs), docs[\"a/b.txt\"], docs.missing, len(docs), values(docs), contains(docs, \"c.md\"), [t for t in values(docs)], docs]",
            "--bind-lazy",
            "docs=@docs"
        )
        #expect(
            run.output
                == #"[["a/b.txt","c.md"],"one",null,2,["one","two"],true,["one","two"],{"a/b.txt":"one","c.md":"two"}]"#
                + "\n"
        )
        let out = place.lashlang("-e", "finish docs[\"../x\"]", "--bind-lazy", "docs=@docs")
        #expect(out.status == 1)
        #expect(out.errors.contains("`..` is not allowed"))
    }

    @Test(arguments: [
        ("x=@missing.json", 66, "cannot read missing.json: No such file or directory"),
        ("x=@/dev/zero", 66, "cannot read /dev/zero: is a device, not a file"),
        ("x=[1]", 64, "--bind-lazy needs NAME=@FILE, not `x=[1]`"),
        ("x=@", 64, "--bind-lazy needs NAME=@FILE, not `x=@`"),
        ("x", 64, "--bind-lazy needs NAME=@FILE, not `x`"), ("finish=@x.txt", 64, "`finish` is reserved"),
        ("x=@twice.csv", 65, "twice.csv: the column `a` appears twice"),
        ("x=@empty.json", 65, "empty.json: is empty: that is no JSON"),
        ("x=@text.gz", 65, "text.gz: is not a gzip file"),
    ])
    func whatCannotBeBound(binding: String, status: Int32, message: String) {
        place.write("a,a\n1,2", to: "twice.csv")
        place.write("", to: "empty.json")
        place.write("plain", to: "text.gz")
        place.write("x", to: "x.txt")
        let run = place.lashlang("-e", "finish 1", "--bind-lazy", binding)
        #expect(run.status == status)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test(arguments: [
        ("cut.json", "finish x.a", "EOF while parsing"), ("cut.json", "finish x", "EOF while parsing"),
        ("bad.jsonl", "finish x[1].a", "expected `:`"), ("bad.jsonl", "for r in x { }", "expected `:`"),
        ("short.csv", "finish x[1]", "row 2 has 1 value, the header has 2"),
        ("open.csv", "finish len(x)", "has no closing quote"),
        ("latin.txt", "finish x", "is not valid UTF-8"),
        ("latin.txt", "finish find(x, \"nowhere\")", "is not valid UTF-8"),
        ("latin.txt", "finish len(x)", "is not valid UTF-8"), ("latin.txt", "finish \"zz\" in x", "is not valid UTF-8"),
        ("latin.txt", "finish grep_text(x, \"zz\")", "is not valid UTF-8"), ("latin.jsonl", "finish x[0].a", "UTF-8"),
        ("deep.json", "finish x", "recursion limit exceeded"),
    ])
    func brokenContentsAreErrorsWhereTheyAreRead(file: String, program: String, message: String) {
        place.write("{\"a\": [1, 2, {", to: "cut.json")
        place.write("{\"a\": 1}\n{\"a\" 2}\n", to: "bad.jsonl")
        place.write("a,b\n1,2\n3\n", to: "short.csv")
        place.write("a\n\"b\n", to: "open.csv")
        place.write(bytes: [0x68, 0xE4, 0x68], to: "latin.txt")
        place.write(bytes: Array("{\"a\": \"h".utf8) + [0xE4] + Array("\"}".utf8), to: "latin.jsonl")
        place.write(String(repeating: "[", count: 600) + String(repeating: "]", count: 600), to: "deep.json")
        let run = place.lashlang("-e", program, "--bind-lazy", "x=@\(file)")
        #expect(run.status == 1)
        #expect(run.errors.contains(message), "\(run.errors)")
    }

    @Test func theMemoryLimitHoldsBeforeAnythingIsRead() {
        place.write(String(repeating: "x", count: 3_000_000), to: "x.txt")
        place.write("[" + String(repeating: "1,", count: 1_000_000) + "1]", to: "x.json")
        for (file, program) in [
            ("x.txt", "y = x + \"!\""), ("x.json", "y = push(x, 1)"), ("x.json", "y = to_string(x)"),
        ] {
            let run = place.lashlang("-e", program, "--bind-lazy", "x=@\(file)", "--max-memory", "2MB")
            #expect(run.status == 124, "\(run.errors)")
            #expect(
                place.lashlang("-e", "finish len(x) > 5", "--bind-lazy", "x=@\(file)", "--max-memory", "2MB").output
                    == "true\n"
            )
        }
    }
}
