/// How long `sleep` sleeps.
enum SleepTime {
    /// The most milliseconds that mean something: up to here a double knows each of them.
    private static let maximum = 9_007_199_254_740_991.0

    private static func isTime(_ number: Double) -> Bool { number >= 0 && number <= maximum }

    /// What `sleep for` means by a value, in milliseconds: a number of milliseconds, or a text such as `1.5s`.
    static func milliseconds(of value: Value) throws(CallFailure) -> Double {
        switch value {
        case .number(let number) where isTime(number): return number.rounded()
        case .string(let text): return try milliseconds(of: text)
        default:
            throw CallFailure(
                "`sleep for` expects a non-negative millisecond number or duration string, got \(shown(value.text(atMost: shownBytes)))"
            )
        }
    }

    private static let units: [(suffix: String, milliseconds: Double)] = [
        ("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000),
    ]

    private static func milliseconds(of text: String) throws(CallFailure) -> Double {
        let trimmed = text.trimmed
        var digits = trimmed
        var factor = 1.0
        if let unit = units.first(where: { trimmed.hasSuffix($0.suffix) }) {
            digits = digits.dropLast(unit.suffix.count).trimmed
            factor = unit.milliseconds
        }
        guard digits.utf8.count <= shownBytes, let number = Double(String(digits)) else {
            throw CallFailure("invalid duration `\(shown(text))`: expected a number with ms, s, m or h")
        }
        guard isTime(number * factor) else {
            throw CallFailure("invalid duration `\(shown(text))`: expected a non-negative finite number")
        }
        return (number * factor).rounded()
    }

    private static let shownBytes = 200

    /// A text as messages show it: what a program means by it stands at its beginning.
    private static func shown(_ text: String) -> String {
        text.utf8.count > shownBytes
            ? text.unicodeScalars.prefix(shownBytes).reduce(into: "") { $0.unicodeScalars.append($1) } + "…" : text
    }

    /// What `sleep until` means by a value, in milliseconds since 1970: such a number, or an RFC 3339 time.
    static func epochMilliseconds(of value: Value) throws(CallFailure) -> Double {
        switch value {
        case .number(let number) where isTime(number): return number
        case .string(let text):
            do throws(TimestampError) { return try Timestamp.milliseconds(rfc3339: text) } catch {
                throw CallFailure(
                    "`sleep until` expects RFC3339 text or Unix epoch milliseconds: \(error.message)"
                )
            }
        default:
            throw CallFailure(
                "`sleep until` expects RFC3339 text or Unix epoch milliseconds, got \(shown(value.text(atMost: shownBytes)))"
            )
        }
    }
}

extension StringProtocol {
    /// The text without blanks at its ends.
    fileprivate var trimmed: SubSequence {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" }
        guard let first = firstIndex(where: { !isBlank($0) }), let last = lastIndex(where: { !isBlank($0) }) else {
            return self[startIndex..<startIndex]
        }
        return self[first...last]
    }
}
