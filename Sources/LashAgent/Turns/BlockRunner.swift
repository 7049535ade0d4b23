internal import Lashlang

/// Runs one block: compiles it, carries it from call to call, and says what came of it.
struct BlockRunner {
    let host: Host
    let environment: HostEnvironment
    let bindings: ProjectedBindings
    let limits: Limits
    let dispatcher: ToolDispatcher
    let images: (@Sendable (Image) async -> ModelImage?)?
    let iteration: Int

    /// Runs a block to its end. The variables that it assigns are in the session then, whatever becomes of it.
    nonisolated(nonsending) func run(_ code: String, in session: Lashlang.Session) async -> BlockResult {
        var result = BlockResult()
        let program: Program
        do {
            program = try Program(Reply.cleaned(code: code), environment: environment)
        } catch {
            result.error = FailureText.text(error)
            return result
        }
        let renderer = program.warnings.isEmpty ? nil : DiagnosticRenderer(program.source)
        result.notes = program.warnings.prefix(5).map { renderer?.plain($0) ?? $0.message }
        let run = session.start(program, bindings: bindings, limits: limits, isCancelled: { Task.isCancelled })
        run.pauseInterval = 200_000
        let already = dispatcher.records.count
        var carrier = Carrier(run: run, runner: self, result: result)
        if host.processes == nil {
            await carrier.carry()
        } else {
            var moved = carrier
            await run.inFront { await moved.carry() }
            carrier = moved
        }
        result = carrier.result
        result.calls = Array(dispatcher.records.dropFirst(already))
        return result
    }

    /// A run on its way.
    private struct Carrier {
        let run: Run
        let runner: BlockRunner
        var result: BlockResult

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
                    case .ended(.finished(let value)):
                        result.finished = FinishedValue(value)
                        return
                    case .ended(.completed): return
                    case .ended(.failed(let value)):
                        result.error = FailureText.text(failed: value)
                        return
                    }
                } catch {
                    result.error = FailureText.text(error)
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

        /// Asks everything that the program waits for, at the same time where it is several. Says whether a tool has ended the
        /// block; then the first one in the order of the program counts.
        private nonisolated(nonsending) mutating func answerCalls() async -> Bool {
            var waiting: [WaitingCall] = []
            for (position, call) in run.unansweredCalls {
                if case .operation(let operation) = call, runner.dispatcher.isTool(operation.path) {
                    let id = runner.dispatcher.nextID(iteration: runner.iteration)
                    waiting.append(.tool(position, operation, id: id))
                } else if let answer = runner.host.immediateAnswer(to: call) {
                    run.answer(answer, at: position)
                } else {
                    waiting.append(.host(position, call))
                }
            }
            var controls: [(position: Int, control: ToolControl)] = []
            for (position, answer) in await runner.answers(to: waiting) {
                run.answer(answer.result, at: position)
                if let control = answer.control { controls.append((position, control)) }
            }
            result.control = controls.min { $0.position < $1.position }?.control
            return result.control != nil
        }
    }

    /// A call that is answered after a while.
    enum WaitingCall: Sendable {
        case tool(Int, OperationCall, id: String)
        case host(Int, HostCall)
    }

    private nonisolated(nonsending) func answers(
        to calls: [WaitingCall]
    ) async -> [(position: Int, answer: ToolDispatcher.Answer)] {
        if calls.isEmpty { return [] }
        let answerer = CallAnswerer(host: host, dispatcher: dispatcher)
        if calls.count == 1 { return [await answerer.answer(calls[0])] }
        let width = max(1, limits.concurrentCalls ?? calls.count)
        return await withTaskGroup(of: (position: Int, answer: ToolDispatcher.Answer).self) { group in
            var rest = calls.makeIterator()
            for _ in 0..<min(width, calls.count) {
                if let call = rest.next() { group.addTask { await answerer.answer(call) } }
            }
            var answers: [(position: Int, answer: ToolDispatcher.Answer)] = []
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

    func answer(_ call: BlockRunner.WaitingCall) async -> (position: Int, answer: ToolDispatcher.Answer) {
        switch call {
        case .tool(let position, let operation, let id):
            (position, await dispatcher.call(operation.path, id: id, arguments: operation.arguments))
        case .host(let position, let call):
            (position, ToolDispatcher.Answer(result: await host.answer(call), control: nil))
        }
    }
}
