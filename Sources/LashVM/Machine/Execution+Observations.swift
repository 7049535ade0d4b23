internal import LashSyntax

/// Who watches a run, and what has to be remembered for that.
final class RunObserver {
    let report: (RunObservation) -> Void
    /// How often each place was reached.
    private var counts: [Int: Int] = [:]
    /// The labelled steps that have begun and not ended.
    fileprivate var openSteps: [(position: Int, label: String)] = []

    init(report: @escaping (RunObservation) -> Void) { self.report = report }

    fileprivate func count(_ position: Int) -> Int {
        counts[position, default: 0] += 1
        return counts[position, default: 1]
    }

    fileprivate func occurrence(_ position: Int) -> Int { counts[position, default: 1] }
}

/// A step of the host: the kind of it and its label.
private struct Step {
    var position: Int
    var kind: String
    var label: String
}

extension Execution {
    private func report(_ event: RunObservation.Event, _ step: Step, isNew: Bool = false) {
        guard let occurrence = isNew ? observer?.count(step.position) : observer?.occurrence(step.position) else {
            return
        }
        observer?.report(
            RunObservation(
                kind: step.kind,
                label: step.label,
                occurrence: occurrence,
                event: event,
                span: program.tree.span(of: unit.nodes[step.position])
            )
        )
    }

    /// Tells what an `observe` instruction says.
    func observePoint() {
        let word = instruction
        let position = state.pointee.pc - unit.code - 1
        let label = TextView(state.register(Encoding.c(word))).string
        switch ObservedPoint(rawValue: UInt8(truncatingIfNeeded: Encoding.x(word))) {
        case .then: report(.branch(true), Step(position: position, kind: "branch", label: label), isNew: true)
        case .otherwise: report(.branch(false), Step(position: position, kind: "branch", label: label), isNew: true)
        case .stepStart:
            report(.started, Step(position: position, kind: "step", label: label), isNew: true)
            observer?.openSteps.append((position, label))
        case .stepEnd, nil:
            guard let step = observer?.openSteps.popLast() else { return }
            report(.completed, Step(position: step.position, kind: "step", label: step.label))
        }
    }

    /// The steps that the effect at hand consists of, in order.
    private func steps(of effect: Effect) -> [Step] {
        let position = state.pointee.pc - unit.code - 1
        func step(_ kind: String, _ label: String) -> [Step] { [Step(position: position, kind: kind, label: label)] }
        switch effect {
        case .calls(let calls):
            let slots = Opcode(instruction) == .settle ? awaitedSlots : []
            return calls.enumerated().compactMap { index, call in
                guard case .operation(let operation) = call else { return nil }
                let place = index < slots.count ? callPosition(slots[index]) : position
                return Step(position: place, kind: "resource_operation", label: operation.name)
            }
        case .request(.start(let start)): return step("child_process", "start \(start.name)")
        case .request(.sleepFor): return step("sleep", "sleep for")
        case .request(.sleepUntil): return step("sleep", "sleep until")
        case .request(.waitSignal): return step("wait", "wait_signal")
        case .request(.signalRun): return step("signal", "signal_run")
        case .request(.event(let event, _)): return step("process_event", event == .yield ? "yield" : "wake")
        case .finish: return step("terminal", "result")
        case .fail: return step("terminal", "failure")
        default: return []
        }
    }

    private var awaitedSlots: [Tagged] {
        let value = state.register(Encoding.a(instruction)).pointee
        // Nothing limits what is not charged.
        return (try? heap.withoutCharge { () throws(Failure) in try heap.awaitedSlots(in: value) }) ?? []
    }

    private func callPosition(_ slot: Tagged) -> Int {
        slot.kind == .call ? Int(slot.object.elements[CallPart.position.rawValue].number) : 0
    }

    func observeStart(of effect: Effect) {
        for step in steps(of: effect) { report(.started, step, isNew: true) }
    }

    /// Tells how the steps of an effect ended. A call with `?` fails in its own words where it stands alone, and in the
    /// words of its host where it is one of several.
    func observeEnd(of pending: PendingEffect) {
        let steps = steps(of: pending.effect)
        if case .calls(let calls) = pending.effect {
            let operations = calls.indices.filter { if case .operation = calls[$0] { true } else { false } }
            let isAlone = Opcode(instruction) == .operation
            for (step, index) in zip(steps, operations) {
                if case .failure(let failure) = pending.answer(to: index),
                    CallMode(unit.code[step.position]).isUnwrapped
                {
                    let message = isAlone ? Failure.unwrappedOperation(failure.message).message : failure.message
                    report(.failed(message), step)
                } else {
                    report(.completed, step)
                }
            }
            return
        }
        guard let step = steps.first, let answer = pending.answer(to: 0) else { return }
        switch answer {
        case .failure(let failure): report(.failed(failure.message), step)
        case .value(let value):
            if case .record(let handle) = value, case .string(let id) = handle["id"], handle.role == .handle,
                step.kind == "child_process"
            {
                report(.child(id), step)
            }
            report(.completed, step)
        }
    }

    /// Tells that the program finished or failed by itself.
    func observeEnd(_ effect: Effect) {
        guard let step = steps(of: effect).first else { return }
        report(.started, step, isNew: true)
        if case .fail(let value) = effect {
            report(.failed(value.text), step)
        } else {
            report(.completed, step)
        }
    }

    /// Tells that open steps have failed.
    func observeFailure(_ failure: Failure) {
        while let step = observer?.openSteps.popLast() {
            report(.failed(failure.message), Step(position: step.position, kind: "step", label: step.label))
        }
    }
}

extension Opcode {
    /// The opcode of a word that the assembler wrote.
    init(_ word: UInt64) { self = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self) }
}
