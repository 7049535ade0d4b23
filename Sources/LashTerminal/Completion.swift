/// The ways in which the last word before the cursor can go on.
package struct Completion: Equatable {
    /// What is typed of the word.
    package let partial: String
    /// The whole words, sorted, each once; all begin with `partial`.
    package let words: [String]

    /// The words among some that begin with what is typed.
    package init(_ partial: String, among words: [String]) {
        self.partial = partial
        self.words = Set(words.filter { $0.hasPrefix(partial) }).sorted()
    }

    /// The words, each as it goes on behind what an editor takes for the typed word, which may begin earlier or later.
    package func words(replacing text: String) -> [String] {
        if text.hasSuffix(partial) {
            let head = text.dropLast(partial.count)
            return words.map { head + $0 }
        }
        guard partial.hasSuffix(text) else { return [] }
        return words.map { String($0.dropFirst(partial.count - text.count)) }
    }
}
