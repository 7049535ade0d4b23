internal import Lashlang
internal import Logging

extension AgentSession {
    /// Runs a turn from its input to its last commit.
    ///
    /// - Parameter whenBegun: called once nothing can refuse the turn any more; what was done for it counts from then on.
    func perform(
        _ turn: TurnBuilder,
        _ emitter: EventEmitter,
        whenBegun: () -> Void = {}
    ) async throws -> TurnResult {
        await gate.enter()
        defer { gate.leave() }
        try await refresh()
        if head.turn != nil { throw SessionError.openTurn(session: id) }
        for plugin in requiredInputs where turn.pluginInputs[plugin] == nil {
            throw PluginError.missingInput(plugin: plugin)
        }
        let turnID = turn.id ?? "\(id):turn:\(head.turnCount + 1)"
        if head.lastTurn == turnID { throw SessionError.repeatedTurn(session: id, turn: turnID) }
        let maximumCalls = turn.maximumCalls ?? core.maximumCalls
        var options = self.options
        var problem = turn.problem.map { ("invalid_turn_input", $0) }
        do throws(TurnOptionsError) {
            for change in turn.optionChanges {
                switch change {
                case .termination(let termination): options.termination = termination
                case .format(let format): options.answerFormat = format
                case .json(let json): options = try TurnOptions(json: json, over: options)
                }
            }
        } catch { problem = ("invalid_turn_options", "invalid RLM turn options: \(error.message)") }
        var state = TurnState(
            machine: machine(turnID, options, maximumCalls, []),
            progress: TurnProgress(turn: turnID, started: core.clock.now),
            emitter: emitter,
            model: turn.model ?? model,
            bindings: try bindings(with: turn.input.bindings),
            inputs: turn.pluginInputs,
            prompt: turn.prompt
        )
        shared.completions.reset()
        state.budget = turn.budget ?? TurnBudget(core.turnBudget)
        try keepBindings(turn.input.bindings, in: &state)
        state.lease = try await core.store.acquireLease(id, owner: owner, duration: core.leaseDuration)
        state.heartbeat = heartbeat(state.lease)
        if let problem {
            let isInput = problem.0 == "invalid_turn_input"
            state.machine.fail(code: problem.0, message: problem.1, as: isInput ? .invalidInput : .runtimeError)
        } else {
            state.machine = machine(turnID, options, maximumCalls, await firstMessages(of: turn.input, turnID, state))
        }
        whenBegun()
        return try await finish(&state, isNew: problem == nil)
    }

    /// Runs a turn that has its lease, and gives the lease back.
    func finish(_ state: inout TurnState, isNew: Bool) async throws -> TurnResult {
        defer {
            state.heartbeat?.cancel()
            shared.completions.close()
        }
        do {
            if isNew { try await begin(&state) }
            try await runToEnd(&state)
            let result = try await state.suspended == nil ? conclude(&state) : suspend(&state)
            if let lease = state.lease { await core.store.release(lease) }
            return result
        } catch {
            // What is kept decides what the session is; the next turn reads it.
            isStale = true
            if let lease = state.lease { await core.store.release(lease) }
            throw error
        }
    }

    func machine(
        _ turnID: String,
        _ options: TurnOptions,
        _ maximumCalls: Int?,
        _ messages: [HistoryMessage]
    ) -> TurnMachine {
        TurnMachine(
            id: turnID,
            options: options,
            maximumCalls: maximumCalls,
            contextWindow: core.limits.contextWindow,
            messages: messages
        )
    }

    private func firstMessages(
        of input: TurnInput,
        _ turnID: String,
        _ state: TurnState
    ) async -> [HistoryMessage] {
        let queued = shared.take { _ in true }
        if !queued.isEmpty {
            tellQueue()
            await state.emitter.emit(.queuedInputAccepted(queued, checkpoint: nil), turnID)
        }
        var messages = queued.map { HistoryMessage(id: $0.id, role: .user, content: $0.text) }
        messages.append(
            HistoryMessage(id: "\(turnID):input", role: .user, content: input.text, attachments: input.attachments)
        )
        return messages
    }

    /// Asks the hooks before a turn, and keeps the turn before the model is called.
    private func begin(_ state: inout TurnState) async throws {
        sync(&state)
        for hook in plugins.hooks.beforeTurn {
            do {
                let directives = try await hook.body(context(of: state))
                _ = await obey(directives, of: hook.plugin, in: &state) { state, message in state.machine.add(message) }
            } catch { state.machine.fail(code: "plugin_prepare_turn", message: "\(hook.plugin): \(error)") }
            if state.machine.outcome != nil { break }
        }
        sync(&state)
        try await keep(&state)
    }

    /// Carries the turn from step to step, and from frame to frame.
    private func runToEnd(_ state: inout TurnState) async throws {
        while true {
            if Task.isCancelled && state.machine.outcome == nil {
                state.machine.cancel()
                state.catalog.withdraw(state.suspended?.completions ?? [])
                state.suspended = nil
            }
            switch state.machine.next {
            case .callModel:
                if let answer = await callModel(&state) { state.machine.receive(answer) }
            case .run(let block):
                switch await run(block, &state) {
                case .done(let result):
                    state.machine.receive(result)
                    if let (code, message) = state.processTools.lazy.compactMap(\.abort).first {
                        state.machine.abort(code: code, message: message)
                    }
                case .suspended(var suspended):
                    let goesOn = takeCompletions(&suspended)
                    state.suspended = suspended
                    state.decisions = [:]
                    if goesOn { continue }
                    return
                }
            case .checkpoint(let checkpoint):
                let delivered = await checkpointMessages(checkpoint, &state)
                if state.machine.outcome == nil { state.machine.receive(delivered: delivered) }
            case .ended(.frameSwitch(let frameSwitch)):
                guard state.progress.frameSwitches < core.maximumFrameSwitches else {
                    state.machine.fail(
                        code: "frame_switch_limit",
                        message: "the turn has switched frames \(core.maximumFrameSwitches) times",
                        as: .maxTurns
                    )
                    continue
                }
                sync(&state)
                try await switchFrame(frameSwitch, &state)
                try await keep(&state)
                continue
            case .ended:
                sync(&state)
                return
            }
            sync(&state)
            // What comes before the next call of the model is kept; what comes before the end is kept with it.
            if case .callModel = state.machine.next, !unkept.isEmpty { await keepProgress(&state) }
        }
    }

    /// Adds what is new in the machine's log to the session.
    func sync(_ state: inout TurnState) {
        for entry in state.machine.log[state.synced...] { append(entry) }
        state.synced = state.machine.log.count
    }

    /// Runs a block.
    private func run(_ block: TurnBlock, _ state: inout TurnState) async -> BlockRunner.End {
        let clock = ContinuousClock()
        let began = clock.now
        let correlation = "\(state.machine.id):\(block.iteration)"
        state.progress.ranCode = true
        let suspended = state.suspended
        state.suspended = nil
        if suspended == nil { await state.emitter.emit(.blockStarted(code: block.code), correlation) }
        var resolving: (any Error)?
        do { try await addResolvedTools(for: block.code, &state) } catch { resolving = error }
        let runtime = ToolRuntime(
            configuration: core,
            depth: head.depth,
            model: state.model,
            budget: state.budget,
            emitter: state.emitter,
            completions: shared.completions
        )
        let dispatcher = ToolDispatcher(
            catalog: state.catalog,
            hooks: plugins.hooks,
            context: context(of: state),
            runtime: runtime,
            count: suspended?.count ?? 0
        )
        if core.host.processes != nil {
            state.processTools.append(
                ProcessTools(
                    catalog: state.catalog,
                    hooks: plugins.hooks,
                    context: context(of: state),
                    runtime: runtime,
                    iteration: block.iteration
                )
            )
        }
        let end: BlockRunner.End
        do {
            if let resolving { throw resolving }
            let resolver = HistoryResolver(
                session: id,
                frame: head.frame,
                entries: entries,
                store: core.store,
                others: core.projections
            )
            let (environment, bindings) = try await scope(of: block.code, state, resolver)
            let runner = BlockRunner(
                host: core.host,
                environment: environment,
                bindings: bindings,
                limits: core.blockLimits,
                dispatcher: dispatcher,
                processTools: state.processTools.last,
                images: imageSource,
                projections: resolver,
                iteration: block.iteration
            )
            if let suspended {
                let (resumed, session) = await runner.resume(suspended, state.decisions)
                if let session { variables = session }
                end = resumed
            } else {
                end = await runner.run(block.code, in: variables)
            }
        } catch {
            end = .done(BlockResult(error: FailureText.tagged("\(error)", isPolicy: true)))
        }
        hasNewVariables = true
        variableRows = nil
        state.progress.children.add(runtime.children.ledger)
        head.usage.add(runtime.children.ledger)
        takeFromProcesses(&state)
        let said = suspended?.messages ?? []
        if case .suspended(var block) = end {
            block.messages = said + block.messages
            return .suspended(block)
        }
        guard case .done(let result) = end else { return end }
        state.progress.calls += result.calls
        state.messages += said + dispatcher.takeMessages()
        let summary = TurnEvent.BlockSummary(
            output: result.output.joined(separator: "\n"),
            error: result.error,
            milliseconds: (clock.now - began) / .milliseconds(1),
            callIDs: result.calls.map(\.id)
        )
        await state.emitter.emit(.blockCompleted(summary), correlation)
        return end
    }

    /// Where the bytes of images are: with the host, or with plugins.
    private var imageSource: (@Sendable (Image) async -> ModelImage?)? {
        let hooks = plugins.hooks.images
        if hooks.isEmpty { return core.images }
        return { [core] image in
            if let found = await core.images?(image) { return found }
            for hook in hooks { if let found = await hook.body(image) { return found } }
            return nil
        }
    }

    /// Takes in what processes have done with tools.
    private func takeFromProcesses(_ state: inout TurnState) {
        for tools in state.processTools {
            let (calls, messages, children) = tools.take()
            state.progress.calls += calls
            state.messages += messages
            state.progress.children.add(children)
            head.usage.add(children)
        }
    }

    /// Lets processes call no more tools.
    func closeProcessTools(_ state: inout TurnState) {
        for tools in state.processTools { tools.close() }
        takeFromProcesses(&state)
    }

    /// What a block can name.
    private func scope(
        of code: String,
        _ state: TurnState,
        _ resolver: HistoryResolver
    ) async throws -> (HostEnvironment, ProjectedBindings) {
        var catalog = core.host.catalog
        try state.catalog.add(to: &catalog)
        var bindings = state.bindings
        if bindings.unresolved != nil { bindings = try await bindings.resolved(by: resolver) }
        // Few blocks read it.
        if code.contains(AgentBindings.historyName) {
            let history = resolver.projection(named: AgentBindings.historyName)
            try bindings.bindReserved(AgentBindings.historyName, .projection(history))
        }
        let environment = HostEnvironment(
            abilities: core.host.abilities,
            labelAnnotations: true,
            readOnlyNames: Set(state.bindings.names + [AgentBindings.historyName]),
            catalog: catalog
        )
        return (environment, bindings)
    }
}
