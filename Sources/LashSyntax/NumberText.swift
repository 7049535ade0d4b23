/// Number literals and the plain form of numbers.
enum NumberText {
    /// The value of the literal that begins at `start`, correctly rounded; too large is infinity.
    static func value(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Double {
        if let number = plainDecimal(bytes, start) { return number }
        var text = String(decoding: bytes[start..<LexicalForms.endOfNumber(bytes, start)], as: UTF8.self)
        text.removeAll { $0 == "_" }
        if text.hasPrefix("0b") || text.hasPrefix("0B") { return binary(text.dropFirst(2)) }
        if text.hasSuffix(".") { text.removeLast() }
        return Double(text) ?? .infinity
    }

    /// The value of a literal of decimal digits with one dot or none among them; `nil` for every other. Fifteen digits are
    /// exact as a `Double`, and so are as many tens; so what is rounded is the division alone.
    private static func plainDecimal(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Double? {
        var digits = 0
        // Ten to the number of digits after the dot; 0 before the dot.
        var scale = 0
        var at = start
        while at < bytes.count, bytes[at] == UInt8(ascii: ".") || LexicalForms.isWordByte(bytes[at]) {
            if LexicalForms.isDigit(bytes[at]) {
                digits = digits &* 10 &+ Int(bytes[at] &- UInt8(ascii: "0"))
                scale = scale &* 10
            } else if bytes[at] == UInt8(ascii: "."), scale == 0 {
                scale = 1
            } else {
                return nil
            }
            at += 1
        }
        if at - start > 15 { return nil }
        return scale > 1 ? Double(digits) / Double(scale) : Double(digits)
    }

    /// Binary digits, four at a time as a hexadecimal literal, which the standard library rounds correctly.
    private static func binary(_ digits: Substring) -> Double {
        let padding = String(repeating: "0", count: (4 - digits.utf8.count % 4) % 4)
        var hexadecimal = "0x"
        var nibble = 0
        var count = 0
        for digit in (padding + digits).utf8 {
            nibble = nibble << 1 | Int(digit & 1)
            count += 1
            if count % 4 == 0 {
                hexadecimal += String(nibble, radix: 16)
                nibble = 0
            }
        }
        return Double(hexadecimal) ?? .infinity
    }

    /// The shortest decimal that gives `value` back, never with an exponent: `5`, `1.5`, `inf`.
    static func plain(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
        let text = value.description
        let parts = text.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        guard parts.count == 2, let exponent = Int(parts[1]) else {
            return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
        }
        let negative = mantissa[0].hasPrefix("-")
        let whole = negative ? mantissa[0].dropFirst() : mantissa[0]
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? mantissa[1] : ""
        let digits = whole + fraction
        let point = whole.count + exponent
        let zeros = { (count: Int) in String(repeating: "0", count: max(0, count)) }
        let result =
            point <= 0
            ? "0." + zeros(-point) + digits
            : point >= digits.count
                ? digits + zeros(point - digits.count) : digits.prefix(point) + "." + digits.dropFirst(point)
        return (negative ? "-" : "") + result
    }
}
