public import Lashlang

/// Turns the history of a frame into messages for a model, entry by entry.
///
/// What the model wrote is shown to it as it should write again: prose, and a block between tags. Entries that are there
/// stay as they are, so a service can keep what it has read of them.
public struct HistoryRenderer: Sendable {
    /// How much is shown.
    public struct Settings: Hashable, Sendable {
        /// The most characters of a message; head and tail of a longer one are shown. Zero for no limit.
        public var messageCharacters = 10_000
        /// What is shown of each output of a block.
        public var output = PrintBudget(bytes: 51_200, lines: 2_000, depth: 6)

        /// The usual settings.
        public init() {}
    }

    private let settings: Settings
    private var done: [ModelMessage] = []
    /// Prose of the model that goes with the block after it.
    private var prose: String?
    /// The index of the next item.
    private var index = 0

    /// A renderer for a frame from its beginning.
    public init(_ settings: Settings = Settings()) { self.settings = settings }

    /// The messages so far. The last one ends what a service may keep.
    public var messages: [ModelMessage] {
        var messages = done
        if let prose { messages.append(ModelMessage(.assistant, prose)) }
        if !messages.isEmpty { messages[messages.count - 1].endsCachedPrefix = true }
        return messages
    }

    /// How many items there are so far.
    public var itemCount: Int { index }

    /// Adds entries.
    public mutating func append(_ entries: some Sequence<HistoryEntry>) {
        for entry in entries { append(entry) }
    }

    /// Adds an entry that has another index than its place says, because not all entries are shown.
    mutating func append(_ entry: HistoryEntry, at index: Int?) {
        if let index { self.index = index }
        append(entry)
    }

    /// Adds an entry.
    public mutating func append(_ entry: HistoryEntry) {
        guard entry.isItem else { return }
        switch entry {
        case .message(let message) where message.role == .assistant && message.attachments.isEmpty:
            flush()
            prose = message.content
        case .message(let message):
            flush()
            append(message)
        case .step(let step):
            let text = Reply.rendered(prose: prose ?? "", code: WhiteSpace.trimmed(step.code))
            prose = nil
            done.append(ModelMessage(.assistant, text))
            done.append(ModelMessage(.user, [.text(observation(of: step))] + Self.images(step.images)))
        case .seed, .plugin: break
        }
        index += 1
    }

    private mutating func flush() {
        guard let prose else { return }
        done.append(ModelMessage(.assistant, prose))
        self.prose = nil
    }

    private mutating func append(_ message: HistoryMessage) {
        let role: ModelMessage.Role
        switch message.role {
        case .user, .event: role = .user
        case .system: role = .system
        case .assistant: role = .assistant
        }
        let shown = Excerpt(headAndTailOf: message.content, characters: settings.messageCharacters)
        var blocks = shown.text.isEmpty ? [] : [shown.text]
        if shown.isLossy {
            blocks.append("(preview only — full value retained; re-print history[\(index)].content for the rest)")
        }
        if !message.attachments.isEmpty {
            blocks.append(Self.list("Attachments:", "attachments", message.attachments, index))
        }
        done.append(
            ModelMessage(role, [.text(blocks.joined(separator: "\n\n"))] + Self.images(message.attachments))
        )
    }

    private func observation(of step: HistoryStep) -> String {
        var blocks: [String] = []
        for (position, output) in step.output.enumerated() {
            let handle = "history[\(index)].output[\(position)]"
            let shown = Excerpt(ofOutput: output, budget: settings.output)
            let note = shown.isLossy ? " — preview only, full value retained; re-print \(handle) for the rest" : ""
            blocks.append("\(handle) (\(output.unicodeScalars.count) chars\(note)):\n\(shown.text)")
        }
        if !step.images.isEmpty { blocks.append(Self.list("Images:", "images", step.images, index)) }
        if let error = step.error { blocks.append("Error:\n\(error)") }
        if let final = step.finalOutput {
            blocks.append("Final output:\n" + ((try? final.value.json(pretty: true)) ?? final.value.text))
        }
        if blocks.isEmpty { blocks.append("(no printed output)") }
        if !step.notes.isEmpty { blocks.append("Notes:\n" + step.notes.map { "- \($0)" }.joined(separator: "\n")) }
        return blocks.joined(separator: "\n\n")
    }

    private static func list(_ title: String, _ field: String, _ attachments: [Attachment], _ index: Int) -> String {
        let lines = attachments.enumerated().map { position, attachment in
            "- history[\(index)].\(field)[\(position)]: " + ((try? attachment.value.json()) ?? "")
        }
        return ([title] + lines).joined(separator: "\n")
    }

    private static func images(_ attachments: [Attachment]) -> [ModelMessage.Part] {
        attachments.compactMap { attachment in attachment.image.map { .image($0) } }
    }
}
