internal import Lashlang

/// Cuts long texts that tools give before programs get them. Records, events and traces keep the whole.
///
/// For hosts whose tools give logs and listings of which the beginning, or the end, is enough. Without it, programs get the
/// whole and only what they print is shown in short.
public struct ToolOutputBudget: PluginFactory {
    /// Identifies the plugin.
    public static let pluginID = "tool_output_budget"

    private let budget: Budget

    private struct Budget: Sendable {
        var bytes: Int
        var lines: Int
        var tailTools: Set<String>
    }

    /// The plugin.
    ///
    /// - Parameters:
    ///   - bytes: the most bytes of a text.
    ///   - lines: the most lines of a text.
    ///   - tailTools: the names of tools of whose texts the end is kept, and not the beginning.
    public init(bytes: Int = 16_384, lines: Int = 400, tailTools: Set<String> = []) {
        budget = Budget(bytes: max(0, bytes), lines: max(1, lines), tailTools: tailTools)
    }

    /// Identifies the plugin.
    public var id: String { Self.pluginID }

    /// The plugin has no state.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin {
        ClosurePlugin(Self.pluginID) { [budget] registrar in
            try registrar.toolResults.project { call, value in
                guard case .string(let text) = value else { return nil }
                return Self.cut(text, budget, keepsEnd: budget.tailTools.contains(call.name)).map { .string($0) }
            }
        }
    }

    /// The text as far as it may go, with a word on what is missing; `nil` for one that may stay.
    private static func cut(_ text: String, _ budget: Budget, keepsEnd: Bool) -> String? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        if lines.count > budget.lines {
            let kept = (keepsEnd ? lines.suffix(budget.lines) : lines.prefix(budget.lines)).joined(separator: "\n")
            let shown = cut(bytes: kept, budget, keepsEnd: keepsEnd)?.text ?? kept
            return joined(shown, "...\(lines.count - budget.lines) lines truncated...", keepsEnd)
        }
        guard let (shown, missing) = cut(bytes: text, budget, keepsEnd: keepsEnd) else { return nil }
        return joined(shown, "...\(missing) bytes truncated...", keepsEnd)
    }

    /// As many whole characters as fit.
    private static func cut(bytes text: String, _ budget: Budget, keepsEnd: Bool) -> (text: String, missing: Int)? {
        let count = text.utf8.count
        if count <= budget.bytes { return nil }
        var kept: Substring = text[...]
        if keepsEnd {
            var start = text.utf8.index(text.endIndex, offsetBy: -budget.bytes)
            while start < text.endIndex, start.samePosition(in: text.unicodeScalars) == nil {
                start = text.utf8.index(after: start)
            }
            kept = text[start...]
        } else {
            var end = text.utf8.index(text.startIndex, offsetBy: budget.bytes)
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
