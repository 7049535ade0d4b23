internal import Lashlang
internal import Synchronization

/// Keeps what happened long ago as observations: a model reads older entries and writes down what matters, and the agent's
/// model is shown the observations in their place. The history itself stays as it is.
///
/// What is observed is decided before each call of the model. Observations are kept with the session.
public struct ObservationalMemory: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "observational_memory"

    /// How much is kept as it is, and how much is observed at a time. Everything is in tokens, roughly counted.
    public struct Settings: Hashable, Sendable {
        /// Entries are observed once those that are not take so many.
        public var observationMessageTokens = 30_000
        /// What is left of them as it is: the latest ones.
        public var observationBufferTokens = 6_000
        /// From here on the turn cannot go on without: an observer that fails stops it. Below, it is asked again later.
        public var observationBlockAfter = 36_000
        /// What the observer reads at a time.
        public var maximumTokensPerBatch = 10_000
        /// What the observer is shown of earlier observations: the end of them.
        public var previousObserverTokens = 2_000
        /// Observations are condensed once they take so many.
        public var reflectionObservationTokens = 40_000
        /// The share of that, in hundredths of a percent, that condensed observations should take.
        public var reflectionBufferActivation = 5_000
        /// From here on the turn cannot go on without: a reflector that fails stops it.
        public var reflectionBlockAfter = 48_000
        /// How often the observer is asked before one call of the model at most.
        public var maximumSteps = 6

        /// The usual settings.
        public init() {}
    }

    private let settings: Settings
    private let model: (any LanguageModel)?

    /// The plugin.
    ///
    /// - Parameter model: who observes; the model of the turn where it is `nil`.
    public init(_ settings: Settings = Settings(), model: (any LanguageModel)? = nil) {
        self.settings = settings
        self.model = model
    }

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// Makes the memory of a session.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        MemoryPlugin(settings: settings, model: model)
    }
}

/// What a memory has observed so far.
struct Observations: Equatable, Sendable, Codable {
    var text = ""
    var currentTask = ""
    var suggestedResponse = ""
    /// The last entry that was observed.
    var lastEntry: String?
    var generation = 0

    private enum CodingKeys: String, CodingKey {
        case text = "observations"
        case currentTask = "current_task"
        case suggestedResponse = "suggested_response"
        case lastEntry = "last_entry"
        case generation
    }
}

/// An observer or reflector that gave nothing to use.
struct ObservationError: Error, CustomStringConvertible {
    let who: String
    var description: String { "the \(who) gave no observations" }
}

private final class MemoryPlugin: SessionPlugin {
    private let settings: ObservationalMemory.Settings
    private let model: (any LanguageModel)?
    private let kept = Mutex(Observations())

    init(settings: ObservationalMemory.Settings, model: (any LanguageModel)?) {
        self.settings = settings
        self.model = model
    }

    var revision: Int? { kept.withLock(\.generation) }

    func register(with registrar: inout PluginRegistrar) throws {
        registrar.context.prepareTurn { [self] view in try await entries(of: view) }
    }

    func snapshot() throws -> Value? { try ValueEncoder().encode(kept.withLock { $0 }) }

    func restore(_ state: PluginSnapshot?) throws {
        guard let state = state?.state else { return }
        let read = try ValueDecoder().decode(Observations.self, from: state.value)
        kept.withLock { $0 = read }
    }

    // MARK: The view

    private func entries(of view: ContextView) async throws -> [HistoryEntry] {
        var memory = kept.withLock { $0 }
        // What was observed in another frame is not what this one is about.
        if let last = memory.lastEntry, !view.entries.contains(where: { $0.id == last }) {
            memory = Observations(generation: memory.generation + 1)
        }
        defer { kept.withLock { $0 = memory } }
        for _ in 0..<settings.maximumSteps {
            let open = unobserved(view.entries, memory)
            let tokens = TokenEstimate.of(open)
            guard
                tokens >= settings.observationMessageTokens
                    || (tokens > settings.observationBufferTokens && view.isTight)
            else { break }
            let batch = batch(of: open, tokens)
            if batch.isEmpty { break }
            do { try await observe(batch, &memory, view) } catch {
                if tokens >= settings.observationBlockAfter || Task.isCancelled { throw error }
                break
            }
        }
        let size = TokenEstimate.of(memory.text)
        if size >= settings.reflectionObservationTokens {
            do { try await reflect(&memory, view) } catch {
                if size >= settings.reflectionBlockAfter || Task.isCancelled { throw error }
            }
        }
        guard memory.lastEntry != nil else { return view.entries }
        return shown(memory) + unobserved(view.entries, memory)
    }

    private func unobserved(_ entries: [HistoryEntry], _ memory: Observations) -> [HistoryEntry] {
        guard let last = memory.lastEntry, let position = entries.lastIndex(where: { $0.id == last }) else {
            return entries
        }
        return Array(entries[(position + 1)...])
    }

    /// The oldest entries that fit into one question; the latest ones stay as they are. A block stays with its prose.
    private func batch(of entries: [HistoryEntry], _ tokens: Int) -> [HistoryEntry] {
        var batch: [HistoryEntry] = []
        var (size, left) = (0, tokens)
        for entry in entries {
            let cost = TokenEstimate.of(entry)
            if !batch.isEmpty && size + cost > settings.maximumTokensPerBatch { break }
            if left - cost < settings.observationBufferTokens && entry.id == entries.last?.id { break }
            if left < settings.observationBufferTokens { break }
            batch.append(entry)
            size += cost
            left -= cost
        }
        if batch.count < entries.count, case .step = entries[batch.count], case .message(let prose)? = batch.last,
            prose.role == .assistant
        {
            batch.removeLast()
        }
        return batch
    }

    private func shown(_ memory: Observations) -> [HistoryEntry] {
        func message(_ part: String, _ role: HistoryMessage.Role, _ text: String) -> HistoryEntry {
            .message(
                HistoryMessage(
                    id: "\(ObservationalMemory.pluginID):\(part)",
                    role: role,
                    content: text,
                    origin: ObservationalMemory.pluginID
                )
            )
        }
        var entries = [
            message("observations", .system, "Observations of the conversation so far, oldest first:\n\n\(memory.text)")
        ]
        var state: [String] = []
        if !memory.currentTask.isEmpty { state.append("Current task: \(memory.currentTask)") }
        if !memory.suggestedResponse.isEmpty { state.append("Suggested next response: \(memory.suggestedResponse)") }
        if !state.isEmpty { entries.append(message("state", .system, state.joined(separator: "\n"))) }
        entries.append(
            message(
                "reminder",
                .user,
                "(The observations above stand for earlier messages, which `history` still has. Go on from where the "
                    + "conversation stands, and do not mention them.)"
            )
        )
        return entries
    }

    // MARK: Questions

    private func ask(_ source: String, _ system: String, _ text: String, _ view: ContextView) async throws
        -> ModelResponse
    {
        let request = ModelRequest(
            messages: [ModelMessage(.system, system), ModelMessage(.user, text)],
            sessionID: view.context.session
        )
        if let model { return try await view.complete(source, request, with: model) }
        return try await view.complete(source, request)
    }

    private static let form = """
        Answer with these three elements and nothing else:
        <observations>one observation a line, beginning with "- "</observations>
        <current-task>what the user wants at the moment, in one or two sentences</current-task>
        <suggested-response>what the agent should do or say next, in one sentence</suggested-response>
        """

    private static let observer = """
        You are the memory of an agent. You read a part of its conversation and write down what it has to remember: what the user \
        said and wants, facts and decisions, what was done with which result, names of variables and files, numbers, errors, and \
        what is open. Be exact and short; leave out what will not matter. Do not repeat earlier observations.

        \(form)
        """

    private static let reflector = """
        You are the memory of an agent. You get all its observations, oldest first, and write them anew in less space: put together \
        what belongs together, drop what was settled or replaced since, and keep every name, number and decision that may still \
        matter. What you leave out is forgotten.

        \(form)
        """

    private func observe(_ batch: [HistoryEntry], _ memory: inout Observations, _ view: ContextView) async throws {
        var renderer = HistoryRenderer()
        let indices = view.itemIndices
        for entry in batch { renderer.append(entry, at: indices[entry.id]) }
        let characters = settings.previousObserverTokens * 4
        let earlier = String(memory.text.unicodeScalars.suffix(characters))
        let text = Excerpt(
            headAndTailOf: Transcript.text(of: renderer.messages),
            characters: settings.maximumTokensPerBatch * 4
        ).text
        let question = (earlier.isEmpty ? "" : "Earlier observations:\n\(earlier)\n\n") + "The conversation:\n\n\(text)"
        let answer = try await ask("observer", Self.observer, question, view)
        guard let observed = Self.element("observations", of: answer.text) else {
            throw ObservationError(who: "observer")
        }
        memory.text += (memory.text.isEmpty ? "" : "\n") + observed
        take(answer.text, &memory)
        memory.lastEntry = batch.last?.id
    }

    private func reflect(_ memory: inout Observations, _ view: ContextView) async throws {
        let target = settings.reflectionObservationTokens * settings.reflectionBufferActivation / 10_000
        let question = "Write at most about \(target * 3 / 4) words.\n\nThe observations:\n\(memory.text)"
        let answer = try await ask("reflector", Self.reflector, question, view)
        guard let condensed = Self.element("observations", of: answer.text),
            condensed.utf8.count < memory.text.utf8.count
        else { throw ObservationError(who: "reflector") }
        memory.text = condensed
        take(answer.text, &memory)
    }

    private func take(_ answer: String, _ memory: inout Observations) {
        if let task = Self.element("current-task", of: answer) { memory.currentTask = task }
        if let response = Self.element("suggested-response", of: answer) { memory.suggestedResponse = response }
        memory.generation += 1
    }

    /// What stands in an element; `nil` where there is none, or nothing in it.
    private static func element(_ name: String, of text: String) -> String? {
        guard let start = text.firstRange(of: "<\(name)>"),
            let end = text[start.upperBound...].firstRange(of: "</\(name)>")
        else { return nil }
        let content = WhiteSpace.trimmed(String(text[start.upperBound..<end.lowerBound]))
        return content.isEmpty ? nil : content
    }
}
