/// How long `sleep` sleeps.
enum SleepTime {
    /// What `sleep for` means by a value, in milliseconds: a number of milliseconds, or a text such as `1.5s`.
    static func milliseconds(of value: Value) throws(CallFailure) -> Double {
        switch value {
        case .number(let number) where number >= 0 && number.isFinite: return number.rounded()
        case .string(let text): return try milliseconds(of: text)
        default:
            throw CallFailure(
                "`sleep for` expects a non-negative millisecond number or duration string, got \(value.text)"
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
        guard let number = Double(String(digits)) else {
            throw CallFailure("invalid duration `\(text)`: expected a number with ms, s, m or h")
        }
        guard number >= 0, number.isFinite, (number * factor).isFinite else {
            throw CallFailure("invalid duration `\(text)`: expected a non-negative finite number")
        }
        return (number * factor).rounded()
    }

    /// What `sleep until` means by a value, in milliseconds since 1970: such a number, or an RFC 3339 time.
    static func epochMilliseconds(of value: Value) throws(CallFailure) -> Double {
        switch value {
        case .number(let number) where number >= 0 && number.isFinite: return number
        case .string(let text):
            do throws(TimestampError) { return try Timestamp.milliseconds(rfc3339: text) } catch {
                throw CallFailure(
                    "`sleep until` expects RFC3339 text or Unix epoch milliseconds: \(error.message)"
                )
            }
        default:
            throw CallFailure("`sleep until` expects RFC3339 text or Unix epoch milliseconds, got \(value.text)")
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
