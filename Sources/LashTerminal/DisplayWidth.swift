internal import LashSyntax

/// Text as wide as a terminal shows it.
package enum DisplayWidth {
    /// The text, cut to a number of columns, with `…` for what is missing.
    package static func cut(_ text: String, to width: Int) -> String {
        var columns = 0
        // Where the text would have to end for the mark to fit.
        var end = text.startIndex
        for index in text.indices {
            columns += TerminalText.width(String(text[index]))
            if columns > width { return text[..<end] + "…" }
            if columns < width { end = text.index(after: index) }
        }
        return text
    }
}
