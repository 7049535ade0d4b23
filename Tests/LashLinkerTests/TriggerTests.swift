import LashLinker
import LashSyntax
import Testing

@Suite struct TriggerTests {
    private let prefix = "process p(t: timer.Tick, zone: str) { finish t }\ns = timer.Schedule({expr: \"x\"})\n"

    /// The errors of a registration with these entries of its record.
    private func found(_ entries: String, _ before: String = "") -> [String] {
        errors(prefix + before + "triggers.register({\(entries)})", wide)
    }

    @Test func `A registration is evaluated in the order source, target, inputs, name`() throws {
        let text =
            prefix
            + "triggers.register({name: \"n\", other: nope(), inputs: {zone: \"a\", t: trigger.event}, source: s, target: p})"
        let result = linked(text, wide)
        #expect(result.errors.isEmpty)
        let tree = result.program.tree
        let entries = result.program.resolutions.values.compactMap { resolution -> [TriggerArgument]? in
            if case .triggerRegistration(let entries) = resolution { return entries }
            return nil
        }
        #expect(
            entries.map { $0.map { "\($0.name)=\(tree.source[tree.span(of: $0.value)])" } } == [
                ["source=s", "target=p", "inputs={zone: \"a\", t: trigger.event}", "name=\"n\""]
            ]
        )
        let meanings = result.program.resolutions.map { (tree.source[tree.span(of: $0.key)], $0.value) }
        #expect(meanings.contains { $0.0 == "trigger.event" && $0.1 == .triggerEvent })
        #expect(meanings.contains { $0.0 == "p" && $0.1 == .process(0) })
    }

    @Test func `Calls of list and cancel keep what counts`() {
        let program = linked(
            "triggers.list({enabled: true, name: x})\ntriggers.cancel({more: nope(), handle: h})",
            wide
        )
        #expect(program.errors.isEmpty)
        var names: [[String]] = []
        for resolution in program.program.resolutions.values {
            switch resolution {
            case .triggerListing(let entries), .triggerCancellation(let entries): names.append(entries.map(\.name))
            default: break
            }
        }
        #expect(Set(names) == [["enabled", "name"], ["handle"]])
    }

    @Test func `A registration is written out and complete`() {
        let form = "E0227 trigger registration requires { source, target, inputs, name? }"
        #expect(errors("triggers.register()", wide) == ["\(form) [register]"])
        #expect(errors("r = {}\ntriggers.register(r)", wide) == ["\(form) [r]"])
        #expect(found("source: s, target: p, input: {t: trigger.event}") == ["\(form) [input]"])
        #expect(
            found("source: s, target: p, inputs: x") == [
                "E0230 trigger registration `inputs` must be a literal record [x]"
            ]
        )
        let hint = linked("triggers.register({source: s, inputs: {}})", wide).errors.first?.hint
        #expect(hint == "`target` is missing")
    }

    @Test func `The source is one that the host knows`() {
        let rest = "target: p, inputs: {t: trigger.event, zone: \"a\"}"
        #expect(
            found("source: 1, \(rest)") == [
                "E0228 trigger source type `float` is not registered as a TriggerSource [1]"
            ]
        )
        #expect(found("source: unknown, \(rest)").first?.contains("`any`") == true)
        #expect(found("source: cfg.Limits({max: 1}), \(rest)").first?.contains("`cfg.Limits`") == true)
        #expect(found("source: timer.Schedule({expr: \"x\"}), \(rest)") == [])
        #expect(errors("type S = timer.Schedule\nprocess q(s: S) {}", wide) == [])
    }

    @Test func `The target is a process whose parameters are known`() {
        let rest = "inputs: {t: trigger.event, zone: \"a\"}"
        #expect(
            found("source: s, target: s, \(rest)") == [
                "E0229 trigger target must be a process value, got timer.Schedule [s]"
            ]
        )
        #expect(found("source: s, target: q, \(rest)") == ["E0229 trigger target must be a process value, got any [q]"])
        #expect(found("source: s, target: q, \(rest)", "q = p\n") == [])
        #expect(found("source: s, target: p, \(rest)", "p = 5\n") == [])
        let one = "process one(t: timer.Tick) { finish t }\nq = one\n"
        #expect(
            found("source: s, target: q, inputs: {t: trigger.event}", one) == [
                "E0229 trigger target must be a process value, got Process<timer.Tick, timer.Tick> [q]"
            ]
        )
        #expect(
            found("source: s, target: q, inputs: {t: 1}", "q = p\n") == [
                "E0234 trigger target `q` input `zone` is not mapped [inputs]"
            ]
        )
        #expect(
            found("source: s, target: [p][0], inputs: {t: trigger.event}").first?.contains("target `target`") == true
        )
    }

    @Test func `Inputs are the parameters, each once, one of them the event`() {
        #expect(
            found("source: s, target: p, inputs: {t: trigger.event, t: 1, z: 1, zone: 2}") == [
                "E0231 trigger registration input `t` is duplicated [t]",
                "E0232 trigger target `p` has no input `z` [z]",
            ]
        )
        #expect(
            found("source: s, target: p, inputs: {}") == [
                "E0234 trigger target `p` input `t` is not mapped [inputs]",
                "E0234 trigger target `p` input `zone` is not mapped [inputs]",
            ]
        )
        #expect(
            found("source: s, target: p, inputs: {t: 1, zone: 2}") == [
                "E0235 trigger registration `inputs` must map at least one param to `trigger.event` [inputs]"
            ]
        )
        #expect(
            found("source: s, target: p, inputs: {t: trigger.event, zone: trigger.event}") == [
                "E0233 trigger source emits { fired_at: str }, but target input `zone` expects str [trigger.event]"
            ]
        )
        let none = "process none() {}\n"
        #expect(found("source: s, target: none, inputs: {}", none).first?.prefix(5) == "E0235")
    }

    @Test func `Modules among the inputs are checked like arguments of start`() {
        let process = "process q(t: timer.Tick, u: Tools) {}\n"
        #expect(
            found("source: s, target: q, inputs: {t: trigger.event, u: 1}", process) == [
                "E0222 process `q` argument `u` has incompatible authority type: expected Tools, got value [1]"
            ]
        )
        #expect(found("source: s, target: q, inputs: {t: trigger.event, u: tools}", process) == [])
    }

    @Test func `The event stands for itself and nowhere else`() {
        let place = "E0225 `trigger.event` is only valid as a direct value inside `triggers.register` inputs"
        let whole =
            "E0226 `trigger.event` represents the whole event; projections such as `trigger.event.field` are not supported"
        #expect(errors("x = trigger.event") == ["\(place) [trigger.event]"])
        #expect(errors("trigger = {event: 1}\nx = trigger.event") == ["\(place) [trigger.event]"])
        #expect(errors("x = trigger.event.a.b") == ["\(whole) [trigger.event.a]"])
        #expect(errors("x = trigger.event[0]") == ["\(place) [trigger.event]"])
        #expect(errors("process p() { finish trigger.event }") == ["\(place) [trigger.event]"])
        #expect(errors("x = trigger[\"event\"]\ny = trigger.events\nz = a.trigger.event") == [])
        #expect(errors("if c { trigger.event = 1 }") == [])
        #expect(errors("x = trigger.event()").first?.prefix(5) == "E0214")
        #expect(errors("x = trigger.event.cancel()").map { $0.prefix(5) } == ["E0225"])
        #expect(
            found("source: s, target: p, inputs: {t: {a: trigger.event}, zone: \"\"}") == ["\(place) [trigger.event]"]
        )
        #expect(
            found("source: s, target: p, inputs: {t: trigger.event.x, zone: \"\"}") == ["\(whole) [trigger.event.x]"]
        )
        #expect(found("source: trigger.event, target: p, inputs: {}").first == "\(place) [trigger.event]")
    }

    @Test func `Filters of list have their types`() {
        #expect(errors("triggers.list()", wide) == ["E0236 trigger listing requires { target } [list]"])
        #expect(errors("triggers.list({nam: 1})", wide) == ["E0236 trigger listing requires { target } [nam]"])
        #expect(linked("triggers.list({nam: 1})", wide).errors.first?.hint == "did you mean `name`?")
        #expect(
            errors("process q(t: int) {}\ntriggers.list({target: q, name: x, source_type: \"a\", enabled: e})", wide)
                == []
        )
        #expect(
            errors("triggers.list({target: 1, name: 1, source_type: [], enabled: \"\"})", wide) == [
                "E0229 trigger target must be a process value, got float [1]",
                "E0219 operation `list` expects str, got float [1]",
                "E0219 operation `list` expects str, got list[any] [[]]",
                "E0219 operation `list` expects bool, got str [\"\"]",
            ]
        )
        #expect(errors("triggers.cancel(h)", wide) == ["E0237 trigger cancellation requires { handle } [h]"])
        #expect(errors("triggers.cancel({})", wide) == ["E0237 trigger cancellation requires { handle } [cancel]"])
        #expect(errors("triggers.nope({})", wide).first?.prefix(5) == "E0216")
    }

    @Test func `In a process a malformed registration comes before the disabled feature`() {
        var environment = wide
        environment.abilities = .processes
        #expect(
            errors("triggers.list({})", environment) == [
                "E0201 lashlang feature `triggers` is disabled by this host [list]"
            ]
        )
        #expect(
            errors("process p() { triggers.list() }", environment) == [
                "E0236 trigger listing requires { target } [list]",
                "E0201 lashlang feature `triggers` is disabled by this host [list]",
            ]
        )
        #expect(errors("triggers.list()", environment).first?.prefix(5) == "E0201")
        // What stands among the inputs is found by inference, what stands elsewhere later.
        let text = """
            process p(t: any) {
              s = timer.Schedule({expr: nope()})
              triggers.register({source: s, target: p, inputs: {t: len(other(trigger.event))}})
            }
            """
        #expect(
            errors(text, wide).map { $0.prefix(5) } == ["E0207", "E0225", "E0207"]
        )
        #expect(errors(text, wide).first == "E0207 unknown builtin `other` [other]")
    }

    @Test func `Registrations may stand inside each other`() {
        let inner = "triggers.register({source: s, target: p, inputs: {t: trigger.event, zone: \"a\"}, name: nope()})"
        #expect(
            found("source: s, target: p, inputs: {t: trigger.event, zone: \(inner)}") == [
                "E0207 unknown builtin `nope` [nope]"
            ]
        )
    }

    @Test func `Very large registrations take linear time`() {
        let count = 20_000
        let parameters = (0..<count).map { "p\($0): any" }.joined(separator: ", ")
        let inputs = (0..<count).map { "p\($0): trigger.event" }.joined(separator: ", ")
        let text = "process p(\(parameters)) {}\ns = timer.Schedule({expr: \"x\"})\n"
        #expect(errors(text + "triggers.register({source: s, target: p, inputs: {\(inputs)}})", wide) == [])
        #expect(errors(text + "triggers.register({source: s, target: p, inputs: {}})", wide).count == 20)
    }
}
