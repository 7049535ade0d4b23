internal import Lashlang

/// A system prompt and everything that it was made from.
struct PromptCache {
    var contributions: [PromptContribution]
    var tools: Set<String>
    var offered: [OfferedTools.Described]
    var notes: [String]
    var bindingRows: [String]
    var turnLayer: PromptLayer
    var text: String
}

extension AgentSession {
    var nextFrameID: String { "\(id):frame:\(head.frames.count)" }

    /// What hooks may know of a turn.
    func context(of state: TurnState) -> TurnContext {
        TurnContext(
            session: id,
            parent: head.parent,
            turn: state.machine.id,
            options: state.machine.options,
            history: entries,
            lastUsage: head.lastUsage,
            inputs: state.inputs,
            bindings: state.bindings,
            nextFrame: nextFrameID
        )
    }

    /// The system prompt; made anew only where something in it has changed.
    func systemPrompt(_ state: TurnState, _ context: TurnContext) async throws -> String {
        var contributions: [PromptContribution] = []
        for hook in plugins.hooks.prompt {
            do { contributions += try await hook.body(context) } catch {
                throw HookFailure("plugin_prompt", hook.plugin, error)
            }
        }
        let tools = state.catalog.names
        let offered = self.offered.description
        let notes = self.offered.notes
        if let cache = promptCache, cache.contributions == contributions, cache.tools == tools,
            cache.offered == offered, cache.notes == notes,
            cache.bindingRows == state.bindingRows, cache.turnLayer == state.prompt
        {
            return cache.text
        }
        var parts: [PromptContribution] = []
        if !state.catalog.members.isEmpty {
            parts.append(.execution("Tools", ToolDocumentation.text(of: state.catalog)))
        }
        if !notes.isEmpty { parts.append(.execution("Tool Notes", notes.joined(separator: "\n"))) }
        if !state.bindingRows.isEmpty {
            parts.append(.environment("Read-Only Variables", state.bindingRows.joined(separator: "\n")))
        }
        var composer = PromptComposer(
            builtins: LanguageCard.builtins(host: core.host, tools: state.catalog),
            runtimeParts: parts,
            tools: tools
        )
        composer.add(contributions)
        composer.add(core.prompt)
        composer.add(prompt)
        composer.add(state.prompt)
        let text = composer.text()
        promptCache = PromptCache(
            contributions: contributions,
            tools: tools,
            offered: offered,
            notes: notes,
            bindingRows: state.bindingRows,
            turnLayer: state.prompt,
            text: text
        )
        return text
    }

    /// The last message of a request.
    func tail(of state: TurnState) -> IterationTail {
        var tail = IterationTail(iteration: state.machine.iteration, options: state.machine.options)
        tail.variables = rows(without: state.bindings.names)
        tail.historyCount = renderer.itemCount
        tail.canSwitchFrames = state.catalog.member(at: "control.continue_as") != nil
        if let limit = core.frameSwitchTokens, let usage = head.lastUsage {
            tail.budget = IterationTail.Budget(usedTokens: usage.total, switchAt: limit)
        }
        return tail
    }

    private func rows(without hidden: [String]) -> [String] {
        if let variableRows { return variableRows }
        let rows = variables.variableNames.filter { !hidden.contains($0) }.compactMap { name in
            variables[name].map { VariableRow.row(name, $0) }
        }
        let functions = variables.functions.functions.map { VariableRow.row($0) }
        variableRows = rows + functions
        return rows + functions
    }

    // MARK: Bindings

    /// The bindings of session, frame and turn together. Throws where a name is bound twice or means something else.
    func bindings(with own: ProjectedBindings) throws -> ProjectedBindings {
        var bindings = sessionBindings
        for entry in entries {
            guard case .seed(let seed) = entry else { continue }
            // What is bound anew wins over what the frame began with.
            let known = Set(bindings.names + own.names)
            try bindings.add(seed.projections.filter { !known.contains($0.name) })
        }
        try bindings.merge(own)
        var catalog = core.host.catalog
        try allTools.add(to: &catalog)
        for name in bindings.names {
            if name == AgentBindings.historyName { throw AgentBindings.historyIsReserved }
            if let meaning = catalog.meaning(of: name) {
                throw BindingError(message: "`\(name)` cannot be bound: \(meaning)")
            }
        }
        return bindings
    }

    /// Keeps the bindings of a turn with it, and makes the rows of all.
    func keepBindings(_ own: ProjectedBindings, in state: inout TurnState) throws {
        state.ownBindings = own.names.map { name in
            if let ref = own.ref(of: name) { return Seed.Projection(name: name, reference: ref) }
            // Data without a reference cannot be found again: the turn cannot be resumed elsewhere.
            guard let value = own.value(of: name), !value.holdsProjections else { return Seed.Projection(name: name) }
            return Seed.Projection(name: name, value: FinishedValue(value))
        }
        state.bindingRows = state.bindings.names.map { VariableRow.readOnlyRow($0, in: state.bindings) }
        // A variable of the name would never be seen.
        for name in state.bindings.names where variables[name] != nil {
            try variables.set(name, to: nil)
            hasNewVariables = true
        }
        variableRows = nil
    }

    /// Goes on in a fresh frame.
    func switchFrame(_ frameSwitch: FrameSwitch, _ state: inout TurnState) async throws {
        state.progress.frameSwitches += 1
        let frame = AgentFrame(id: nextFrameID, task: frameSwitch.task)
        head.frames.append(frame)
        head.lastUsage = nil
        entries = []
        renderer = HistoryRenderer(core.history)
        variables = Lashlang.Session()
        hasNewVariables = true
        variableRows = nil
        try plant(frameSwitch.seed)
        let turnID = "\(state.rootID):agent-frame:\(state.progress.frameSwitches)"
        let message = HistoryMessage(id: "\(turnID):input", role: .user, content: frameSwitch.task)
        state.machine = machine(turnID, state.machine.options, state.machine.maximumCalls, [message])
        state.synced = 0
        state.bindings = try bindings(with: ProjectedBindings())
        try keepBindings(ProjectedBindings(), in: &state)
        sync(&state)
        journal.add(revision: head.revision) { .frameSwitched(frame) }
        await state.emitter.emit(.frameSwitched(frame: frame.id, task: frameSwitch.task), turnID)
    }
}
