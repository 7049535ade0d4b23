internal import Lashlang

/// Shows models less of a history as it grows: older images are left out, then older blocks are one line each, then only the
/// end is shown. The history itself stays as it is, and `history` in programs has all of it.
public struct RollingHistory: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "rolling_history"

    /// When what is left out.
    public struct Settings: Hashable, Sendable {
        /// The share of the context window from which images are left out.
        public var imageShare = 0.6
        /// The turns of the user, counted from the last one, whose images stay.
        public var imageTurns = 2
        /// The share of the context window from which blocks of earlier turns are one line each.
        public var stubShare = 0.85
        /// Only the end of the history is shown from where so many tokens of the window are left; a quarter of a small
        /// window.
        public var reserveTokens = 20_000
        /// About how many tokens of the end are shown; half of a small window.
        public var tailTokens = 20_000

        /// The usual settings.
        public init() {}
    }

    private let settings: Settings

    /// The plugin.
    public init(_ settings: Settings = Settings()) { self.settings = settings }

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// The plugin has no state.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        ClosurePlugin(Self.pluginID) { [settings] registrar in
            registrar.context.prepareTurn { view in Self.entries(of: view, settings) }
        }
    }

    private static let omittedImage = "[Image omitted from older context]"

    /// What is shown of a history.
    static func entries(of view: ContextView, _ settings: Settings) -> [HistoryEntry] {
        let window = view.contextWindow
        let used = max(view.context.lastUsage?.total ?? 0, view.estimatedTokens)
        func reaches(_ share: Double) -> Bool { view.isTight || Double(used) >= share * Double(window) }
        guard
            reaches(min(settings.imageShare, settings.stubShare))
                || used >= window - min(settings.reserveTokens, window / 4)
        else { return view.entries }
        var entries = view.entries
        if reaches(settings.imageShare) { entries = withoutImages(entries, keepingTurns: settings.imageTurns) }
        if reaches(settings.stubShare) { entries = withStubs(entries, view) }
        if view.isTight || used >= window - min(settings.reserveTokens, window / 4) {
            entries = tail(of: entries, view, tokens: min(settings.tailTokens, window / 2))
        }
        return entries
    }

    /// Where the last turns of the user begin.
    private static func start(ofTurns count: Int, in entries: [HistoryEntry]) -> Int {
        var left = count
        for position in entries.indices.reversed() where isUser(entries[position]) {
            left -= 1
            if left <= 0 { return position }
        }
        return count <= 0 ? entries.count : 0
    }

    private static func isUser(_ entry: HistoryEntry) -> Bool {
        if case .message(let message) = entry { message.role == .user } else { false }
    }

    private static func withoutImages(_ entries: [HistoryEntry], keepingTurns count: Int) -> [HistoryEntry] {
        let boundary = start(ofTurns: count, in: entries)
        return entries.enumerated().map { position, entry in
            guard position < boundary else { return entry }
            switch entry {
            case .message(var message) where message.attachments.contains { $0.image != nil }:
                for index in message.attachments.indices { message.attachments[index].image = nil }
                message.content += (message.content.isEmpty ? "" : "\n\n") + omittedImage
                return .message(message)
            case .step(var step) where step.images.contains { $0.image != nil }:
                for index in step.images.indices { step.images[index].image = nil }
                step.notes.append(omittedImage)
                return .step(step)
            default: return entry
            }
        }
    }

    /// Blocks of earlier turns in one line each.
    private static func withStubs(_ entries: [HistoryEntry], _ view: ContextView) -> [HistoryEntry] {
        let boundary = start(ofTurns: 1, in: entries)
        let indices = view.itemIndices
        return entries.enumerated().map { position, entry in
            guard position < boundary, case .step(let step) = entry, let index = indices[step.id] else { return entry }
            let first = step.output.first?.split(whereSeparator: \.isNewline).first.map(String.init)
            let shown = first.map { ": " + String($0.unicodeScalars.prefix(120)) } ?? ""
            return .message(
                HistoryMessage(
                    id: step.id,
                    role: .system,
                    content: "history[\(index)]: a block that was run" + (step.error == nil ? "" : " and failed")
                        + shown,
                    origin: pluginID
                )
            )
        }
    }

    /// The end of a history, with what it begins with: what the system said, and the latest summary.
    private static func tail(of entries: [HistoryEntry], _ view: ContextView, tokens: Int) -> [HistoryEntry] {
        var start = entries.count
        var sum = 0
        while start > 0 {
            sum += TokenEstimate.of(entries[start - 1])
            // The latest entry is what the model waits for.
            if sum > tokens && start < entries.count { break }
            start -= 1
        }
        if start == 0 { return entries }
        // The last turn is shown with its question, whatever its length.
        let question = Self.start(ofTurns: 1, in: entries)
        let boundary = entries[start...].firstIndex(where: isUser) ?? start
        let leading = entries.prefix(while: isSystem).count
        var kept = Array(entries[..<min(leading, boundary)])
        if let summary = entries[..<boundary].lastIndex(where: isSummary), summary >= leading {
            kept.append(entries[summary])
        }
        kept.append(
            .message(
                HistoryMessage(
                    id: "\(pluginID):omitted",
                    role: .system,
                    content: "Earlier entries of the conversation are not shown here; `history` has all of them.",
                    origin: pluginID
                )
            )
        )
        if question < boundary, isUser(entries[question]) { kept.append(entries[question]) }
        return kept + entries[boundary...]
    }

    private static func isSystem(_ entry: HistoryEntry) -> Bool {
        if case .message(let message) = entry { message.role == .system } else { !entry.isItem }
    }

    private static func isSummary(_ entry: HistoryEntry) -> Bool {
        if case .message(let message) = entry { message.origin == Compaction.origin } else { false }
    }
}
