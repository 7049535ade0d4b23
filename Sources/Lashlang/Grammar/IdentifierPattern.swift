/// The regular expression of identifiers that are none of certain words, without look-ahead, which most engines lack.
struct IdentifierPattern {
    private static let following = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_"
    private static let leading = following.filter { !("0"..."9").contains($0) }

    private let words: Set<String>
    /// How a group begins: `(?:`, or `(` where groups capture nothing anyway.
    private let group: String

    init(excluding words: [String], group: String) {
        self.words = Set(words)
        self.group = group
    }

    var text: String { pattern(after: "") }

    /// What may follow letters with which a word begins. Recursion ends with the longest word.
    private func pattern(after prefix: String) -> String {
        let continuing = words.filter { $0.hasPrefix(prefix) && $0.count > prefix.count }
        let next = Set(continuing.compactMap { $0.dropFirst(prefix.count).first }).sorted()
        let allowed = prefix.isEmpty ? Self.leading : Self.following
        var alternatives = [Self.set(allowed.filter { !next.contains($0) }) + "[A-Za-z0-9_]*"]
        for letter in next {
            let word = prefix + String(letter)
            let rest = words.contains { $0.hasPrefix(word) && $0.count > word.count }
            if rest {
                alternatives.append(spelled(letter) + pattern(after: word))
            } else {
                // The word ends here, so an identifier that begins with it goes on.
                alternatives.append(spelled(letter) + "[A-Za-z0-9_]+")
            }
        }
        let all = group + alternatives.joined(separator: "|") + ")"
        return prefix.isEmpty || words.contains(prefix) ? all : all + "?"
    }

    private func spelled(_ letter: Character) -> String { group == "(" ? "\"\(letter)\" " : String(letter) }

    /// A character class, with ranges.
    private static func set(_ letters: String) -> String {
        let values = letters.unicodeScalars.map(\.value).sorted()
        var ranges: [ClosedRange<UInt32>] = []
        for value in values {
            if let last = ranges.last, last.upperBound + 1 == value {
                ranges[ranges.count - 1] = last.lowerBound...value
            } else {
                ranges.append(value...value)
            }
        }
        func letter(_ value: UInt32) -> String { Unicode.Scalar(value).map(String.init) ?? "" }
        return "["
            + ranges.map {
                $0.count < 3 ? $0.map(letter).joined() : letter($0.lowerBound) + "-" + letter($0.upperBound)
            }.joined() + "]"
    }
}
