internal import Lashlang

extension AgentSession {
    /// Runs a turn, with what it does written to the trace of the core where there is one.
    nonisolated func traced(_ turn: TurnBuilder, to sink: (any TurnEventSink)?) async throws -> TurnResult {
        guard let trace = core.trace else {
            return try await track { try await self.perform(turn, EventEmitter(sink, journal: self.journal)) }
        }
        let recorder = TurnRecorder(session: id, sink: trace, watcher: sink, clock: core.clock)
        let commands = shared.takeCommands()
        await recorder.write(.turnStarted, await beginning(of: turn, after: commands))
        let traced = turn.model(TracedModel(base: turn.model ?? model, recorder: recorder))
        do {
            let result = try await track {
                try await self.perform(traced, EventEmitter(recorder, journal: self.journal)) { recorder.begin() }
            }
            await recorder.end(result)
            return result
        } catch {
            if !recorder.hasBegun { shared.putBack(commands) }
            await recorder.fail(error)
            throw error
        }
    }

    /// What a turn begins with: all that a replay has to know.
    private func beginning(of turn: TurnBuilder, after commands: [RecordedCommand]) -> Record {
        var bindings = Record()
        for own in [sessionBindings, turn.input.bindings] {
            for name in own.names { bindings[name] = own.value(of: name) ?? .null }
        }
        var options = self.options
        for change in turn.optionChanges {
            switch change {
            case .termination(let termination): options.termination = termination
            case .format(let format): options.answerFormat = format
            case .json(let json): options = (try? TurnOptions(json: json, over: options)) ?? options
            }
        }
        var settings: Record = ["context_window": .number(Double(core.limits.contextWindow))]
        if let tokens = core.limits.outputTokens { settings["max_output_tokens"] = .number(Double(tokens)) }
        if let effort = core.effort { settings["effort"] = .string(effort) }
        let calls = turn.maximumCalls ?? core.maximumCalls
        settings["max_calls"] = calls.map { .number(Double($0)) } ?? .null
        let tools = core.tools.flatMap { provider in
            provider.manifests.map { manifest in
                RecordedTool(manifest, provider.contract(of: manifest.name)).value
            }
        }
        var fields: Record = [
            "input": [
                "text": .string(turn.input.text),
                "attachments": (try? ValueEncoder().encode(turn.input.attachments)) ?? [],
            ],
            "bindings": .record(bindings),
            "options": options.json,
            "model": .string((turn.model ?? model).name),
            "settings": .record(settings),
            "tools": .list(tools),
            "turn_count": .number(Double(head.turnCount)),
        ]
        if !commands.isEmpty { fields["commands"] = .list(commands.map(\.value)) }
        return fields
    }
}
