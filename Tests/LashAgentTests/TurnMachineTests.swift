import LashAgent
import Lashlang
import Testing

/// The loop by itself, without a model and without programs.
@Suite struct TurnMachineTests {
    /// Sends a machine through JSON, as it would be to go on elsewhere.
    private func moved(_ machine: TurnMachine) throws -> TurnMachine {
        let json = try ValueEncoder().encode(machine).json()
        let copy = try ValueDecoder().decode(TurnMachine.self, from: try Value(json: json))
        #expect(copy == machine)
        return copy
    }

    @Test func theLoopGoesOnElsewhereAfterEveryStep() throws {
        let schema = try JSONSchema(json: #"{"type": "integer"}"#)
        let answers = [
            "Thinking.", "<lashlang>\nx", Reply.rendered(prose: "Now.", code: "x = 1"),
            Reply.rendered(prose: "", code: "finish \"no\""), Reply.rendered(prose: "", code: "finish null"),
        ]
        let results = [
            BlockResult(output: ["1"], error: "[ERROR] no"), BlockResult(finished: FinishedValue("no")),
            BlockResult(finished: FinishedValue(5)),
        ]
        func run(moving: Bool) throws -> (TurnOutcome, [HistoryEntry]) {
            var machine = TurnMachine(
                id: "t",
                options: TurnOptions(termination: .finishRequired(schema), answerFormat: .custom("x")),
                maximumCalls: 9,
                messages: [HistoryMessage(id: "t:input", role: .user, content: "Go")]
            )
            var (nextAnswer, nextResult, checkpoints) = (0, 0, 0)
            while true {
                if moving { machine = try moved(machine) }
                switch machine.next {
                case .callModel:
                    machine.receive(ModelAnswer(text: answers[nextAnswer]))
                    nextAnswer += 1
                case .run:
                    machine.receive(results[nextResult])
                    nextResult += 1
                case .checkpoint:
                    checkpoints += 1
                    let late = HistoryMessage(id: "late", role: .user, content: "late")
                    machine.receive(delivered: checkpoints == 2 ? [late] : [])
                case .ended(let outcome): return (outcome, machine.log)
                }
            }
        }
        let (outcome, log) = try run(moving: false)
        let (otherOutcome, otherLog) = try run(moving: true)
        #expect(outcome == .value(5))
        #expect(otherOutcome == outcome && otherLog == log)
        #expect(log.map(\.id).count == Set(log.map(\.id)).count)
        // What was said on the way stands where it was said.
        #expect(log.firstIndex { $0.id == "late" } == 5)
    }

    @Test(arguments: [
        TurnOutcome.message("m"), .value(.null), .value(["a": [1]]), .toolValue(tool: "t", .null),
        .frameSwitch(
            FrameSwitch(
                task: "go on",
                seed: Seed(variables: ["a": 1], projections: [.init(name: "b", value: FinishedValue(.null))])
            )
        ),
        .stopped(.cancelled), .stopped(.incomplete), .stopped(.invalidInput), .stopped(.maxTurns),
        .stopped(.providerError),
        .stopped(.pluginAbort(code: "c")), .stopped(.runtimeError), .stopped(.toolError(tool: "t", ["message": "m"])),
    ])
    func outcomesAreKept(outcome: TurnOutcome) throws {
        let json = try ValueEncoder().encode(outcome).json()
        #expect(try ValueDecoder().decode(TurnOutcome.self, from: Value(json: json)) == outcome)
        #expect(outcome.isSuccess == !json.contains("stopped"))
    }

    @Test(arguments: [#"{"kind": "new"}"#, #"{"kind": "stopped", "reason": "new"}"#])
    func unknownOutcomesAreRefused(json: String) throws {
        #expect(throws: (any Error).self) { try ValueDecoder().decode(TurnOutcome.self, from: Value(json: json)) }
    }

    @Test func controlsOfToolsGoBeforeFinish() {
        let controls: [(ToolControl, TurnOutcome)] = [
            (.finish(tool: "t", FinishedValue(1)), .toolValue(tool: "t", 1)),
            (.fail(tool: "t", FinishedValue("no")), .stopped(.toolError(tool: "t", "no"))),
            (.switchFrame(FrameSwitch(task: "x")), .frameSwitch(FrameSwitch(task: "x"))),
            (.abort(code: "c", message: "m"), .stopped(.pluginAbort(code: "c"))),
        ]
        for (control, outcome) in controls {
            var machine = TurnMachine(id: "t", options: TurnOptions(), maximumCalls: nil)
            machine.receive(ModelAnswer(text: Reply.rendered(prose: "", code: "finish 1")))
            machine.receive(BlockResult(finished: FinishedValue(1), control: control))
            if case .checkpoint = machine.next { machine.receive(delivered: []) }
            #expect(machine.outcome == outcome)
            guard case .step(let step)? = machine.log.last else {
                Issue.record("no step")
                continue
            }
            #expect(step.finalOutput == nil)
        }
    }

    @Test(
        arguments: [
            (#"{"termination": {"kind": "finish_required", "schema": {"type": "integer"}}}"#, nil),
            (
                #"{"termination": {"kind": "finish_required", "schema": null}, "final_answer_format": {"kind": "custom", "guidance": "x"}}"#,
                nil
            ),
            (#"{"termination": {"kind": "natural"}, "final_answer_format": {"kind": "raw_final_value"}}"#, nil),
            ("{}", nil),
            ("[]", "expected an object, got []"),
            (#"{"terminaton": {}}"#, "unknown field `terminaton`, expected `termination` or `final_answer_format`"),
            (#"{"termination": "natural"}"#, "`termination` must be an object with a `kind`"),
            (
                #"{"termination": {"kind": "later"}}"#,
                "unknown termination `later`, expected `natural` or `finish_required`"
            ),
            (#"{"termination": {"kind": "natural", "x": 1}}"#, "unknown field `x` of `termination`"),
            (#"{"termination": {"kind": "finish_required", "schema": {"type": "x"}}}"#, "`\"x\"` is no type"),
            (#"{"final_answer_format": {"kind": "custom"}}"#, "`guidance` of a custom format must be a string"),
            (
                #"{"final_answer_format": {"kind": "html"}}"#,
                "unknown final_answer_format `html`, expected `markdown`, `custom` or `raw_final_value`"
            ),
        ] as [(String, String?)]
    )
    func optionsAreJSON(json: String, error: String?) throws {
        let value = try Value(json: json)
        if let error {
            #expect(throws: TurnOptionsError(error)) { try TurnOptions(json: value) }
        } else {
            let options = try TurnOptions(json: value)
            #expect(try TurnOptions(json: options.json) == options)
        }
    }
}
