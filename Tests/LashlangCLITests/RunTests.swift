import Lashlang
import Testing

@Suite struct RunTests {
    let place = Workplace()

    @Test func textIsWrittenAsItIsAndValuesAsJSON() {
        #expect(place.lashlang("-e", "finish 'a b'").output == "a b\n")
        #expect(place.lashlang("-e", "finish {b: (1, 2), a: null}").output == "{\"b\":[1,2],\"a\":null}\n")
        #expect(place.lashlang("-e", "x = 1").output == "")
    }

    @Test func programsComeFromFilesAndStandardInput() {
        place.write("#!/usr/bin/env -S lashlang run\nfinish 1 + 1\n", to: "two.lash")
        #expect(place.lashlang("run", "two.lash").output == "2\n")
        #expect(place.lashlang("two.lash").output == "2\n")
        #expect(place.lashlang("run", "-", input: "finish 3").output == "3\n")
    }

    @Test func printsGoToStandardError() {
        let run = place.lashlang("-e", "print 'hello' finish 1")
        #expect(run.output == "1\n")
        #expect(run.errors == "hello\n")
        #expect(run.status == 0)
    }

    @Test func aRuntimeErrorEndsWithOneAndShowsItsPlace() {
        let run = place.lashlang("-e", "x = 1\nfinish x[0]")
        #expect(run.status == 1)
        #expect(run.errors.contains("E0306"))
        #expect(run.errors.contains("-e:2:8"))
    }

    @Test func sourceErrorsEndWith65AndAreAllShown() {
        let run = place.lashlang("-e", "a = )\nb = 2\nc = ]")
        #expect(run.status == 65)
        #expect(run.errors.contains("-e:1:5") && run.errors.contains("-e:3:5"))
    }

    @Test func warningsAreKeptFromPipes() {
        #expect(place.lashlang("-e", "1 finish 2").errors == "")
    }

    @Test(arguments: ["--fuel=10k", "--timeout=50ms"])
    func limitsEndWith124(option: String) {
        let run = place.lashlang("-e", "while true {}", option)
        #expect(run.status == 124)
        #expect(run.errors.contains("limit exceeded"))
    }

    @Test(arguments: [
        (["repll"], 66, "did you mean `lashlang repl`?"), (["chek", "x.lash"], 64, "did you mean `lashlang check`?"),
        (["ats"], 66, "did you mean `lashlang ast`?"), (["hlp", "run"], 64, "did you mean `lashlang help`?"),
    ])
    func misspeltSubcommandsAreRecognised(arguments: [String], status: Int32, advice: String) {
        let run = arguments.count == 1 ? place.lashlang(arguments[0]) : place.lashlang(arguments[0], arguments[1])
        #expect(run.status == status)
        #expect(run.errors.contains(advice))
    }

    @Test func withoutArgumentsItSaysWhatItCanDo() {
        let run = place.lashlang()
        #expect(run.status == 0 && run.errors == "")
        #expect(run.output.contains("lashlang -e 'finish 1 + 1'") && run.output.contains("\n  repl "))
        #expect(run.output.split(separator: "\n").count < 24)
    }

    @Test func helpOnNothingIsRefused() {
        let run = place.lashlang("help", "rnu")
        #expect(run.status == 64)
        #expect(
            run.errors.contains("there is no subcommand `rnu`") && run.errors.contains("did you mean `lashlang run`?")
        )
        #expect(place.lashlang("help", "run").output.hasPrefix("OVERVIEW: Run a program."))
    }

    @Test func theMemoryLimitEndsWith124() {
        let run = place.lashlang("-e", "xs = [] while true { xs = push(xs, 1) }", "--max-memory", "1MB")
        #expect(run.status == 124)
        #expect(run.errors.contains("E0402"))
    }

    @Test(arguments: [
        (["--fuel", "abc"], "--fuel: `abc` is not a number"),
        (["--max-memory", "1XB"], "--max-memory: `1XB` is not a size"),
        (["--timeout", "soon"], "--timeout: `soon` is not a time"),
        (["--color", "red"], "'red' is invalid"),
        (["--unknown"], "Unknown option '--unknown'"),
        (["--bnd", "x=1"], "Unknown option '--bnd'"),
        (["file.lash"], "not both"),
    ])
    func wrongOptionsEndWith64(options: [String], message: String) {
        let run = place.shell("\"$LASHLANG\" -e 'finish 1' \(options.joined(separator: " "))")
        #expect(run.status == 64)
        #expect(run.errors.contains(message))
        #expect(run.errors.hasPrefix("error: "))
        #expect(run.errors.split(separator: "\n").count <= 2)
    }

    @Test func aMissingProgramIsAnError() {
        let run = place.lashlang("run")
        #expect(run.status == 64)
        #expect(run.errors.contains("Missing a program"))
    }

    @Test func filesThatCannotBeReadEndWith66() {
        #expect(
            place.lashlang("run", "none.lash").errors == "error: cannot read none.lash: No such file or directory\n"
        )
        #expect(place.lashlang("run", "none.lash").status == 66)
        #expect(place.lashlang("run", "/").errors == "error: cannot read /: Is a directory\n")
        #expect(place.lashlang("run", "/").status == 66)
    }

    @Test func bytesThatAreNoTextAreASourceError() {
        place.write(bytes: [0x66, 0xFF, 0xFE, 0x00], to: "bad.lash")
        let run = place.lashlang("bad.lash")
        #expect(run.status == 65)
        #expect(run.errors.contains("E0103"))
        #expect(!run.errors.contains("names are made of"))
        var generator = SystemRandomNumberGenerator()
        place.write(bytes: (0..<256).map { _ in UInt8.random(in: 0...255, using: &generator) }, to: "random.lash")
        #expect(place.lashlang("random.lash").status == 65)
    }

    @Test func anOutputThatCannotBeWrittenEndsWith74() {
        let run = place.shell("{ sleep 0.2; \"$LASHLANG\" -e 'finish 1'; echo $? > status; } | true")
        #expect(place.read("status") == "74\n")
        #expect(run.errors == "error: cannot write to standard output: Broken pipe\n")
    }

    @Test func anInterruptKeepsTheSession() {
        // The signal is only caught when the program runs: what a shell puts into the background ignores it.
        let run = place.shell(
            """
            program='x = 1 print "runs" while true { x = x + 1 }'
            "$LASHLANG" -e "$program" --session s.session --timeout 60s 2> out & process=$!
            until grep -q runs out; do sleep 0.05; done
            kill -INT $process; wait $process
            """
        )
        #expect(run.status == 130)
        #expect(place.lashlang("-e", "finish x > 0", "--session", "s.session").output == "true\n")
    }

    @Test func helpAndVersionAreNoFailures() {
        #expect(place.lashlang("--version").status == 0)
        #expect(place.lashlang("--help").output.contains("SUBCOMMANDS"))
        for command in ["run", "check", "test", "repl", "explain", "ast", "disasm", "bench"] {
            let help = place.lashlang(command, "--help")
            #expect(help.status == 0)
            #expect(help.output.contains("OVERVIEW"))
        }
    }

    @Test func colourIsAChoice() {
        #expect(place.lashlang("-e", "x =", "--color", "always").errors.contains("\u{1B}["))
        #expect(!place.lashlang("-e", "x =").errors.contains("\u{1B}["))
    }
}
