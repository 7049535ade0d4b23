internal import Lashlang

/// Shows models less of the long texts that tools give: where a program prints such a text, the model sees the beginning, or
/// the end, and where the whole is. Values of programs, history, events and traces have the whole.
///
/// For hosts whose tools give logs and listings. Without it, models are shown as much of a printed text as of anything else
/// (``HistoryRenderer/Settings/output``).
public struct ToolOutputBudget: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "tool_output_budget"

    private let budget: TextBudget
    private let tailTools: Set<String>
    private let folder: PrivateFolder?

    /// The plugin.
    ///
    /// - Parameters:
    ///   - bytes: the most bytes of a text.
    ///   - lines: the most lines of a text.
    ///   - tailTools: the names of tools of whose texts the end is shown, and not the beginning.
    ///   - folder: a folder of the host. Texts that are cut are written there, for its owner alone, as `TOOL-NUMBER.txt`, and the
    ///     model is told the path.
    public init(
        bytes: Int = 16_384,
        lines: Int = 400,
        tailTools: Set<String> = ["exec_command", "write_stdin"],
        folder: String? = nil
    ) {
        budget = TextBudget(bytes: max(0, bytes), lines: max(1, lines))
        self.tailTools = tailTools
        self.folder = folder.map { PrivateFolder(path: $0) }
    }

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// Makes the plugin of a session.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        ToolOutputBudgetPlugin(budget: budget, tailTools: tailTools, folder: folder)
    }
}

/// How much of a text is shown.
struct TextBudget: Sendable {
    var bytes: Int
    var lines: Int

    /// The text as far as it may go, with a word on what is missing; `nil` for one that may stay.
    func cut(_ text: String, keepsEnd: Bool) -> String? {
        // A carriage return and a line feed are one character.
        let all = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        if all.count > lines {
            let kept = (keepsEnd ? all.suffix(lines) : all.prefix(lines)).map { String($0) }.joined(separator: "\n")
            let shown = cut(bytesOf: kept, keepsEnd: keepsEnd)?.text ?? kept
            return Self.joined(shown, "...\(all.count - lines) lines truncated...", keepsEnd)
        }
        guard let (shown, missing) = cut(bytesOf: text, keepsEnd: keepsEnd) else { return nil }
        return Self.joined(shown, "...\(missing) bytes truncated...", keepsEnd)
    }

    /// As many whole characters as fit.
    private func cut(bytesOf text: String, keepsEnd: Bool) -> (text: String, missing: Int)? {
        let count = text.utf8.count
        if count <= bytes { return nil }
        var kept: Substring = text[...]
        if keepsEnd {
            var start = text.utf8.index(text.endIndex, offsetBy: -bytes)
            while start < text.endIndex, start.samePosition(in: text.unicodeScalars) == nil {
                start = text.utf8.index(after: start)
            }
            kept = text[start...]
        } else {
            var end = text.utf8.index(text.startIndex, offsetBy: bytes)
            while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
                end = text.utf8.index(before: end)
            }
            kept = text[..<end]
        }
        return (String(kept), count - kept.utf8.count)
    }

    private static func joined(_ text: String, _ marker: String, _ keepsEnd: Bool) -> String {
        keepsEnd ? "\(marker)\n\(text)" : "\(text)\n\(marker)"
    }
}
