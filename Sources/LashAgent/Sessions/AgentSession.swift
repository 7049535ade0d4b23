public import Lashlang
internal import Logging
internal import Synchronization

/// A conversation, or a task: history, variables and plugins, and turns that go on from one another.
///
/// One turn runs at a time; a second one waits. Everything of it can be called from any task.
public actor AgentSession {
    /// The id.
    public nonisolated let id: String

    nonisolated let core: AgentConfiguration
    nonisolated let plugins: PluginHost
    nonisolated let options: TurnOptions
    nonisolated let prompt: PromptLayer
    nonisolated let requiredInputs: [String]
    nonisolated let model: any LanguageModel
    /// What the session began with, until it is kept.
    nonisolated let seed: Seed
    /// What nobody else calls himself.
    nonisolated let owner = RandomID.make("owner")
    nonisolated let gate = TurnGate()
    nonisolated let shared = SharedState()
    /// What happened lately.
    nonisolated let journal: SessionJournal

    var sessionBindings: ProjectedBindings
    var head: SessionHead
    /// How many records the kept history has.
    var keptCount: Int
    /// Records that are not kept yet.
    var unkept: [StoredEntry] = []
    /// The records of the current frame.
    var entries: [HistoryEntry]
    var renderer: HistoryRenderer
    var variables: Lashlang.Session
    /// Whether variables may have changed since they were written into `head`.
    var hasNewVariables = false
    /// The rows in which prompts list the variables; `nil` where they have to be made anew.
    var variableRows: [String]?
    /// What the store has may be newer than what is here.
    var isStale = false
    var promptCache: PromptCache?
    /// The tools of core and plugins, and those that were added since.
    var tools: ToolCatalog
    /// The tools that plugins offered last.
    var offered = OfferedTools()
    /// What the host found by call paths, or that it found nothing.
    var resolvedTools: [String: ToolCatalog.Member?] = [:]

    /// What can be reached while a turn is under way.
    final class SharedState: Sendable {
        private struct Contents {
            var queue: [QueuedInput] = []
            var running: [Int: @Sendable () -> Void] = [:]
            var count = 0
            var commands: [RecordedCommand] = []
        }

        private let contents = Mutex(Contents())
        /// The keys of results that come later.
        let completions = CompletionBoard()

        func add(_ input: QueuedInput) { contents.withLock { $0.queue.append(input) } }

        func add(_ command: RecordedCommand) { contents.withLock { $0.commands.append(command) } }

        /// Takes the commands that plugins have carried out since the last time.
        func takeCommands() -> [RecordedCommand] {
            contents.withLock { contents in
                defer { contents.commands = [] }
                return contents.commands
            }
        }

        /// Gives them back, for a turn that could not begin: they belong to the next one.
        func putBack(_ commands: [RecordedCommand]) {
            contents.withLock { $0.commands.insert(contentsOf: commands, at: 0) }
        }

        var queue: [QueuedInput] { contents.withLock { $0.queue } }

        /// Takes what is to be said now.
        func take(_ isWanted: (QueuedInput) -> Bool) -> [QueuedInput] {
            contents.withLock { contents in
                let taken = contents.queue.filter(isWanted)
                if !taken.isEmpty { contents.queue.removeAll(where: isWanted) }
                return taken
            }
        }

        func remove(_ id: String) -> Bool { !take { $0.id == id }.isEmpty }

        func begin(_ cancel: @escaping @Sendable () -> Void) -> Int {
            contents.withLock { contents in
                contents.count += 1
                contents.running[contents.count] = cancel
                return contents.count
            }
        }

        func end(_ number: Int) { contents.withLock { $0.running[number] = nil } }

        func cancelAll() -> Int {
            let running = contents.withLock { $0.running }
            for cancel in running.values { cancel() }
            return running.count
        }
    }

    init(_ builder: SessionBuilder, record: SessionRecord?) async throws {
        id = builder.id
        core = builder.core.configuration
        journal = SessionJournal(core.observation, clock: core.clock)
        plugins = try PluginHost(
            core.plugins.factories + builder.factories,
            tools: core.tools,
            context: PluginBuildContext(session: id, parent: builder.parent, depth: builder.depth, options: nil),
            options: core.pluginOptions
        )
        tools = plugins.hooks.tools
        var options = builder.options ?? core.turnOptions
        if builder.options == nil && builder.parent != nil { options.answerFormat = .rawValue }
        for hook in plugins.hooks.options { options = try hook.body(options) }
        self.options = options
        prompt = builder.prompt
        requiredInputs = builder.requiredInputs
        model = builder.model ?? core.model
        seed = builder.seed
        sessionBindings = builder.bindings
        renderer = HistoryRenderer(core.history)
        let present =
            record
            ?? SessionRecord(
                head: SessionHead(id: builder.id, parent: builder.parent, depth: builder.depth)
            )
        head = present.head
        keptCount = present.history.count
        entries = []
        variables = Lashlang.Session()
        for plugin in head.requiredPlugins where !plugins.plugins.contains(where: { $0.id == plugin }) {
            throw SessionError.missingPlugin(session: id, plugin: plugin)
        }
        try adopt(present)
        for plugin in builder.boundPlugins where !head.requiredPlugins.contains(plugin) {
            head.requiredPlugins.append(plugin)
        }
        if record == nil {
            try plant(builder.seed)
        } else {
            try plugins.restore(head.plugins)
        }
        await tell(.opened(isRestored: record != nil))
    }

    /// Takes history and variables from a record.
    private func adopt(_ record: SessionRecord) throws {
        head = record.head
        keptCount = record.history.count
        unkept = []
        entries = record.history.filter { $0.frame == record.head.frame }.map(\.entry)
        renderer = HistoryRenderer(core.history)
        renderer.append(entries)
        let bytes = record.head.variables.bytes
        variables = bytes.isEmpty ? Lashlang.Session() : try Lashlang.Session(snapshot: bytes)
        hasNewVariables = false
        variableRows = nil
        isStale = false
        for input in record.head.queue where !shared.queue.contains(input) { shared.add(input) }
    }

    /// Reads the session again, where a commit has gone wrong.
    func refresh() async throws {
        guard isStale else { return }
        let required = head.requiredPlugins
        let record = try await core.store.load(id)
        let fresh = SessionHead(id: id, parent: head.parent, depth: head.depth)
        try adopt(record ?? SessionRecord(head: fresh))
        head.requiredPlugins = required
        if record == nil { try plant(seed) }
        try plugins.restore(head.plugins)
    }

    /// Adds a record to the current frame.
    func append(_ entry: HistoryEntry) {
        entries.append(entry)
        unkept.append(StoredEntry(frame: head.frame, entry: entry))
        renderer.append(entry)
    }

    /// Begins a frame with what was given to it.
    func plant(_ seed: Seed) throws {
        if seed.isEmpty { return }
        for (name, value) in seed.variables where variables[name] == nil { try variables.set(name, to: value) }
        hasNewVariables = true
        variableRows = nil
        append(.seed(seed))
    }

    /// Tells plugins what happened to the session.
    func tell(_ event: SessionEvent) async {
        for hook in plugins.hooks.sessionEvents {
            do { try await hook.body(event) } catch {
                core.logger.warning("plugin \(hook.plugin) failed at a session event: \(error)")
            }
        }
    }
}

// MARK: - What hosts do with a session

extension AgentSession {
    /// A turn to be set up and run.
    public nonisolated func turn(_ input: TurnInput) -> TurnBuilder { TurnBuilder(session: self, input: input) }

    /// Says something to the model at the next checkpoint of the turn that is under way, or with the next turn. Gives the id
    /// of the input, by which it can be taken back until then.
    @discardableResult
    public nonisolated func enqueue(_ text: String, at moment: QueuedInput.Moment = .activeTurn) -> String {
        let input = QueuedInput(id: RandomID.make("input"), text: text, moment: moment)
        shared.add(input)
        tellQueue()
        return input.id
    }

    /// What waits to be said.
    public nonisolated var pendingInputs: [QueuedInput] { shared.queue }

    /// Takes back what waits to be said. Says whether it was still there.
    @discardableResult
    public nonisolated func cancelInput(_ id: String) -> Bool {
        let wasThere = shared.remove(id)
        if wasThere { tellQueue() }
        return wasThere
    }

    /// Cancels the turns that are under way or wait, and says how many there are.
    @discardableResult
    public nonisolated func cancelRunningTurns() -> Int { shared.cancelAll() }

    /// Puts values in scope for every turn that begins from now on. Throws where a name is bound already, and for `history`.
    public func project(_ more: ProjectedBindings) throws(BindingError) {
        if more.names.contains(AgentBindings.historyName) { throw AgentBindings.historyIsReserved }
        try sessionBindings.merge(more)
    }

    /// Takes a value out of scope, or puts another one in its place, for turns that begin from now on.
    public func replaceProjection(_ name: String, with value: Value?) throws(BindingError) {
        var changed = ProjectedBindings()
        for present in sessionBindings.names where present != name {
            try changed.merge(sessionBindings.only(present))
        }
        if let value { try changed.bind(name, value) }
        sessionBindings = changed
    }

    /// The records of the current frame, oldest first.
    public var history: [HistoryEntry] { entries }

    /// A copy of all variables.
    public var variableValues: Record { variables.variables }

    /// What models took in the whole session.
    public var usage: UsageLedger { head.usage }

    /// The session as it is kept, but for its history.
    public var state: SessionHead { head }

    /// The current frame.
    public var frame: AgentFrame { head.frames[head.frame] }

    /// The operations of plugins.
    public nonisolated var operations: [PluginOperation] {
        plugins.hooks.operations.values.sorted { $0.name < $1.name }
    }

    /// Calls an operation of a plugin. Throws `PluginError.operation` for one that is not there and for arguments that it does
    /// not take, and whatever the plugin throws.
    public nonisolated func call(_ operation: String, _ arguments: Value = [:]) async throws -> Value {
        guard let found = plugins.hooks.operations[operation] else {
            throw PluginError.operation("unknown operation `\(operation)`")
        }
        guard found.kind == .command else { return try await found.body(arguments) }
        await gate.enter()
        defer { gate.leave() }
        let result = try await found.body(arguments)
        // Only traces want to know.
        if core.trace != nil { shared.add(RecordedCommand(name: operation, arguments: arguments)) }
        return result
    }

    /// Runs a turn in a task of its own, which can be cancelled from here.
    nonisolated func run(_ turn: TurnBuilder, to sink: (any TurnEventSink)?) async throws -> TurnResult {
        let start = TurnStart(session: id, model: (turn.model ?? model).name, isResumed: false)
        return try await measured(start, to: sink) { try await self.traced(turn, to: $0) }
    }

    nonisolated func track(
        _ body: @escaping @Sendable () async throws -> TurnResult
    ) async throws -> TurnResult {
        let task = Task { try await body() }
        let number = shared.begin { task.cancel() }
        defer { shared.end(number) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}

/// Words that are used once.
package enum RandomID {
    package static func make(_ kind: String) -> String {
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        return "\(kind):\(number)"
    }
}
