import Testing

/// `--receipts`, and what is said of runs that read more than they use.
@Suite struct ReceiptTests {
    let place = Workplace()

    init() {
        place.write((0..<50).map { "{\"n\":\($0),\"text\":\"row \($0)\"}\n" }.joined(), to: "rows.jsonl")
        place.write("some text", to: "doc.txt")
    }

    @Test func theTableSaysWhatWasReadOfEachBinding() {
        let run = place.lashlang(
            "-e",
            "finish rows[5].n + rows[6].n",
            "--receipts",
            "--bind-lazy",
            "rows=@rows.jsonl",
            "--bind-lazy",
            "doc=@doc.txt",
            "--bind",
            "plain=[1]"
        )
        #expect(run.output == "11\n")
        let lines = run.errors.split(separator: "\n").map { line in
            line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
        }
        #expect(
            lines == [
                "binding reads bytes largest data", "rows 4 32 16 JSON lines, 1.2 kB",
                "doc never touched 0 0 text, 9 bytes",
            ],
            "\(run.errors)"
        )
    }

    @Test func wholesCountWithTheirBytes() {
        let run = place.lashlang(
            "-e",
            "x = doc + \"!\"\nfinish len(rows)",
            "--json",
            "--bind-lazy",
            "doc=@doc.txt",
            "--bind-lazy",
            "rows=@rows.jsonl"
        )
        #expect(
            run.output.contains(
                #""receipts":[{"binding":"doc","data":"text, 9 bytes","reads":1,"bytes":16,"largest":16,"touched":true},"#
                    + #"{"binding":"rows","data":"JSON lines, 1.2 kB","reads":1,"bytes":0,"largest":0,"touched":true}]"#
            ),
            "\(run.output)"
        )
        let untouched = place.lashlang("-e", "finish 1", "--json", "--bind-lazy", "doc=@doc.txt")
        #expect(untouched.output.contains(#""reads":0,"bytes":0,"largest":0,"touched":false"#), "\(untouched.output)")
    }

    @Test func withoutLazyBindingsItSaysSo() {
        let run = place.lashlang("-e", "finish xs", "--receipts", "--bind", "xs=1")
        #expect(run.output == "1\n")
        #expect(run.errors == "no receipts: nothing is bound with --bind-lazy\n")
        #expect(!place.lashlang("-e", "finish 1", "--json").output.contains("receipts"))
    }

    @Test func aRunThatFailsHasReceiptsToo() {
        let run = place.lashlang("-e", "finish rows.n", "--receipts", "--bind-lazy", "rows=@rows.jsonl")
        #expect(run.status == 1)
        #expect(run.errors.contains("never touched"), "\(run.errors)")
    }

    @Test func readingMuchAtOnceForLittleIsWarnedOf() {
        place.write(String(repeating: "line of text\n", count: 500_000), to: "big.txt")
        let whole = place.lashlang("-e", "finish len(doc + \"!\")", "--bind-lazy", "doc=@big.txt")
        #expect(whole.output == "6500001\n")
        #expect(whole.errors.hasPrefix("warning: 6,500,"), "\(whole.errors)")
        #expect(whole.errors.contains("of `doc` were read at once, for 7 bytes of output; read parts of it"))
        for program in [
            "finish find(doc, \"text\")", "finish len(doc)",
            "n = 0\nfor l in split(doc, \"\\n\") { n = n + 1 }\nfinish n",
            "finish doc",
        ] {
            let run = place.lashlang("-e", program, "--bind-lazy", "doc=@big.txt")
            #expect(run.errors == "", "\(program): \(run.errors)")
        }
    }
}
