internal import Lashlang

/// How a long conversation becomes a short one.
enum Compaction {
    /// The origin of summaries.
    static let origin = "compaction"
    static let heading = "Compaction summary:"

    static let system = """
        You summarize the conversation between a user and an agent for the agent, which will go on with the summary alone. Say what \
        the user wants, what was decided and found out, what was done, what is still to be done, and the names of the variables \
        that matter. Be exact with names, numbers and paths. Write the summary and nothing else.
        """

    static func question(_ instructions: String?) -> String {
        "Summarize the conversation above."
            + (instructions.map { " Heed this as well: \($0)" } ?? "")
    }
}

/// Why the context of a session cannot be changed.
public enum ContextError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no history to summarize.
    case nothingToCompact(session: String)
    /// The model gave no summary.
    case emptySummary(session: String)

    /// One sentence.
    public var description: String {
        switch self {
        case .nothingToCompact(let session): "session `\(session)` has no history to compact"
        case .emptySummary(let session): "the model gave no summary of session `\(session)`"
        }
    }
}

extension AgentSession {
    /// Goes on in a new frame that begins with a summary of the current one. Variables and read-only bindings stay; the
    /// history of the old frame stays in the store.
    ///
    /// The compactors of plugins are asked first; without one, the session's model writes the summary. Waits until no turn
    /// is under way.
    ///
    /// Throws `ContextError` where there is nothing to summarize or no summary, `SessionError`, and what the model, a plugin
    /// or the store throws. Nothing has changed then.
    @discardableResult
    public func compact(_ instructions: String? = nil) async throws -> AgentFrame {
        await gate.enter()
        defer { gate.leave() }
        try await refresh()
        if head.turn != nil { throw SessionError.openTurn(session: id) }
        guard entries.contains(where: \.isItem) else { throw ContextError.nothingToCompact(session: id) }
        let lease = try await core.store.acquireLease(id, owner: owner, duration: core.leaseDuration)
        do {
            let spent = SharedLedger()
            let summary = try await summary(instructions, spent)
            head.usage.add(spent.ledger)
            let seeds = entries.compactMap { entry -> Seed? in
                if case .seed(let seed) = entry { Seed(projections: seed.projections) } else { nil }
            }
            let frame = AgentFrame(id: nextFrameID)
            head.frames.append(frame)
            head.lastUsage = nil
            entries = []
            renderer = HistoryRenderer(core.history)
            for seed in seeds where !seed.isEmpty { append(.seed(seed)) }
            for entry in summary { append(entry) }
            try await keepBetweenTurns(lease)
            journal.add(revision: head.revision) { .frameSwitched(frame) }
            await core.store.release(lease)
            return frame
        } catch {
            isStale = true
            await core.store.release(lease)
            throw error
        }
    }

    private func summary(_ instructions: String?, _ spent: SharedLedger) async throws -> [HistoryEntry] {
        let context = TurnContext(
            session: id,
            parent: head.parent,
            turn: "",
            options: options,
            history: entries,
            lastUsage: head.lastUsage,
            inputs: Record()
        )
        let view = view(context, model: model, spent, estimatedTokens: TokenEstimate.of(renderer.messages))
        for (_, hook) in plugins.hooks.compact {
            let made = try await hook.body(view, instructions)
            if !made.isEmpty { return made }
        }
        let text = Transcript.text(of: renderer.messages)
        // A token has about four bytes; there has to be room for the rest.
        let shown = Excerpt(headAndTailOf: text, characters: core.limits.contextWindow * 2)
        let response = try await view.complete(
            Compaction.origin,
            ModelRequest(
                messages: [
                    ModelMessage(.system, Compaction.system),
                    ModelMessage(.user, shown.text + "\n\n" + Compaction.question(instructions)),
                ],
                effort: core.effort,
                maximumOutputTokens: core.limits.outputTokens,
                sessionID: id
            )
        )
        let summary = WhiteSpace.trimmed(response.text)
        if summary.isEmpty { throw ContextError.emptySummary(session: id) }
        return [
            .message(
                HistoryMessage(
                    id: "\(id):compaction:\(head.frames.count)",
                    role: .system,
                    content: "\(Compaction.heading)\n\n\(summary)",
                    origin: Compaction.origin
                )
            )
        ]
    }

    /// What context hooks work on.
    func view(
        _ context: TurnContext,
        model: any LanguageModel,
        _ spent: SharedLedger,
        estimatedTokens: Int,
        isTight: Bool = false
    ) -> ContextView {
        ContextView(
            context: context,
            entries: entries,
            contextWindow: core.limits.contextWindow,
            estimatedTokens: estimatedTokens,
            isTight: isTight,
            completer: { source, request, other in
                let model = other ?? model
                let response = try await model.stream(request).response()
                if let usage = response.usage { spent.add(usage, source: source, model: model.name) }
                return response
            },
            all: entries
        )
    }
}

/// A conversation as one text.
enum Transcript {
    static func text(of messages: [ModelMessage]) -> String {
        messages.map { "[\($0.role.rawValue)]\n\($0.text)" }.joined(separator: "\n\n")
    }
}

extension TokenEstimate {
    /// About what a record takes when it is shown. What a block printed counts as far as it is shown.
    static func of(_ entry: HistoryEntry) -> Int {
        switch entry {
        case .message(let message): of(message.content) + image * message.attachments.count { $0.image != nil }
        case .step(let step):
            of(step.code) + of(step.error ?? "") + step.output.reduce(0) { $0 + min(of($1), 13_000) + 12 }
                + image * step.images.count { $0.image != nil } + 20
        case .seed, .plugin: 0
        }
    }

    static func of(_ entries: some Sequence<HistoryEntry>) -> Int { entries.reduce(0) { $0 + of($1) } }
}
