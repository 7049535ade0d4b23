internal import Lashlang

/// The loop of one turn as a state machine: it says what is to be done next and is told what came of it.
///
/// It does nothing by itself, so it can be kept as JSON at any moment and go on elsewhere: whoever has it looks at `next`
/// and does that.
///
/// ```swift
/// var machine = TurnMachine(id: "t1", options: TurnOptions(), maximumCalls: 50)
/// while true {
///     switch machine.next {
///     case .callModel: machine.receive(await answer(machine.log))
///     case .run(let block): machine.receive(await run(block.code))
///     case .checkpoint: machine.receive(delivered: [])
///     case .ended(let outcome): return outcome
///     }
/// }
/// ```
public struct TurnMachine: Equatable, Sendable, Codable {
    /// What is to be done next.
    public enum Step: Equatable, Sendable, Codable {
        /// Ask the model.
        case callModel
        /// Run a block.
        case run(TurnBlock)
        /// Ask whether anybody has something to say.
        case checkpoint(Checkpoint)
        /// Nothing: the turn is over.
        case ended(TurnOutcome)
    }

    /// When messages from outside can join a turn.
    public enum Checkpoint: String, Hashable, Sendable, Codable {
        /// Before the next call of the model.
        case afterWork = "after_work"
        /// Just before the turn is finished; it goes on if anything is said.
        case beforeCompletion = "before_completion"
    }

    /// The id of the turn.
    public let id: String
    /// How it may end.
    public let options: TurnOptions
    /// How often the model may be called; `nil` for no limit.
    public let maximumCalls: Int?
    /// The tokens that the model can read, as far as is known.
    public let contextWindow: Int?

    /// What is to be done next.
    public private(set) var next = Step.callModel
    /// Which call of the model it is, from 0.
    public private(set) var iteration = 0
    /// What was added to the history in this turn, in order.
    public private(set) var log: [HistoryEntry] = []
    /// What went wrong in this turn.
    public private(set) var issues: [TurnIssue] = []

    private var isGrace = false
    private var hasRepairedSchema = false
    private var hasNudged = false
    /// The outcome that takes effect if nobody has anything to say.
    private var pending: TurnOutcome?
    private var messages = 0

    /// A turn at its beginning.
    ///
    /// - Parameter messages: what the turn begins with, mostly the user's message.
    public init(
        id: String,
        options: TurnOptions,
        maximumCalls: Int?,
        contextWindow: Int? = nil,
        messages: [HistoryMessage] = []
    ) {
        self.id = id
        self.options = options
        self.maximumCalls = maximumCalls
        self.contextWindow = contextWindow
        log = messages.map { .message($0) }
    }

    /// How the turn ended; `nil` while it has not.
    public var outcome: TurnOutcome? {
        if case .ended(let outcome) = next { return outcome }
        return nil
    }

    // MARK: What happened

    /// Takes the answer of the model. Only while `next` is `.callModel`.
    public mutating func receive(_ answer: ModelAnswer) {
        switch answer.end {
        case .cancelled:
            stop(.cancelled)
            return
        case .failed(let message, let kind):
            report(.provider, kind.rawValue, message)
            stop(.providerError)
            return
        case .outputLimit:
            if let usage = answer.usage, let window = contextWindow, usage.output == 0,
                usage.prompt * 100 >= window * 95
            {
                report(
                    .provider,
                    ModelError.Kind.contextOverflow.rawValue,
                    "Model produced no output because the prompt reached the configured context window."
                )
                stop(.providerError)
            } else {
                stop(.incomplete)
            }
            return
        case .complete: break
        }
        let reply = answer.reply
        if case .unclosed = reply.verdict {
            keep(answer.text)
            advance(repair: [TurnTexts.unclosedBlock])
            return
        }
        if let code = reply.code {
            keep(reply.prose)
            next = .run(TurnBlock(iteration: iteration, code: code, hasMoreBlocks: reply.hasMoreBlocks))
            return
        }
        if WhiteSpace.isBlank(answer.text) {
            if WhiteSpace.isBlank(answer.reasoning) || hasNudged {
                report(.provider, ModelError.Kind.emptyResponse.rawValue, "Model returned no assistant text.")
                stop(.providerError)
            } else {
                hasNudged = true
                advance(repair: [TurnTexts.onlyReasoning])
            }
            return
        }
        if options.requiresFinish {
            keep(answer.text)
            advance(repair: [options.schema == nil ? TurnTexts.finishIsRequired : TurnTexts.matchingFinishIsRequired])
        } else {
            keep(answer.text)
            complete(.message(answer.text))
        }
    }

    /// Takes what came of the block. Only while `next` is `.run`.
    public mutating func receive(_ result: BlockResult) {
        guard case .run(let block) = next else { return }
        var step = HistoryStep(
            id: "\(id):\(iteration)",
            iteration: iteration,
            code: block.code,
            output: result.output.filter { !$0.isEmpty },
            images: result.images,
            notes: result.notes + (block.hasMoreBlocks ? [TurnTexts.moreBlocks] : []),
            error: result.error
        )
        if let control = result.control {
            step.error = nil
            log.append(.step(step))
            switch control {
            case .finish(let tool, let value): complete(.toolValue(tool: tool, value.value))
            case .fail(let tool, let failure): complete(.stopped(.toolError(tool: tool, failure.value)))
            case .switchFrame(let frameSwitch): complete(.frameSwitch(frameSwitch))
            case .abort(let code, let message):
                report(.plugin, code, message)
                stop(.pluginAbort(code: code))
            }
            return
        }
        guard let finished = result.finished else {
            log.append(.step(step))
            advance(repair: [])
            return
        }
        if let schema = options.schema {
            let problems = schema.problems(in: finished.value)
            if !problems.isEmpty {
                let text = problems.joined(separator: "; ")
                step.error = text
                log.append(.step(step))
                advance(repair: [TurnTexts.schemaMismatch(text)], isSchemaMismatch: true)
                return
            }
        }
        step.finalOutput = finished
        log.append(.step(step))
        complete(.value(finished.value))
    }

    /// Takes what was said at the checkpoint. Only while `next` is `.checkpoint`.
    public mutating func receive(delivered messages: [HistoryMessage]) {
        guard case .checkpoint(let checkpoint) = next else { return }
        log += messages.map { .message($0) }
        switch checkpoint {
        case .afterWork: next = .callModel
        case .beforeCompletion:
            let outcome = pending
            pending = nil
            if messages.isEmpty, let outcome {
                next = .ended(outcome)
                return
            }
            iteration += 1
            if isGrace {
                stop(.maxTurns)
            } else {
                if isAtLimit { beginGrace() }
                next = .callModel
            }
        }
    }

    /// Ends the turn because somebody cancelled it.
    public mutating func cancel() { stop(.cancelled) }

    /// Ends the turn because a plugin says so.
    public mutating func abort(code: String, message: String) {
        report(.plugin, code, message)
        stop(.pluginAbort(code: code))
    }

    /// Ends the turn because something in the runtime failed.
    public mutating func fail(code: String, message: String, as stop: TurnStop = .runtimeError) {
        report(.runtime, code, message)
        self.stop(stop)
    }

    /// Adds a message between two steps.
    public mutating func add(_ message: HistoryMessage) { log.append(.message(message)) }

    // MARK: What follows

    private var isAtLimit: Bool {
        guard let maximumCalls else { return false }
        return iteration >= maximumCalls
    }

    private mutating func advance(repair: [String], isSchemaMismatch: Bool = false) {
        iteration += 1
        if isGrace {
            stop(.maxTurns)
            return
        }
        if isAtLimit {
            if !options.requiresFinish {
                beginGrace()
            } else if isSchemaMismatch && !hasRepairedSchema {
                // The value is nearly there: one more call, at most.
                hasRepairedSchema = true
                repair.forEach { say($0) }
            } else {
                stop(.maxTurns)
                return
            }
        } else {
            repair.forEach { say($0) }
        }
        next = .checkpoint(.afterWork)
    }

    private mutating func beginGrace() {
        isGrace = true
        say(TurnTexts.limitReached(maximumCalls ?? 0))
    }

    private mutating func complete(_ outcome: TurnOutcome) {
        pending = outcome
        next = .checkpoint(.beforeCompletion)
    }

    private mutating func stop(_ reason: TurnStop) { next = .ended(.stopped(reason)) }

    private mutating func report(_ source: TurnIssue.Source, _ code: String, _ message: String) {
        issues.append(TurnIssue(source: source, code: code, message: message))
    }

    private mutating func keep(_ prose: String) {
        if WhiteSpace.isBlank(prose) { return }
        log.append(.message(HistoryMessage(id: messageID(), role: .assistant, content: prose)))
    }

    private mutating func say(_ text: String) {
        log.append(.message(HistoryMessage(id: messageID(), role: .system, content: text)))
    }

    private mutating func messageID() -> String {
        messages += 1
        return "\(id):m\(messages)"
    }
}

/// A block that a model wrote.
public struct TurnBlock: Equatable, Sendable, Codable {
    /// Which call of the model wrote it, from 0.
    public var iteration: Int
    /// The program as the model wrote it.
    public var code: String
    /// Whether the model wrote more blocks, which are ignored.
    public var hasMoreBlocks: Bool
}

/// Something that went wrong in a turn.
public struct TurnIssue: Equatable, Sendable, Codable {
    /// Who had the trouble.
    public enum Source: String, Hashable, Sendable, Codable {
        case provider, plugin, runtime
    }

    /// Who had the trouble.
    public var source: Source
    /// What kind it is.
    public var code: String
    /// What went wrong.
    public var message: String

    /// An issue.
    public init(source: Source, code: String, message: String) {
        self.source = source
        self.code = code
        self.message = message
    }
}
