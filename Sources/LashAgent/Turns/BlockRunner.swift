internal import Lashlang

/// Runs one block: compiles it, carries it from call to call, and says what came of it.
struct BlockRunner {
    let host: Host
    let environment: HostEnvironment
    let bindings: ProjectedBindings
    let limits: Limits
    let dispatcher: ToolDispatcher
    /// What processes call tools by, where the host runs any.
    let processTools: ProcessTools?
    let images: (@Sendable (Image) async -> ModelImage?)?
    let projections: any ProjectionResolver
    let iteration: Int

    /// How far a block came.
    enum End {
        case done(BlockResult)
        case suspended(SuspendedBlock)
    }

    /// Runs a block to its end, or to calls that wait for approval. The variables that it assigns are in the session then,
    /// whatever becomes of it.
    nonisolated(nonsending) func run(_ code: String, in session: Lashlang.Session) async -> End {
        var result = BlockResult()
        let program: Program
        var environment = environment
        environment.functions = session.functions
        do {
            program = try Program(Reply.cleaned(code: code), environment: environment)
        } catch {
            result.error = FailureText.text(error)
            return .done(result)
        }
        let warnings = program.warnings.prefix(5)
        let report = warnings.isEmpty ? nil : ModelReport(program.source)
        result.notes = warnings.compactMap { report?.text(of: $0) }
        let run = session.start(program, bindings: bindings, limits: limits, isCancelled: { Task.isCancelled })
        return await carry(run, Carrier(run: run, runner: self, result: result))
    }

    /// Goes on with a block that was suspended, with what was decided on its calls. Gives the session that has its variables
    /// from now on; `nil` where the block cannot be read, and the variables stay as they were.
    nonisolated(nonsending) func resume(
        _ block: SuspendedBlock,
        _ decisions: [String: ApprovalDecision]
    ) async -> (end: End, session: Lashlang.Session?) {
        var result = block.partial
        do {
            let run = try Run(
                snapshot: block.run.bytes,
                environment: environment,
                limits: limits,
                isCancelled: { Task.isCancelled }
            )
            let carrier = Carrier(run: run, runner: self, result: result, suspended: block.calls, decisions: decisions)
            return (await carry(run, carrier), run.session)
        } catch {
            result.error = FailureText.tagged("the block could not go on: \(error)", isPolicy: false)
            return (.done(result), nil)
        }
    }

    private nonisolated(nonsending) func carry(_ run: Run, _ start: Carrier) async -> End {
        run.pauseInterval = 200_000
        run.keepProjections { [dispatcher] path in dispatcher.projectionArgument(of: path) }
        await run.resolve(projections)
        let already = start.result.calls
        let before = dispatcher.records.count
        var carrier = start
        if let processTools {
            var moved = carrier
            await run.inFront(operations: processTools) { await moved.carry() }
            carrier = moved
        } else {
            await carrier.carry()
        }
        carrier.result.calls = already + dispatcher.records.dropFirst(before)
        guard let bytes = carrier.snapshot else { return .done(carrier.result) }
        return .suspended(
            SuspendedBlock(
                run: Base64Bytes(bytes),
                partial: carrier.result,
                calls: carrier.suspended,
                count: dispatcher.count,
                messages: dispatcher.takeMessages()
            )
        )
    }

    /// A run on its way.
    private struct Carrier {
        let run: Run
        let runner: BlockRunner
        var result: BlockResult
        /// Calls of a block that was suspended before, or is now.
        var suspended: [SuspendedBlock.Call] = []
        /// What was decided on them.
        var decisions: [String: ApprovalDecision] = [:]
        /// The run as it stands still; `nil` while it goes on.
        var snapshot: [UInt8]?

        nonisolated(nonsending) mutating func carry() async {
            defer { run.close() }
            var effects = 0
            while true {
                effects += 1
                // Other tasks of the thread get their time, however quick the answers are.
                if effects.isMultiple(of: 256) { await Task.yield() }
                do throws(RuntimeError) {
                    switch try run.resume() {
                    case .printed(let value): await take(printed: value)
                    case .paused: await Task.yield()
                    case .requested(let request): run.answer(await runner.host.answer(request, of: run.program))
                    case .asked: if await answerCalls() { return }
                    case .reading(let read): run.answer(await read.answers())
                    case .ended(.finished(let value)):
                        result.finished = FinishedValue(value)
                        return
                    case .ended(.completed): return
                    case .ended(.failed(let value)):
                        result.error = FailureText.text(failed: value)
                        return
                    }
                } catch {
                    result.error = FailureText.text(error, refusals: runner.dispatcher.refusals)
                    return
                }
            }
        }

        private nonisolated(nonsending) mutating func take(printed value: Value) async {
            result.output.append(value.printText())
            for image in Self.images(in: value) {
                var attachment = Attachment(
                    id: image.id,
                    mediaType: image.mime,
                    label: image.label.isEmpty ? nil : image.label
                )
                attachment.image = await runner.images?(image)
                if attachment.image == nil {
                    result.notes.append("image bytes for `\(image.id)` are unavailable or were pruned")
                }
                result.images.append(attachment)
            }
        }

        /// The images in a value that is no deeper than what people print: an image, or a list or record of some.
        private static func images(in value: Value) -> [Image] {
            switch value {
            case .image(let image): [image]
            case .list(let items), .tuple(let items):
                items.compactMap { if case .image(let image) = $0 { image } else { nil } }
            case .record(let fields):
                fields.compactMap { if case .image(let image) = $0.value { image } else { nil } }
            default: []
            }
        }

        /// Asks everything that the program waits for: what may run beside others at the same time, and then the rest in the
        /// order of the program. Says whether the block stands still or is over: because a tool has ended it, and then the
        /// first one in the order of the program counts, or because calls wait for approval or for a result that comes later.
        private nonisolated(nonsending) mutating func answerCalls() async -> Bool {
            var (parallel, serial) = waitingCalls()
            var left: [SuspendedBlock.Call] = []
            var controls: [(position: Int, control: ToolControl)] = []
            func take(_ answers: [(position: Int, progress: ToolDispatcher.Progress)]) {
                for (position, progress) in answers {
                    switch progress {
                    case .needsApproval(let call):
                        left.append(SuspendedBlock.Call(position: position, id: call.request.id, prepared: call))
                    case .awaitsCompletion(let call, let completion, let started):
                        left.append(
                            SuspendedBlock.Call(
                                position: position,
                                id: call.request.id,
                                prepared: call,
                                completion: completion,
                                started: started
                            )
                        )
                    case .answered(let answer):
                        run.answer(answer.result, at: position)
                        if let control = answer.control { controls.append((position, control)) }
                    }
                }
            }
            take(await runner.answers(to: parallel))
            while !serial.isEmpty, left.isEmpty, controls.isEmpty {
                take(await runner.answers(to: [serial.removeFirst()]))
            }
            if !controls.isEmpty {
                result.control = controls.min { $0.position < $1.position }?.control
                runner.dispatcher.catalog.withdraw(left.compactMap(\.completion))
                return true
            }
            if left.isEmpty { return false }
            left += serial.compactMap(\.asLeft)
            return await suspend(left.sorted { $0.position < $1.position })
        }

        /// Stands still until somebody has decided, or results have come. Where the run cannot be kept, the calls fail and
        /// the block goes on.
        private nonisolated(nonsending) mutating func suspend(_ calls: [SuspendedBlock.Call]) async -> Bool {
            do {
                snapshot = try run.snapshot()
                suspended = calls
                return true
            } catch {
                let failure = CallFailure(
                    class: "internal",
                    code: "call_suspend",
                    message: "the call could not wait: \(error)"
                )
                for call in calls {
                    run.answer(await runner.dispatcher.giveUp(call, failure), at: call.position)
                }
                return false
            }
        }

        /// What the program waits for, apart by how it may run. Answers what needs no waiting.
        private mutating func waitingCalls() -> (parallel: [WaitingCall], serial: [WaitingCall]) {
            let known = suspended
            suspended = []
            var parallel: [WaitingCall] = []
            var serial: [WaitingCall] = []
            for (position, call) in run.unansweredCalls {
                let before = known.first { $0.position == position }
                if let before, let prepared = before.prepared {
                    let waiting = WaitingCall.kept(before, prepared, decisions[prepared.request.id])
                    if runner.dispatcher.isSerial(prepared.request.callPath) {
                        serial.append(waiting)
                    } else {
                        parallel.append(waiting)
                    }
                } else if case .operation(let operation) = call, runner.dispatcher.isTool(operation.path) {
                    let id = before?.id ?? runner.dispatcher.nextID(iteration: runner.iteration)
                    if runner.dispatcher.isSerial(operation.path) {
                        serial.append(.tool(position, operation, id: id))
                    } else {
                        parallel.append(.tool(position, operation, id: id))
                    }
                } else if let answer = runner.host.immediateAnswer(to: call) {
                    run.answer(answer, at: position)
                } else {
                    parallel.append(.host(position, call))
                }
            }
            return (parallel, serial)
        }
    }

    /// A call that is answered after a while.
    enum WaitingCall: Sendable {
        case tool(Int, OperationCall, id: String)
        /// A call that has waited for approval, and what was decided, if anything, or for a result that comes later.
        case kept(SuspendedBlock.Call, PreparedCall, ApprovalDecision?)
        case host(Int, HostCall)

        /// The call as it is kept where it could not be begun.
        var asLeft: SuspendedBlock.Call? {
            switch self {
            case .tool(let position, _, let id): SuspendedBlock.Call(position: position, id: id)
            case .kept(let call, _, _): call
            case .host: nil
            }
        }
    }

    private nonisolated(nonsending) func answers(
        to calls: [WaitingCall]
    ) async -> [(position: Int, progress: ToolDispatcher.Progress)] {
        if calls.isEmpty { return [] }
        let answerer = CallAnswerer(host: host, dispatcher: dispatcher)
        if calls.count == 1 { return [await answerer.answer(calls[0])] }
        let width = max(1, limits.concurrentCalls ?? calls.count)
        return await withTaskGroup(of: (position: Int, progress: ToolDispatcher.Progress).self) { group in
            var rest = calls.makeIterator()
            for _ in 0..<min(width, calls.count) {
                if let call = rest.next() { group.addTask { await answerer.answer(call) } }
            }
            var answers: [(position: Int, progress: ToolDispatcher.Progress)] = []
            while let answer = await group.next() {
                answers.append(answer)
                if let call = rest.next() { group.addTask { await answerer.answer(call) } }
            }
            return answers
        }
    }
}

/// Answers one call, in whatever task.
private struct CallAnswerer: Sendable {
    let host: Host
    let dispatcher: ToolDispatcher

    func answer(_ call: BlockRunner.WaitingCall) async -> (position: Int, progress: ToolDispatcher.Progress) {
        switch call {
        case .tool(let position, let operation, let id):
            return (position, await dispatcher.call(operation.path, id: id, arguments: operation.arguments))
        case .kept(let call, let prepared, let decision):
            if let completion = call.completion {
                return (call.position, await dispatcher.settle(call, prepared, completion))
            }
            guard let decision else { return (call.position, .needsApproval(prepared)) }
            return (call.position, await dispatcher.settle(prepared, decision))
        case .host(let position, let call):
            return (position, .answered(ToolDispatcher.Answer(result: await host.answer(call), control: nil)))
        }
    }
}
