/// Numbers with units, as people write limits.
package enum Quantity {
    /// `1000`, `1_000`, `10k`, `1.5M`, `2G`.
    package static func count(_ text: String) throws(CommandFailure) -> Int {
        try read(text, units: ["": 1, "k": 1e3, "m": 1e6, "g": 1e9, "t": 1e12], "a number such as 1000, 10k or 1M")
    }

    /// Bytes: `1000000`, `10MB`, `512KiB`, `1GiB`.
    package static func bytes(_ text: String) throws(CommandFailure) -> Int {
        let units: [String: Double] = [
            "": 1, "b": 1, "k": 1e3, "kb": 1e3, "m": 1e6, "mb": 1e6, "g": 1e9, "gb": 1e9,
            "kib": 1024, "mib": 1_048_576, "gib": 1_073_741_824,
        ]
        return try read(text, units: units, "a size such as 10MB or 1GiB")
    }

    /// `500ms`, `2s`, `1.5m`, `1h`.
    package static func time(_ text: String) throws(CommandFailure) -> Duration {
        let units: [String: Double] = ["ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9, "m": 60e9, "h": 3600e9]
        return .nanoseconds(try read(text, units: units, "a time such as 500ms or 2s"))
    }

    private static func read(
        _ text: String,
        units: [String: Double],
        _ expected: String
    ) throws(CommandFailure) -> Int {
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == "." || $0 == "_") }
        let unit = text.dropFirst(number.count).lowercased()
        let digits = number.filter { $0 != "_" }
        guard let factor = units[unit], number.first?.isNumber == true, number.last?.isNumber == true,
            let value = Double(String(digits))
        else { throw .usage("`\(text)` is not \(expected)") }
        // Beyond 2^53 the limit is none that anybody could reach.
        return Int((value * factor).rounded(.up).clamped(to: 0...0x1p53))
    }
}

extension Comparable {
    fileprivate func clamped(to range: ClosedRange<Self>) -> Self { min(max(self, range.lowerBound), range.upperBound) }
}

/// Times and sizes as people read them.
package enum Readable {
    /// `1,234,567`
    package static func count(_ value: Int) -> String {
        let digits = String(value.magnitude)
        var result = value < 0 ? "-" : ""
        for (position, digit) in digits.enumerated() {
            if position > 0, (digits.count - position).isMultiple(of: 3) { result.append(",") }
            result.append(digit)
        }
        return result
    }

    /// `1.23 ms`
    package static func time(nanoseconds: Int) -> String {
        let value = Double(nanoseconds)
        if value < 1e3 { return "\(nanoseconds) ns" }
        if value < 1e6 { return decimals(value / 1e3) + " µs" }
        if value < 1e9 { return decimals(value / 1e6) + " ms" }
        return decimals(value / 1e9) + " s"
    }

    /// `1.23 MB`
    package static func size(_ bytes: Int) -> String {
        let value = Double(bytes)
        if value < 1e3 { return "\(bytes) bytes" }
        if value < 1e6 { return decimals(value / 1e3) + " kB" }
        if value < 1e9 { return decimals(value / 1e6) + " MB" }
        return decimals(value / 1e9) + " GB"
    }

    /// Three significant digits, for numbers from 1 to 1000.
    package static func decimals(_ value: Double) -> String {
        if value >= 100 { return String(Int(value.rounded())) }
        let places = value >= 10 ? 1 : 2
        let scale = places == 1 ? 10 : 100
        let scaled = Int((value * Double(scale)).rounded())
        let fraction = String(scaled % scale)
        return "\(scaled / scale)." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// `1 error`, `2 errors`
    package static func plural(_ count: Int, _ noun: String) -> String {
        "\(Self.count(count)) \(noun)\(count == 1 ? "" : "s")"
    }
}
