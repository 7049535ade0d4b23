internal import Lashlang
internal import Logging
internal import Synchronization

extension AgentSession {
    /// Asks the model. `nil` where the turn has ended before it could be asked.
    func callModel(_ state: inout TurnState) async -> ModelAnswer? {
        let iteration = state.machine.iteration
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
        await state.emitter.emit(.modelRequestStarted(iteration: iteration), "\(state.machine.id):\(iteration)")
        state.modelCalls += 1
        let reader = AnswerReader(
            hooks: plugins.hooks,
            emitter: state.emitter,
            correlation: "\(state.machine.id):\(iteration)"
        )
        let answer = await reader.read(state.model.stream(request))
        if let usage = answer.usage {
            state.usage += usage
            head.usage.add(usage, source: "turn", model: state.model.name)
            if !usage.isZero { head.lastUsage = usage }
            await state.emitter.emit(
                .usage(iteration: iteration, usage, cumulative: state.usage),
                "\(state.machine.id):\(iteration)"
            )
        }
        return answer
    }

    private func request(_ state: inout TurnState) async throws -> ModelRequest? {
        let context = context(of: state)
        var hidden: Set<String> = []
        for hook in plugins.hooks.hiddenTools {
            do { hidden.formUnion(try hook.body(plugins.hooks.tools.members.map(\.manifest), context)) } catch {
                throw HookFailure("plugin_tool_catalog", hook.plugin, error)
            }
        }
        state.catalog = plugins.hooks.tools.hiding(hidden)
        let system = try await systemPrompt(state, context)
        var messages = [ModelMessage(.system, system, endsCachedPrefix: true)]
        messages += try await historyMessages(&state, context)
        messages.append(ModelMessage(.user, tail(of: state).text))
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

    /// The history as the model is shown it, after the hooks that change it.
    private func historyMessages(_ state: inout TurnState, _ context: TurnContext) async throws -> [ModelMessage] {
        if plugins.hooks.prepareTurn.isEmpty { return renderer.messages }
        let model = state.model
        let spent = SharedLedger()
        var view = ContextView(
            context: context,
            entries: entries,
            contextWindow: core.limits.contextWindow,
            estimatedTokens: TokenEstimate.of(renderer.messages),
            complete: { source, request in
                let response = try await model.stream(request).response()
                if let usage = response.usage { spent.add(usage, source: source, model: model.name) }
                return response
            }
        )
        defer { head.usage.add(spent.ledger) }
        for (_, hook) in plugins.hooks.prepareTurn {
            do { view.entries = try await hook.body(view) } catch {
                throw HookFailure("context_prepare_turn", hook.plugin, error)
            }
        }
        var renderer = HistoryRenderer(core.history)
        renderer.append(view.entries)
        return renderer.messages
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
