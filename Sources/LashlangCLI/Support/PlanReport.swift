import LashTerminal
import Lashlang

/// A plan as people and programs read it.
struct PlanReport {
    private let plan: ProgramPlan
    private let map: SourceMap
    private let requirements: HostRequirements
    private let bindings: [String]
    private let variables: [String]

    init(_ plan: ProgramPlan, of program: Program, bound: Set<String>) {
        self.plan = plan
        map = SourceMap(program.source)
        requirements = program.requirements
        bindings = plan.reads.filter(bound.contains)
        variables = plan.reads.filter { !bound.contains($0) }
    }

    private func place(_ span: Span) -> SourceLocation { map.location(of: span.start) }

    // MARK: Text

    var text: String {
        var lines: [String] = []
        if plan.steps.isEmpty {
            lines.append("asks its host for nothing")
        } else {
            lines.append("asks its host for")
            let width = min(40, plan.steps.map(\.action.name.count).max() ?? 0)
            for step in plan.steps {
                let name = step.action.name
                let place = place(step.span)
                let padding = String(repeating: " ", count: max(0, width - name.count))
                let notes = [padding + "  \(place.line):\(place.column)"] + notes(on: step)
                lines.append("  " + name + notes.joined(separator: ", "))
            }
        }
        let needs = Self.abilities(requirements.abilities)
        if !needs.isEmpty { lines.append("needs      " + needs.joined(separator: ", ")) }
        if !bindings.isEmpty { lines.append("reads      " + bindings.joined(separator: ", ")) }
        if !variables.isEmpty { lines.append("expects    " + variables.joined(separator: ", ")) }
        if !plan.writes.isEmpty { lines.append("assigns    " + plan.writes.joined(separator: ", ")) }
        let fuel = plan.estimatedFuel.map { "about " + Readable.plural($0, "unit") + " of the main block" }
        lines.append("fuel       " + (fuel ?? "not known: a loop has no bound that the text says"))
        return lines.joined(separator: "\n") + "\n"
    }

    private func notes(on step: ProgramPlan.Step) -> [String] {
        var notes: [String] = []
        if let process = step.process { notes.append("in process \(process)") }
        if !step.loops.isEmpty {
            notes.append(
                step.bound.map { "at most \(Readable.plural($0, "time"))" } ?? "in a loop, any number of times"
            )
        }
        if step.isConditional { notes.append("on a condition") }
        if step.needsApproval { notes.append("needs approval") }
        return notes
    }

    private static func abilities(_ abilities: HostEnvironment.Abilities) -> [String] {
        let names: [(HostEnvironment.Abilities, String)] = [
            (.processes, "processes"), (.sleep, "sleep"), (.processSignals, "signals"), (.triggers, "triggers"),
        ]
        return names.filter { abilities.contains($0.0) }.map(\.1)
    }

    // MARK: JSON

    var json: Value {
        [
            "asks": .list(plan.steps.map(json)),
            "abilities": .list(Self.abilities(requirements.abilities).map(Value.string)),
            "modules": .list(requirements.modules.map { .string($0.path) }),
            "functions": .list(requirements.functions.map { .string($0.name) }),
            "requirements": .string(requirements.reference),
            "bindings": .list(bindings.map(Value.string)),
            "variables": .list(variables.map(Value.string)),
            "assigns": .list(plan.writes.map(Value.string)),
            "needs_approval": .bool(plan.needsApproval),
            "estimated_fuel": plan.estimatedFuel.map { .number(Double($0)) } ?? .null,
        ]
    }

    private func json(_ step: ProgramPlan.Step) -> Value {
        [
            "action": .string(step.action.name),
            "span": json(step.span),
            "process": step.process.map(Value.string) ?? .null,
            "loops": .list(
                step.loops.map { loop in
                    ["span": json(loop.span), "bound": loop.bound.map { .number(Double($0)) } ?? .null]
                }
            ),
            "bound": step.bound.map { .number(Double($0)) } ?? .null,
            "conditional": .bool(step.isConditional),
            "needs_approval": .bool(step.needsApproval),
        ]
    }

    private func json(_ span: Span) -> Value {
        let place = place(span)
        return [
            "start": .number(Double(span.start)), "end": .number(Double(span.end)),
            "line": .number(Double(place.line)), "column": .number(Double(place.column)),
        ]
    }
}
