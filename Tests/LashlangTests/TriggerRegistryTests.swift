import Lashlang
import Synchronization
import Testing

/// Triggers: programs register them, the host fires them.
@Suite struct TriggerRegistryTests {
    private let sandbox = ProcessSandbox()

    private static let declarations = """
        process pressed(e: ui.Pressed, n: int, what: any) { yield [e.color, n, what]  finish e }
        process tick(t: timer.Tick) { finish wait_signal("go") }
        button = ui.button({id: "b1"})
        """ + "\n"

    private func register(_ rest: String = "", _ inputs: String = "e: trigger.event, n: 1, what: [2]") -> String {
        Self.declarations
            + "h = (await triggers.register({source: button, target: pressed, inputs: {\(inputs)}\(rest)}))?\n"
    }

    // MARK: Registering

    @Test func registeringGivesAHandle() async throws {
        let handle = try await sandbox.value(register(", name: \"n\"") + "finish h")
        #expect(
            handle.literal == """
                {type: "trigger_handle", id: "trigger-1", name: "n", source_type: "ui.button", source_key: "{\\"id\\":\\"b1\\"}"}
                """
        )
        #expect(handle.role == .plain)
        #expect(try await sandbox.value(register() + "finish [h.id, h.name]") == ["trigger-2", nil])
        let registrations = sandbox.runner.triggers.registrations
        #expect(registrations.map(\.id) == ["trigger-1", "trigger-2"])
        #expect(registrations.map(\.name) == ["n", nil])
        #expect(registrations.map(\.target) == ["pressed", "pressed"])
    }

    @Test func anEventStartsTheTargetWithItsInputs() async throws {
        _ = try await sandbox.run(register())
        let firing = sandbox.runner.triggers.fire("ui.button", key: "{\"id\":\"b1\"}", event: ["color": "red"])
        #expect(firing.count == 1)
        #expect(firing.failures.isEmpty)
        #expect(await sandbox.runner.result(of: firing.started[0]) == .value(["color": "red"]))
        #expect(sandbox.events.all.map(\.value) == [["red", 1, [2]]])
    }

    @Test func theEventMayStandForSeveralInputs() async throws {
        _ = try await sandbox.run(register("", "what: trigger.event, n: 5, e: trigger.event"))
        let firing = sandbox.runner.triggers.fire("ui.button", event: ["color": "red"])
        _ = await sandbox.runner.result(of: firing.started[0])
        #expect(sandbox.events.all.map(\.value) == [["red", 5, ["color": "red"]]])
    }

    @Test func dataThatLooksLikeThePlaceholderIsData() async throws {
        _ = try await sandbox.run(register("", "e: trigger.event, n: 1, what: {\"$lash.trigger.event\": true}"))
        let firing = sandbox.runner.triggers.fire("ui.button", event: ["color": "red"])
        _ = await sandbox.runner.result(of: firing.started[0])
        #expect(sandbox.events.all.map(\.value) == [["red", 1, ["$lash.trigger.event": true]]])
    }

    @Test func onlyTheSourceAndTheKeyThatMatchFire() async throws {
        _ = try await sandbox.run(register())
        _ = try await sandbox.run(register().replacing("\"b1\"", with: "\"b2\""))
        _ = try await sandbox.run(
            Self.declarations
                + "s = timer.Schedule({expr: \"1m\"})\ntriggers.register({source: s, target: tick, inputs: {t: trigger.event}})"
        )
        let triggers = sandbox.runner.triggers
        #expect(triggers.fire("ui.button", key: "{\"id\":\"b2\"}", event: ["color": "x"]).count == 1)
        #expect(triggers.fire("ui.button", key: "b2", event: ["color": "x"]).count == 0)
        #expect(triggers.fire("ui.button", event: ["color": "x"]).count == 2)
        #expect(triggers.fire("timer.Schedule", key: "1m", event: ["at": "now"]).count == 1)
        #expect(triggers.fire("ui.secret", event: nil).count == 0)
        // Each firing starts one more, and all of them are processes like others.
        #expect(sandbox.runner.processes.map(\.name) == ["pressed", "pressed", "pressed", "tick"])
        try sandbox.runner.signal("process-4", "go", 1)
        #expect(await sandbox.runner.result(of: .handle("process", id: "process-4")) == .value(1))
    }

    @Test func aTargetKeepsItsProgram() async throws {
        let session = Session()
        _ = try await sandbox.run(register(), session)
        // Another program of the same session declares another process of that name.
        _ = try await sandbox.run("process pressed(other: int) { finish other }\nx = 1", session)
        let firing = sandbox.runner.triggers.fire("ui.button", event: ["color": "blue"])
        #expect(await sandbox.runner.result(of: firing.started[0]) == .value(["color": "blue"]))
    }

    // MARK: Listing and cancelling

    @Test(arguments: [
        ("{}", ["a", "b", "c"]), ("{name: \"a\"}", ["a"]), ("{name: \"z\"}", []),
        ("{source_type: \"ui.button\"}", ["a", "b"]),
        ("{target: tick}", ["c"]), ("{target: pressed, name: \"b\"}", ["b"]), ("{enabled: true}", ["a", "b", "c"]),
        ("{enabled: false}", []),
        ("{source_type: \"timer.Schedule\", enabled: true, target: tick, name: \"c\"}", ["c"]),
    ])
    func listsFilter(filter: String, names: [Value]) async throws {
        let text =
            register(", name: \"a\"") + """
                triggers.register({source: button, target: pressed, inputs: {e: trigger.event, n: 1, what: 2}, name: "b"})
                s = timer.Schedule({expr: "1m"})
                triggers.register({source: s, target: tick, inputs: {t: trigger.event}, name: "c"})
                finish [r.name for r in (await triggers.list(\(filter)))?]
                """
        #expect(try await sandbox.value(text) == .list(names))
    }

    @Test func aListedTriggerSaysWhatItIs() async throws {
        let text =
            register(", name: \"a\"")
            + "r = (await triggers.list({}))?[0]\nfinish [keys(r), r.handle == h, r.target == pressed]"
        #expect(
            try await sandbox.value(text)
                == [["handle", "name", "source_type", "source_key", "target", "enabled"], true, true]
        )
    }

    @Test func aCancelledTriggerFiresNoMore() async throws {
        let text = register() + "finish [(await triggers.cancel({handle: h}))?, (await triggers.cancel({handle: h}))?]"
        #expect(try await sandbox.value(text) == [true, false])
        #expect(sandbox.runner.triggers.fire("ui.button", event: ["color": "x"]).count == 0)
        _ = try await sandbox.run(register())
        #expect(sandbox.runner.triggers.cancel("trigger-2"))
        #expect(!sandbox.runner.triggers.cancel("trigger-2"))
        #expect(sandbox.runner.triggers.registrations.isEmpty)
    }

    // MARK: What is refused

    @Test(arguments: [
        ("button.more = 1", "trigger source must be a host descriptor constructor result"),
        (
            "button = ui.secret({id: \"x\"})",
            "triggers.register field `source` is invalid: `ui.secret` is no trigger source of this host"
        ),
        ("button = timer.Schedule({expr: \"never\"})", "triggers.register field `source` is invalid: it never fires"),
        (
            "x = \"a\" for i in range(13) { x = x + x } button = ui.button({id: x})",
            "triggers.register field `source` is invalid: its value has more than 4,096 bytes of JSON"
        ),
    ])
    func sourcesThatAreRefused(change: String, message: String) async throws {
        // The linker knows the type of the constructor's result, so what is wrong comes out only while the program runs.
        let call = OperationCall(
            receiver: Resource(type: "Triggers", alias: "triggers"),
            name: "register",
            arguments: []
        )
        let session = Session()
        _ = try await sandbox.run(Self.declarations + change, session)
        let argument: Value = ["source": session["button"] ?? nil, "target": nil, "inputs": nil]
        #expect(try await answer(call, argument) == .failure(CallFailure(message)))
    }

    @Test(arguments: [
        ("register", "null", "triggers.register takes one record"),
        ("register", "{}", "triggers.register requires `source`"),
        ("register", "{source: null}", "triggers.register requires `source`"),
        ("register", "{source: 1}", "trigger source must be a host descriptor constructor result"),
        (
            "register", "{source: {\"$lash_host_descriptor_type\": \"ui.button\", \"$lash_host_descriptor_value\": 1}}",
            "trigger source must be a host descriptor constructor result"
        ),
        ("register", "{source: button}", "triggers.register requires `target`"),
        ("register", "{source: button, target: 5}", "triggers.register field `target` is invalid: expected a process"),
        (
            "register", "{source: button, target: {\"$lash_process\": true, process_name: \"tick\"}}",
            "triggers.register field `target` is invalid: expected a process"
        ),
        ("register", "{source: button, target: tick}", "triggers.register requires `inputs`"),
        (
            "register", "{source: button, target: tick, inputs: 1}",
            "triggers.register field `inputs` is invalid: expected a record"
        ),
        (
            "register", "{source: button, target: tick, inputs: {t: 1}, name: 5}",
            "triggers.register field `name` is invalid: expected text"
        ),
        (
            "register", "{source: button, target: tick, inputs: {}}",
            "triggers.register field `target` is invalid: process `tick` is missing argument `t`"
        ),
        (
            "register", "{source: button, target: tick, inputs: {t: 1, u: 2}}",
            "triggers.register field `target` is invalid: process `tick` does not accept argument `u`"
        ),
        ("list", "{name: 1}", "triggers.list field `name` is invalid: expected text"),
        ("list", "{enabled: 1}", "triggers.list field `enabled` is invalid: expected a boolean"),
        ("list", "{target: 1}", "triggers.list field `target` is invalid: expected a process"),
        ("cancel", "{}", "triggers.cancel requires `handle`"),
        ("cancel", "{handle: 1}", "triggers.cancel field `handle` is invalid: expected a trigger handle"),
        (
            "cancel", "{handle: {type: \"trigger_handle\"}}",
            "triggers.cancel field `handle` is invalid: expected a trigger handle"
        ),
    ])
    func argumentsThatAreRefused(operation: String, argument: String, message: String) async throws {
        let value = try await sandbox.value(Self.declarations + "finish \(argument)")
        let call = OperationCall(
            receiver: Resource(type: "Triggers", alias: "triggers"),
            name: operation,
            arguments: []
        )
        #expect(try await answer(call, value) == .failure(CallFailure(message)))
    }

    /// What the registry answers to a call that no linker has seen: asked by an operation in the middle of a run.
    private func answer(_ call: OperationCall, _ argument: Value) async throws -> CallResult {
        var call = call
        call.arguments = [argument]
        let asker = Asker(registry: sandbox.runner.triggers, call: call)
        _ = try await Session().run(ProcessSandbox.program(Self.declarations + "tools.echo({})"), host: asker)
        return asker.result
    }

    private final class Asker: EffectHandler {
        let registry: TriggerRegistry
        let call: OperationCall
        private let given = Mutex(CallResult.value(nil))

        init(registry: TriggerRegistry, call: OperationCall) {
            self.registry = registry
            self.call = call
        }

        var result: CallResult { given.withLock { $0 } }

        func answer(_ call: HostCall) async -> CallResult {
            let result = registry.answer(self.call)
            given.withLock { $0 = result }
            return .value(nil)
        }

        func answer(_ request: HostRequest, of program: Program) async -> CallResult { .value(nil) }
    }

    @Test func outsideOfARunNothingIsRegistered() async throws {
        let value = try await sandbox.value(Self.declarations + "finish {source: button, target: tick, inputs: {}}")
        let call = OperationCall(
            receiver: Resource(type: "Triggers", alias: "triggers"),
            name: "register",
            arguments: [value]
        )
        #expect(
            sandbox.runner.triggers.answer(call)
                == .failure(CallFailure("triggers.register is only possible while a program runs"))
        )
    }

    @Test(arguments: ["register", "list", "cancel"])
    func bodiesCannotReachTriggers(operation: String) async throws {
        let call =
            switch operation {
            case "register":
                "triggers.register({source: ui.button({id: \"x\"}), target: q, inputs: {e: trigger.event, n: 1}})"
            case "list": "triggers.list({})"
            default: "triggers.cancel({handle: 1})"
            }
        let text = "process q(e: ui.Pressed, n: int) { finish e }\nprocess p() { finish (await \(call)).error }\n"
        #expect(
            try await sandbox.value(text + "finish await start p()?")
                == .string(
                    "module operation `\(operation)` resolved to unavailable host operation `triggers.\(operation)`"
                )
        )
    }

    @Test func registrationsAreLimited() async throws {
        var options = ProcessRunner.Options()
        options.maximumTriggers = 10
        let text =
            register() + """
                while true { (await triggers.register({source: button, target: pressed, inputs: {e: trigger.event, n: 1, what: 2}}))? }
                """
        #expect(
            try await ProcessSandbox(options).error(text)
                == "`?` unwrapped failed module operation: trigger limit exceeded: 11 of 10"
        )
    }

    @Test func inputsAreLimitedByTheirBytes() async throws {
        let text =
            Self.declarations
            + "x = range(100000)\nfinish (await triggers.register({source: button, target: pressed, inputs: {e: trigger.event, n: 1, what: x}})).error"
        #expect(
            try await sandbox.value(text)
                == "triggers.register field `inputs` is invalid: more than 1,048,576 bytes"
        )
    }

    @Test func firingsThatCannotStartSaySo() async throws {
        var options = ProcessRunner.Options()
        options.maximumRunning = 1
        let sandbox = ProcessSandbox(options)
        let text =
            Self.declarations + """
                s = timer.Schedule({expr: "1m"})
                for i in range(2) { triggers.register({source: s, target: tick, inputs: {t: trigger.event}}) }
                """
        _ = try await sandbox.run(text)
        let firing = sandbox.runner.triggers.fire("timer.Schedule", event: ["at": "now"])
        #expect(firing.count == 1)
        #expect(firing.failures == [CallFailure("process limit exceeded: 2 of 1 at once")])
        sandbox.runner.cancelAll()
    }

    @Test func whatFiresHasTheLimitsOfWhatRegistered() async throws {
        let text = """
            process busy(e: ui.Pressed, n: int) { while true { x = await tools.echo({}) } }
            button = ui.button({id: "b"})
            triggers.register({source: button, target: busy, inputs: {e: trigger.event, n: 1}})
            """
        _ = try await sandbox.run(text, limits: Limits(hostCalls: 20))
        for _ in 0..<2 {
            let handle = sandbox.runner.triggers.fire("ui.button", event: ["color": "x"]).started[0]
            guard case .failure(let failure) = await sandbox.runner.result(of: handle) else { return }
            #expect(failure.message == "call limit exceeded: 21 of 20 host calls")
        }
    }

    @Test func withoutSourcesTheHostAnswers() async throws {
        let sandbox = ProcessSandbox(triggers: [])
        let text = "finish (await triggers.list({})).error.message"
        #expect(try await sandbox.value(text) == "it broke")
    }
}
