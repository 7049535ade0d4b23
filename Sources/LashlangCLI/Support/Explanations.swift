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
        let code = Array(code.uppercased().utf8)
        let close = all.filter { isClose(Array($0.code.utf8), code) }.prefix(3).map(\.code)
        guard let last = close.last else { return "" }
        return close.count == 1 ? last : close.dropLast().joined(separator: ", ") + " or " + last
    }

    private static func isClose(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        let prefix = zip(left, right).prefix { $0 == $1 }.count
        let shorter = min(left.count, right.count)
        let suffix = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
        return abs(left.count - right.count) <= 1 && prefix + suffix >= shorter - (left.count == right.count ? 1 : 0)
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

    private static func wrapped(_ text: String, width: Int) -> String {
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
