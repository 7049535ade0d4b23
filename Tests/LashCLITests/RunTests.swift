import LashTestSupport
import Lashlang
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct RunTests {
    private let place = Workplace()

    init() {
        place.write(
            """
            %% reply chunk=4 usage=100,20
            Let me look.
            <lashlang>
            found = await files.search({ text: "needle" })?
            print found[0].text
            </lashlang>
            %% reply usage=150,10
            <lashlang>
            finish { first: found[0].path, n: n }
            </lashlang>
            """,
            to: "look.txt"
        )
        place.write("Hello, {name}.\n", to: "hello.txt")
        mkdir("\(place.path)/notes", 0o700)
        place.write("a needle\n", to: "notes/a.txt")
    }

    @Test func theAnswerGoesToStandardOutputAlone() {
        let run = place.lash("run", "Find it", "--script", "look.txt", "--tools", "files=notes", "--bind", "n=3")
        #expect(run.status == 0)
        #expect(run.output == "{\"first\":\"a.txt\",\"n\":3}\n")
        #expect(run.errors == "")
    }

    @Test func aTextIsWrittenAsItIs() {
        let run = place.lash("run", "Hi", "--script", "hello.txt")
        #expect(run.output == "Hello, {name}.\n")
        #expect(run.status == 0)
    }

    @Test func theTaskCanComeFromStandardInput() {
        let run = place.lash("run", "-", "--script", "hello.txt", "--trace", "t.jsonl", input: "Say hello")
        #expect(run.status == 0)
        #expect(place.read("t.jsonl").contains("\"text\":\"Say hello\""))
    }

    @Test func programsAreShownToWhomWantsThem() {
        let run = place.lash(
            "run",
            "Find it",
            "--script",
            "look.txt",
            "--tools",
            "files=notes",
            "--bind",
            "n=3",
            "--show-code"
        )
        #expect(run.output == "{\"first\":\"a.txt\",\"n\":3}\n")
        #expect(run.errors.contains("found = await files.search"))
        #expect(run.errors.contains("[thinking] step 1\n") && run.errors.contains("[thinking] step 2\n"))
        #expect(run.errors.contains("[tool] files_search · ok · "))
        #expect(run.errors.contains("a needle\n"))
    }

    @Test func eventsAreJSON() throws {
        let run = place.lash(
            "run",
            "Find it",
            "--script",
            "look.txt",
            "--tools",
            "files=notes",
            "--bind",
            "n=3",
            "--json"
        )
        #expect(run.status == 0)
        let lines = try run.output.split(separator: "\n").map { try Value(json: String($0)) }
        func field(_ value: Value?, _ name: String) -> Value? {
            if case .record(let record)? = value { record[name] } else { nil }
        }
        #expect(field(lines.first, "type") == "turn_start")
        #expect(lines.dropFirst().dropLast().allSatisfy { field($0, "type") == "event" })
        #expect(field(lines.last, "type") == "turn_finish")
        guard case .record(let finish)? = lines.last else { return }
        #expect(
            Array(finish.keys) == [
                "type", "stream_id", "ok", "cancelled", "assistant_text", "outcome", "usage", "children_usage",
                "errors",
                "execution", "tool_calls",
            ]
        )
        #expect(field(lines.last, "ok") == true)
        #expect(field(lines.last, "outcome") == ["kind": "value", "value": ["first": "a.txt", "n": 3]])
        #expect(field(field(lines.last, "usage"), "output") == 30)
    }

    @Test func aModelThatFailsIsAFailure() {
        place.write("%% error quota no money left", to: "poor.txt")
        let run = place.lash("run", "Hi", "--script", "poor.txt")
        #expect(run.status == 1)
        #expect(run.output == "")
        #expect(run.errors == "error: LLM error: no money left\n")
    }

    @Test func aTurnWithoutEndHitsItsLimit() {
        let block = "%% reply\n<lashlang>\nx = 1\n</lashlang>\n"
        place.write(String(repeating: block, count: 9), to: "loop.txt")
        let run = place.lash("run", "Hi", "--script", "loop.txt", "--max-calls", "2")
        #expect(run.status == 124)
        #expect(run.errors == "error: the model was called 3 times, and has not finished\n")
    }

    @Test func aSchemaIsEnforced() {
        place.write("{\"type\": \"integer\"}", to: "int.json")
        place.write(
            "%% reply\n<lashlang>\nfinish \"x\"\n</lashlang>\n%% reply\n<lashlang>\nfinish 2\n</lashlang>",
            to: "two.txt"
        )
        let run = place.lash("run", "Hi", "--script", "two.txt", "--schema", "int.json")
        #expect(run.output == "2\n")
        place.write("{\"type\": 7}", to: "none.json")
        #expect(place.lash("run", "Hi", "--script", "two.txt", "--schema", "none.json").status == 65)
    }

    @Test func ctrlCCancelsTheTurn() async {
        place.write("%% reply silence=0\nNever", to: "slow.txt")
        let process = place.start(["run", "Hi", "--script", "slow.txt", "--trace", "t.jsonl"], input: "")
        #expect(await eventually { place.read("t.jsonl").contains("llm_call_started") })
        process.send(2)
        #expect(process.wait() == 130)
        #expect(place.read(".err") == "error: interrupted\n")
        #expect(place.read("t.jsonl").contains("turn_completed"))
    }

    @Test(
        arguments: [
            (["run", "Hi"], 64, "no model: give --model NAME"),
            (
                ["run", "Hi", "--model", "claude-x"], 64,
                "there is no key in the environment variable ANTHROPIC_API_KEY"
            ),
            (["run", "Hi", "--model", "m", "--base-url", "nowhere"], 64, "`nowhere` is no address of a service"),
            (["run", "Hi", "--script", "missing.txt"], 66, "cannot read missing.txt"),
            (["run", "Hi", "--script", "bad.txt"], 65, "bad.txt:1: expected `%% reply`"),
            (
                ["run", "Hi", "--script", "hello.txt", "--tools", "shell=."], 64,
                "--tools needs read, list, search or files"
            ),
            (["run", "Hi", "--script", "hello.txt", "--tools", "files=none"], 66, "cannot open the folder none"),
            (
                ["run", "Hi", "--script", "hello.txt", "--tools", "files=notes", "--tools", "read=notes"], 64,
                "given twice"
            ),
            (["run", "Hi", "--script", "hello.txt", "--bind", "history=1"], 64, "`history` is reserved"),
            (["run", "Hi", "--script", "hello.txt", "--bind", "x=1", "--bind", "x=2"], 64, "`x` is already bound"),
            (["run", "Hi", "--script", "hello.txt", "--store", "no/a.db"], 66, "its folder has to be there"),
            (["run", "Hi", "--script", "hello.txt", "--trace", "no/t"], 74, "cannot write the trace no/t"),
            (["run", "Hi", "--script", "hello.txt", "--max-calls", "0"], 64, "--max-calls counts from 1"),
            (["run"], 64, "lash run --help"), (["walk"], 64, "lash --help"),
            (["sessions", "--store", "missing.db"], 66, "cannot read missing.db"),
            (["trace", "show", "hello.txt"], 65, "hello.txt: line 1: it is no record of a trace"),
            (["trace", "show"], 64, "Give the FILE of a trace, or --store."),
            (["replay", "empty.txt"], 65, "the trace cannot be replayed: the trace is empty"),
        ] as [([String], Int32, String)]
    )
    func mistakesAreToldWithTheirStatus(arguments: [String], status: Int32, message: String) {
        place.write("%% repyl", to: "bad.txt")
        place.write("", to: "empty.txt")
        let process = place.start(arguments, input: "")
        #expect(process.wait() == status)
        #expect(place.read(".err").contains(message), "\(place.read(".err"))")
        #expect(place.read(".out") == "")
    }
}

@Suite struct ChatTests {
    private let place = Workplace()

    @Test func eachLineIsATurn() {
        place.write(
            "%% reply\n<lashlang>\nn = 1\nfinish n\n</lashlang>\n%% reply\n<lashlang>\nfinish n + 1\n</lashlang>",
            to: "s.txt"
        )
        let run = place.lash("chat", "--script", "s.txt", input: "One\n\nTwo\n")
        #expect(run.status == 0)
        #expect(run.output == "1\n2\n")
    }

    @Test func aTurnThatFailsDoesNotEndTheChat() {
        place.write("%% error server out of order\n%% reply\nBack.", to: "s.txt")
        let run = place.lash("chat", "--script", "s.txt", input: "One\nTwo\n")
        #expect(run.status == 1)
        #expect(run.output == "Back.\n")
        #expect(run.errors.contains("out of order"))
    }

    @Test func aStoredSessionGoesOn() throws {
        place.write("%% reply\n<lashlang>\nn = 5\nfinish n\n</lashlang>", to: "first.txt")
        place.write("%% reply\n<lashlang>\nfinish n + 1\n</lashlang>", to: "second.txt")
        #expect(place.lash("run", "One", "--script", "first.txt", "--store", "a.db", "--session", "s").output == "5\n")
        #expect(place.lash("run", "Two", "--script", "second.txt", "--store", "a.db", "--session", "s").output == "6\n")
        let listed = place.lash("sessions", "--store", "a.db")
        #expect(listed.output.hasPrefix("s  2 turns  20"))
        let shown = place.lash("trace", "show", "--store", "a.db", "--session", "s")
        #expect(shown.output.contains("s:turn:1  ") && shown.output.contains("    finish n + 1\n"))
        #expect(place.lash("replay", "--store", "a.db").output == "2 turns, no difference\n")
        #expect(place.lash("sessions", "--store", "a.db", "--delete", "t").status == 66)
        #expect(place.lash("sessions", "--store", "a.db", "--delete", "s").status == 0)
        #expect(place.lash("sessions", "--store", "a.db").output == "")
    }

    @Test func aReplayThatDiffersSaysWhere() {
        place.write("%% reply\nHello.", to: "s.txt")
        #expect(place.lash("run", "Hi", "--script", "s.txt", "--trace", "t.jsonl").status == 0)
        place.write(place.read("t.jsonl").replacing("\"content\":\"Hi\"", with: "\"content\":\"Ho\""), to: "t.jsonl")
        let run = place.lash("replay", "t.jsonl")
        #expect(run.status == 1)
        #expect(run.output.hasPrefix("1 turn, 1 difference\nmain:turn:1: request differs\n  recorded: …"))
    }
}
