/// One line of source as a terminal may show it, and the marker under it.
struct SourceFrame {
    private(set) var line = ""
    /// As wide as what stands before the marked place; tabs stay tabs.
    private(set) var pad = ""
    private(set) var marker = ""

    init(_ map: SourceMap, _ span: Span, maximumWidth: Int) {
        let lineSpan = map.span(ofLine: map.location(of: span.start).line)
        let end = min(max(span.end, span.start), lineSpan.end)
        let before = Self.cells(map.source[Span(lineSpan.start, span.start)], keepTabs: true)
        var marked = Self.cells(map.source[Span(span.start, end)], keepTabs: false)
        var after = Self.cells(map.source[Span(end, lineSpan.end)], keepTabs: true)
        if after.last?.text == "\\r" {
            after.removeLast()
        } else if after.isEmpty, marked.last?.text == "\\r" {
            marked.removeLast()
        }

        // A third of the window goes to what stands before the marked place, the rest to it and what follows.
        var shownBefore = before[...]
        let all = Self.width(before) + Self.width(marked) + Self.width(after)
        if all > maximumWidth {
            shownBefore = Self.suffix(before, width: maximumWidth / 3)
            marked = Array(Self.prefix(marked, width: maximumWidth / 3))
            after = Array(
                Self.prefix(after, width: maximumWidth - Self.width(shownBefore) - Self.width(marked))
            )
        }
        let cutBefore = shownBefore.count < before.count
        let shown = Array(shownBefore) + marked + after
        let cutAfter = Self.width(shown) < all - (Self.width(before) - Self.width(shownBefore))
        line = (cutBefore ? "…" : "") + shown.map(\.text).joined() + (cutAfter ? "…" : "")
        pad =
            (cutBefore ? " " : "")
            + shownBefore.map { $0.text == "\t" ? "\t" : String(repeating: " ", count: $0.width) }.joined()
        marker = "^" + String(repeating: "~", count: max(0, Self.width(marked) - 1))
    }

    private struct Cell {
        var text: String
        var width: Int
    }

    /// The text character by character: what to print for each, and how many columns that takes.
    private static func cells(_ text: String, keepTabs: Bool) -> [Cell] {
        text.map { character in
            if keepTabs, character == "\t" { return Cell(text: "\t", width: 1) }
            let escaped = character == "\t" ? " " : TerminalText.escaped(String(character))
            return Cell(text: escaped, width: TerminalText.width(escaped))
        }
    }

    private static func width(_ cells: some Sequence<Cell>) -> Int { cells.reduce(0) { $0 + $1.width } }

    private static func prefix(_ cells: [Cell], width: Int) -> ArraySlice<Cell> {
        var left = width
        return cells.prefix {
            left -= $0.width
            return left >= 0
        }
    }

    private static func suffix(_ cells: [Cell], width: Int) -> ArraySlice<Cell> {
        cells.suffix(prefix(cells.reversed(), width: width).count)
    }
}
