import Lashlang

/// The pages behind the codes of diagnostics.
enum Explanations {
    /// All pages by code.
    static var all: [ExplainPage] { (syntaxPages + linkerPages + runtimePages).sorted { $0.code < $1.code } }

    /// The page of a code, however it is capitalised.
    static func page(_ code: String) -> ExplainPage? {
        let code = code.uppercased()
        return all.first { $0.code == code }
    }

    /// Up to three codes that differ in one character, or have one too many or too few, as a phrase.
    static func near(_ code: String) -> String {
        let code = code.uppercased()
        return Spelling.choice(all.map(\.code).filter { Spelling.isClose($0, code) }.prefix(3).map { $0 })
    }

    /// A page for people to read.
    static func text(_ page: ExplainPage, width: Int) -> String {
        var text = "\(page.code): \(page.title)\n\n\(wrapped(page.explanation, width: width))\n"
        if !page.wrong.isEmpty { text += "\nWrong:\n\n\(indented(page.wrong))\n" }
        if !page.right.isEmpty { text += "\nRight:\n\n\(indented(page.right))\n" }
        return text
    }

    private static func indented(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false).map { "    " + $0 }.joined(separator: "\n")
    }

    /// A text in lines of at most so many characters.
    static func wrapped(_ text: String, width: Int) -> String {
        var lines: [String] = []
        for paragraph in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = ""
            for word in paragraph.split(separator: " ") {
                if !line.isEmpty, line.count + 1 + word.count > width {
                    lines.append(line)
                    line = ""
                }
                line += (line.isEmpty ? "" : " ") + word
            }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}
