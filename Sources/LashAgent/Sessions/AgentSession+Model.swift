internal import Lashlang
internal import Logging
internal import Synchronization

extension AgentSession {
    /// Asks the model. `nil` where the turn has ended before it could be asked.
    func callModel(_ state: inout TurnState) async -> ModelAnswer? {
        let request: ModelRequest
        do {
            guard let made = try await self.request(&state) else { return nil }
            request = made
        } catch let failure as HookFailure {
            state.machine.fail(code: failure.code, message: failure.message)
            return nil
        } catch {
            state.machine.fail(code: "prompt", message: "\(error)")
            return nil
        }
        let answer = await ask(request, &state)
        guard let answer, case .failed(_, kind: .contextOverflow) = answer.end, !state.isTight,
            !plugins.hooks.prepareTurn.isEmpty
        else { return answer }
        // The service counts otherwise than we do: once more, with as little as can be.
        state.isTight = true
        guard let tighter = try? await self.request(&state) else { return state.machine.outcome == nil ? answer : nil }
        return tighter.messages == request.messages ? answer : await ask(tighter, &state)
    }

    /// Asks the model, if the budget allows it.
    private func ask(_ request: ModelRequest, _ state: inout TurnState) async -> ModelAnswer? {
        let iteration = state.machine.iteration
        if let problem = state.budget.takeCall() {
            state.machine.fail(code: "turn_budget", message: problem, as: .maxTurns)
            return nil
        }
        await state.emitter.emit(.modelRequestStarted(iteration: iteration), "\(state.machine.id):\(iteration)")
        state.progress.modelCalls += 1
        let reader = AnswerReader(
            hooks: plugins.hooks,
            emitter: state.emitter,
            correlation: "\(state.machine.id):\(iteration)"
        )
        let answer = await reader.read(state.model.stream(request))
        if let usage = answer.usage {
            state.progress.usage += usage
            state.budget.count(tokens: usage.total)
            head.usage.add(usage, source: "turn", model: state.model.name)
            if !usage.isZero { head.lastUsage = usage }
            await state.emitter.emit(
                .usage(iteration: iteration, usage, cumulative: state.progress.usage),
                "\(state.machine.id):\(iteration)"
            )
        }
        return answer
    }

    private func request(_ state: inout TurnState) async throws -> ModelRequest? {
        try await takeOffers(state)
        let context = context(of: state)
        let tools = allTools
        var hidden = hiddenTools
        for hook in plugins.hooks.hiddenTools {
            do { hidden.formUnion(try hook.body(tools.members.map(\.manifest), context)) } catch {
                throw HookFailure("plugin_tool_catalog", hook.plugin, error)
            }
        }
        state.catalog = tools.hiding(hidden)
        let system = try await systemPrompt(state, context)
        let first = ModelMessage(.system, system, endsCachedPrefix: true)
        let last = ModelMessage(.user, tail(of: state).text)
        let messages =
            [first] + (try await historyMessages(&state, context, around: TokenEstimate.of([first, last]))) + [last]
        let request = ModelRequest(
            messages: messages,
            effort: core.effort,
            maximumOutputTokens: core.limits.outputTokens,
            sessionID: id
        )
        let estimate = TokenEstimate.of(messages)
        if estimate > core.limits.contextWindow {
            state.machine.fail(
                code: ModelError.Kind.contextOverflow.rawValue,
                message: "the prompt has about \(estimate) tokens, and the model reads \(core.limits.contextWindow)",
                as: .providerError
            )
            return nil
        }
        return request
    }

    /// The history as the model is shown it, after the hooks that change it. They are asked again where the request would
    /// be longer than the model can read.
    private func historyMessages(
        _ state: inout TurnState,
        _ context: TurnContext,
        around: Int
    ) async throws -> [ModelMessage] {
        if plugins.hooks.prepareTurn.isEmpty { return renderer.messages }
        var messages = try await historyMessages(state, context, around, isTight: state.isTight)
        if !state.isTight && TokenEstimate.of(messages) + around > core.limits.contextWindow {
            messages = try await historyMessages(state, context, around, isTight: true)
        }
        return messages
    }

    private func historyMessages(
        _ state: TurnState,
        _ context: TurnContext,
        _ around: Int,
        isTight: Bool
    ) async throws -> [ModelMessage] {
        let spent = SharedLedger()
        let whole = renderer.messages
        var view = view(
            context,
            model: state.model,
            spent,
            estimatedTokens: TokenEstimate.of(whole) + around,
            isTight: isTight
        )
        defer {
            head.usage.add(spent.ledger)
            state.budget.count(tokens: spent.ledger.total.total)
        }
        for (_, hook) in plugins.hooks.prepareTurn {
            do { view.entries = try await hook.body(view) } catch {
                throw HookFailure("context_prepare_turn", hook.plugin, error)
            }
        }
        // Nothing was left out: what is rendered already is right.
        if view.entries == entries { return whole }
        let indices = view.itemIndices
        var shown = HistoryRenderer(core.history)
        for entry in view.entries { shown.append(entry, at: indices[entry.id]) }
        return shown.messages
    }
}

/// What closures that outlive a call have used.
final class SharedLedger: Sendable {
    private let kept = Mutex(UsageLedger())

    func add(_ usage: ModelUsage, source: String, model: String) {
        kept.withLock { $0.add(usage, source: source, model: model) }
    }

    var ledger: UsageLedger { kept.withLock { $0 } }
}

/// A hook that failed, with the code of its kind.
struct HookFailure: Error {
    let code: String
    let message: String

    init(_ code: String, _ plugin: String, _ error: any Error) {
        self.code = code
        message = "\(plugin): \(error)"
    }
}

/// About how many tokens something takes: four bytes each, and a fixed number for an image.
enum TokenEstimate {
    static let image = 1_200

    static func of(_ text: String) -> Int { (text.utf8.count + 3) / 4 }

    static func of(_ messages: [ModelMessage]) -> Int {
        var sum = 0
        for message in messages {
            for part in message.parts {
                switch part {
                case .text(let text): sum += of(text)
                case .image: sum += image
                }
            }
        }
        return sum
    }
}
