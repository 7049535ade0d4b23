public import Lashlang

/// Sets up a turn before it is run. A value: every method gives a changed copy.
public struct TurnBuilder: Sendable {
    let session: AgentSession
    private(set) var input: TurnInput
    private(set) var id: String?
    private(set) var pluginInputs = Record()
    private(set) var prompt = PromptLayer()
    private(set) var model: (any LanguageModel)?
    private(set) var maximumCalls: Int??
    private(set) var optionChanges: [OptionChange] = []
    private(set) var problem: String?
    private(set) var budget: TurnBudget?

    enum OptionChange: Sendable {
        case termination(TurnOptions.Termination)
        case format(TurnOptions.AnswerFormat?)
        case json(Value)
    }

    init(session: AgentSession, input: TurnInput) {
        self.session = session
        self.input = input
    }

    private func with(_ change: (inout TurnBuilder) -> Void) -> TurnBuilder {
        var changed = self
        change(&changed)
        return changed
    }

    /// Lets the turn use what is left to another one, which has started it.
    func sharing(_ budget: TurnBudget) -> TurnBuilder { with { $0.budget = budget } }

    // MARK: How it may end

    /// Only `finish` ends the turn.
    public func requireFinish() -> TurnBuilder { with { $0.optionChanges.append(.termination(.finishRequired(nil))) } }

    /// Only `finish` with a value that matches a schema ends the turn. Throws for what is no schema.
    public func requireFinish(schema: Value) throws(JSONSchemaError) -> TurnBuilder {
        let schema = try JSONSchema(schema)
        return with { $0.optionChanges.append(.termination(.finishRequired(schema))) }
    }

    /// Prose ends the turn as well as `finish`.
    public func allowProseOrFinish() -> TurnBuilder { with { $0.optionChanges.append(.termination(.natural)) } }

    /// What the last answer should look like.
    public func answerFormat(_ format: TurnOptions.AnswerFormat?) -> TurnBuilder {
        with { $0.optionChanges.append(.format(format)) }
    }

    /// Options as JSON, such as `{"termination": {"kind": "finish_required"}}`. What cannot be read stops the turn before the
    /// model is called.
    public func options(json: Value) -> TurnBuilder { with { $0.optionChanges.append(.json(json)) } }

    /// How often the model may be called; `nil` for no limit.
    public func maximumCalls(_ count: Int?) -> TurnBuilder { with { $0.maximumCalls = .some(count) } }

    // MARK: What belongs to it

    /// An id for the turn. A turn that was committed under the id is not committed again.
    public func id(_ id: String) -> TurnBuilder { with { $0.id = id } }

    /// Another model than the session's.
    public func model(_ model: any LanguageModel) -> TurnBuilder { with { $0.model = model } }

    /// Input for a plugin; the last one counts. Throws where it cannot be encoded.
    public func input<Plugin: PluginBinding>(_ input: Plugin.Input, for plugin: Plugin.Type) -> TurnBuilder {
        with { builder in
            do { builder.pluginInputs[Plugin.id] = try ValueEncoder().encode(input, root: Plugin.id) } catch {
                builder.problem = "\(error)"
            }
        }
    }

    /// Puts values in scope for this turn. Throws where a name is bound already, and for `history`.
    public func project(_ bindings: ProjectedBindings) throws(BindingError) -> TurnBuilder {
        var changed = self
        changed.input = try input.project(bindings)
        return changed
    }

    /// Adds to a slot of the prompt.
    public func promptContribution(_ contribution: PromptContribution) -> TurnBuilder {
        with { $0.prompt.contribute(contribution) }
    }

    /// Another layout of the prompt.
    public func promptTemplate(_ template: PromptTemplate) -> TurnBuilder { with { $0.prompt.template = template } }

    /// Drops what core and session have put into a slot of the prompt, and puts something else there.
    public func replacePromptSlot(
        _ slot: PromptTemplate.Slot,
        with contributions: [PromptContribution]
    ) -> TurnBuilder {
        with { $0.prompt.replace(slot, with: contributions) }
    }

    /// Drops what core and session have put into a slot of the prompt.
    public func clearPromptSlot(_ slot: PromptTemplate.Slot) -> TurnBuilder { with { $0.prompt.clear(slot) } }

    /// Adds a layer to the prompt.
    public func promptLayer(_ layer: PromptLayer) -> TurnBuilder { with { $0.prompt.merge(layer) } }

    // MARK: Running

    /// Runs the turn. Cancelling the task cancels it: the result says so then.
    ///
    /// Throws where the turn cannot begin (`BindingError`, `PluginError`, `SessionError`) and where it cannot be kept.
    public func run() async throws -> TurnResult { try await session.run(self, to: nil) }

    /// Runs the turn and tells a sink what happens. The turn waits for the sink.
    public func stream(to sink: any TurnEventSink) async throws -> TurnResult { try await session.run(self, to: sink) }

    /// Begins the turn, and gives what happens as a sequence. The turn does not wait for whoever reads it; it is cancelled
    /// when the stream is let go.
    public func stream() -> TurnStream { TurnStream { sink in try await session.run(self, to: sink) } }
}

/// The events of a turn that is under way, and its result.
public struct TurnStream: AsyncSequence, Sendable {
    /// What comes one after the other.
    public typealias Element = TurnActivity
    /// Nothing goes wrong with the sequence itself.
    public typealias Failure = Never

    private struct Sink: TurnEventSink {
        let continuation: AsyncStream<TurnActivity>.Continuation

        func receive(_ activity: TurnActivity) async { continuation.yield(activity) }
    }

    private let activities: AsyncStream<TurnActivity>
    private let task: Task<TurnResult, any Error>

    init(_ run: @escaping @Sendable (any TurnEventSink) async throws -> TurnResult) {
        let (activities, continuation) = AsyncStream<TurnActivity>.makeStream()
        let task = Task {
            defer { continuation.finish() }
            return try await run(Sink(continuation: continuation))
        }
        continuation.onTermination = { end in
            if case .cancelled = end { task.cancel() }
        }
        self.activities = activities
        self.task = task
    }

    /// Reads from the beginning; only once.
    public func makeAsyncIterator() -> AsyncStream<TurnActivity>.Iterator { activities.makeAsyncIterator() }

    /// Cancels the turn.
    public func cancel() { task.cancel() }

    /// How the turn ended. Throws what `TurnBuilder.run` throws.
    public var result: TurnResult { get async throws { try await task.value } }
}

/// How a turn ended, and what it took.
public struct TurnResult: Equatable, Sendable {
    /// The turn.
    public var turn: String
    /// How it ended.
    public var outcome: TurnOutcome
    /// What went wrong on the way.
    public var issues: [TurnIssue]
    /// What the turn itself took.
    public var usage: ModelUsage
    /// What its children took, by source and model.
    public var childrenUsage: UsageLedger
    /// The tools that were called, in the order in which they were completed.
    public var calls: [ToolCallRecord]
    /// Whether a block was run.
    public var ranCode: Bool
    /// How often the model was called.
    public var modelCalls: Int
    /// When it began, in milliseconds since 1970.
    public var started: Double
    /// How long it took.
    public var milliseconds: Double

    /// Whether the turn did what it was asked for, as far as the loop can tell.
    public var isSuccess: Bool { outcome.isSuccess }

    /// The answer as text, without white space at the end of its lines.
    public var text: String {
        outcome.text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { line in String(line.reversed().drop(while: \.isWhitespace).reversed()) }
            .joined(separator: "\n")
    }

    /// The value of `finish`.
    public var value: Value? {
        if case .value(let value) = outcome { return value }
        return nil
    }

    /// The prose that ended the turn.
    public var message: String? {
        if case .message(let text) = outcome { return text }
        return nil
    }

    /// The value that a tool ended the turn with.
    public var toolValue: Value? {
        if case .toolValue(_, let value) = outcome { return value }
        return nil
    }
}
