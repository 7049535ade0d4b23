/// Powers of ten that a double holds exactly.
private let exactPowers: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20,
    1e21, 1e22,
]

/// Powers of five that fit into a word.
private let fives: [UInt64] = (0...27).map { (0..<$0).reduce(UInt64(1)) { product, _ in product * 5 } }

/// `mantissa * 10^exponent`, rounded once; `nil` where that takes more than two words.
@inline(__always) func exactDecimal(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    if exponent == 0 { return Double(mantissa) }
    guard mantissa <= 1 << 53, exponent >= -22, exponent <= 22 else { return wideDecimal(mantissa, exponent) }
    return exactPowers.withUnsafeBufferPointer {
        exponent < 0 ? Double(mantissa) / $0[-exponent] : Double(mantissa) * $0[exponent]
    }
}

/// The same with the mantissa times, or by, a power of five in two words; the power of two is exact.
@inline(never) private func wideDecimal(_ mantissa: UInt64, _ exponent: Int) -> Double? {
    guard mantissa != 0, exponent >= -27, exponent <= 27 else { return nil }
    let five = fives[abs(exponent)]
    if exponent > 0 {
        let (high, low) = mantissa.multipliedFullWidth(by: five)
        if high == 0 { return Double(low) * powerOfTwo(exponent) }
        let shift = high.leadingZeroBitCount
        let top = high << UInt64(shift) | low >> UInt64(64 - shift)
        // What was cut off only matters as being there.
        return Double(low << UInt64(shift) == 0 ? top : top | 1) * powerOfTwo(64 - shift + exponent)
    }
    let up = mantissa.leadingZeroBitCount
    let down = five.leadingZeroBitCount
    let dividend = mantissa << UInt64(up)
    let (quotient, rest) = (five << UInt64(down)).dividingFullWidth((dividend >> 1, dividend << 63))
    return Double(rest == 0 ? quotient : quotient | 1) * powerOfTwo(down - up - 63 + exponent)
}

/// For exponents far from the ends of the range.
private func powerOfTwo(_ exponent: Int) -> Double {
    Double(bitPattern: UInt64(truncatingIfNeeded: 1023 + exponent) << 52)
}

/// The nearest double of a decimal: digits with an optional point, an optional exponent, an optional sign. `nil` if the
/// text is anything else. Too large is infinite.
func parseDecimal(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Double? {
    var i = 0
    var negative = false
    if i < count, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
        negative = bytes[i] == UInt8(ascii: "-")
        i += 1
    }
    var mantissa: UInt64 = 0
    // Digits beyond nineteen do not fit into the mantissa; they are left to the careful way.
    var significant = 0
    var digits = 0
    var exponent = 0
    var seenPoint = false
    scan: while i < count {
        let byte = bytes[i]
        switch byte {
        case 48...57:
            digits += 1
            if seenPoint { exponent -= 1 }
            if mantissa != 0 || byte != 48 { significant += 1 }
            if significant <= 19 { mantissa = mantissa &* 10 &+ UInt64(byte &- 48) }
        case UInt8(ascii: ".") where !seenPoint: seenPoint = true
        default: break scan
        }
        i += 1
    }
    guard digits > 0 else { return nil }
    if i < count {
        guard bytes[i] | 0x20 == UInt8(ascii: "e") else { return nil }
        i += 1
        var minus = false
        if i < count, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
            minus = bytes[i] == UInt8(ascii: "-")
            i += 1
        }
        guard i < count else { return nil }
        var written = 0
        while i < count {
            guard bytes[i] >= 48, bytes[i] <= 57 else { return nil }
            if written < 1 << 40 { written = written * 10 + Int(bytes[i] - 48) }
            i += 1
        }
        exponent += minus ? -written : written
    }
    if mantissa == 0 { return negative ? -0.0 : 0 }
    if significant <= 19, let quick = exactDecimal(mantissa, exponent) { return negative ? -quick : quick }
    return parseCarefully(bytes, count)
}

/// Any decimal that was checked already. Takes linear time, and memory for a short text.
@inline(never) func parseCarefully(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Double? {
    if count > decidingDigits { return Double(shortened(bytes, count)) }
    return Double(String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self))
}

/// No double is told from its neighbours by more than 767 digits and by whether anything follows them.
private let decidingDigits = 800

/// A decimal of a few hundred digits that reads as the same number.
private func shortened(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> String {
    var digits: [UInt8] = []
    digits.reserveCapacity(decidingDigits + 1)
    var isRestZero = true
    var exponent = 0
    var seenPoint = false
    var i = 0
    let negative = bytes[0] == UInt8(ascii: "-")
    if negative || bytes[0] == UInt8(ascii: "+") { i = 1 }
    while i < count, bytes[i] | 0x20 != UInt8(ascii: "e") {
        let byte = bytes[i]
        i += 1
        if byte == UInt8(ascii: ".") {
            seenPoint = true
        } else if digits.count < decidingDigits {
            if !digits.isEmpty || byte != 48 { digits.append(byte) }
            if seenPoint { exponent -= 1 }
        } else {
            if byte != 48 { isRestZero = false }
            if !seenPoint { exponent += 1 }
        }
    }
    if !isRestZero {
        digits.append(49)
        exponent -= 1
    }
    i += 1
    var minus = false
    if i < count, bytes[i] == UInt8(ascii: "-") || bytes[i] == UInt8(ascii: "+") {
        minus = bytes[i] == UInt8(ascii: "-")
        i += 1
    }
    var written = 0
    while i < count {
        if written < 1 << 40 { written = written * 10 + Int(bytes[i] - 48) }
        i += 1
    }
    exponent += minus ? -written : written
    if digits.isEmpty { return negative ? "-0" : "0" }
    return "\(negative ? "-" : "")\(String(decoding: digits, as: UTF8.self))e\(exponent)"
}

extension Heap {
    /// A value as arithmetic takes it: null and empty text are 0, booleans 0 or 1, text is read as a decimal.
    @inline(__always) func number(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Double {
        let value = slot.pointee
        return value.isNumber ? value.number : try coercedNumber(slot)
    }

    @inline(never) private func coercedNumber(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Double {
        let value = slot.pointee
        switch value.kind {
        case .number: return value.number
        case .bool: return value.bool ? 1 : 0
        case .null, .unset: return 0
        case .string, .shortString:
            let whole = TextView(slot)
            try pay(bytes: whole.count)
            let text = whole.trimmed
            if text.count == 0 { return 0 }
            if let number = parseDecimal(text.start, text.count) ?? parseWord(text) { return number }
            throw .notNumeric
        default: throw .expectedNumber(value)
        }
    }

    /// The words for what is no finite number, in either case, with a sign.
    private func parseWord(_ text: TextView) -> Double? {
        guard text.count <= 9 else { return nil }
        var word = text.string.lowercased()
        let negative = word.hasPrefix("-")
        if negative || word.hasPrefix("+") { word.removeFirst() }
        switch word {
        case "inf", "infinity": return negative ? -.infinity : .infinity
        case "nan": return .nan
        default: return nil
        }
    }
}
