public import Lashlang

/// A text as a model is shown it: whole where there is room, otherwise what matters most.
public struct Excerpt: Hashable, Sendable {
    /// What is shown.
    public var text: String
    /// Whether something of the whole is missing.
    public var isLossy: Bool

    /// What is shown of something printed. JSON that does not fit keeps its shape; of other text the beginning is shown.
    public init(ofOutput text: String, budget: PrintBudget) {
        let bytes = text.utf8
        if bytes.count <= budget.bytes, Self.hasLines(bytes, atMost: budget.lines) {
            self.init(text: text, isLossy: false)
        } else if let first = bytes.first(where: { $0 > 0x20 }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "["), let value = try? Value(json: text)
        {
            self.init(text: value.printText(budget), isLossy: true)
        } else {
            self.init(text: Self.beginning(of: text, budget) + "\n...truncated...", isLossy: true)
        }
    }

    /// The head and the tail of a text that has more characters than allowed, counted as Unicode scalars. Zero allows any
    /// number.
    public init(headAndTailOf text: String, characters: Int) {
        let scalars = text.unicodeScalars
        // Bytes are at least as many as scalars, and are counted at once.
        if characters <= 0 || text.utf8.count <= characters || scalars.count <= characters {
            self.init(text: text, isLossy: false)
            return
        }
        let head = characters / 2
        let omitted = scalars.count - characters
        self.init(
            text: String(scalars.prefix(head)) + "\n\n... (\(omitted) characters omitted) ...\n\n"
                + String(scalars.suffix(characters - head)),
            isLossy: true
        )
    }

    private init(text: String, isLossy: Bool) {
        self.text = text
        self.isLossy = isLossy
    }

    private static func hasLines(_ bytes: String.UTF8View, atMost limit: Int) -> Bool {
        var lines = 1
        for byte in bytes where byte == 0x0A { lines += 1 }
        return lines <= limit
    }

    private static func beginning(of text: String, _ budget: PrintBudget) -> String {
        var end = text.startIndex
        var lines = 1
        var bytes = 0
        for index in text.unicodeScalars.indices {
            let scalar = text.unicodeScalars[index]
            bytes += UTF8.width(scalar)
            if bytes > budget.bytes { break }
            if scalar == "\n" {
                lines += 1
                if lines > budget.lines { break }
            }
            end = text.unicodeScalars.index(after: index)
        }
        return String(text[..<end])
    }
}
