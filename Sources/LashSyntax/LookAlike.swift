/// A character that people or their editors put where lashlang wants an ASCII one.
struct LookAlike: Hashable, Sendable {
    /// What the text should say.
    var replacement: String
    /// What to say about it.
    var hint: String
    /// Every place to change; more than one for a pair of quotes.
    var spans: [Span]
    /// What stands in each of `spans` afterwards.
    var replacements: [String]

    /// `nil` where nothing is known about the character.
    init?(_ scalar: Unicode.Scalar, _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) {
        let length = UTF8.width(scalar)
        spans = [Span(start, start + length)]
        switch scalar {
        case "\u{201C}", "\u{201D}", "\u{201E}", "\u{2033}", "\u{FF02}", "\u{AB}", "\u{BB}":
            replacement = "\""
            hint = "this is a typographic quote; strings take the plain quote `\"`"
        case "\u{2018}", "\u{2019}", "\u{201A}", "\u{2032}", "\u{B4}", "\u{FF07}":
            replacement = "'"
            hint = "this is a typographic quote; strings take the plain quote `'`"
        case "`":
            replacement = "\""
            hint = "strings take `\"` or `'`, and `\"\"\"` when they hold both; there are no template literals"
        case "\u{2212}", "\u{2013}", "\u{2014}", "\u{2010}", "\u{2011}", "\u{FF0D}":
            replacement = "-"
            hint = "this is a dash from typesetting; minus is the plain `-`"
        case "\u{D7}", "\u{22C5}", "\u{2217}":
            replacement = "*"
            hint = "multiplication is written `*`"
        case "\u{F7}", "\u{2215}", "\u{2044}":
            replacement = "/"
            hint = "division is written `/`"
        case "\u{2264}":
            replacement = "<="
            hint = "this comparison is written `<=`"
        case "\u{2265}":
            replacement = ">="
            hint = "this comparison is written `>=`"
        case "\u{2260}":
            replacement = "!="
            hint = "this comparison is written `!=`"
        case "&":
            replacement = "and"
            hint = "the logical operator is `and` (or `&&`); there are no bit operators"
        case "\u{2026}":
            replacement = "..."
            hint = "this is a placeholder character; write out what belongs here"
            replacements = []
            spans = []
            return
        case "$":
            replacement = ""
            hint = "names have no `$`; write `format(\"{}\", x)` to put a value into a text"
            replacements = []
            spans = []
            return
        case "^", "~", "\\":
            replacement = ""
            hint = "there are no bit operators, and a statement may go on over a line break without a mark"
            replacements = []
            spans = []
            return
        case "\u{FEFF}", "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}":
            replacement = ""
            hint = "an invisible character stands here; delete it"
        case "\u{3001}", "\u{FF0C}":
            replacement = ","
            hint = "this is a full-width comma; write `,`"
        case "\u{FF01}"..."\u{FF5E}":
            guard let plain = Unicode.Scalar(scalar.value - 0xFEE0) else { return nil }
            replacement = String(Character(plain))
            hint = "this is a full-width character; write the plain `\(replacement)`"
        default:
            guard scalar.properties.isAlphabetic else { return nil }
            replacement = ""
            hint = "names consist of ASCII letters, digits and `_`; other text belongs into quotes"
            replacements = []
            spans = []
            return
        }
        replacements = [replacement]
        if replacement == "\"" || replacement == "'", let closing = Self.closingQuote(bytes, start + length) {
            spans.append(closing)
            replacements.append(replacement)
        }
    }

    /// The next typographic quote on the same line; it closes what the first one opened.
    private static func closingQuote(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Span? {
        var at = start
        while at < bytes.count, bytes[at] != 0x0A, at - start < 1_000 {
            let character = UTF8Check.decode(bytes, at)
            switch character.scalar {
            case "\u{201C}", "\u{201D}", "\u{2018}", "\u{2019}", "`", "\u{BB}", "\u{B4}", "\u{FF02}":
                return Span(at, at + character.length)
            case "\"", "'":
                return nil
            default:
                at += character.length
            }
        }
        return nil
    }
}
