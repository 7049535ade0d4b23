/// Numbers as text: one form for all purposes.
///
/// An integer that a signed or unsigned 64-bit word holds exactly is that integer; anything else is the shortest
/// decimal that reads back as the same number, plain from 1e-5 up to below 1e21 and with an exponent outside.
extension TextBuffer {
    /// `-0` is `0`; NaN and the infinities are words.
    @inline(__always) mutating func append(number: Double) {
        if let small = exactInt32(number) {
            append(integer: Int64(small))
        } else {
            appendLong(number)
        }
    }

    /// As in JSON, which has neither NaN nor infinities.
    @inline(__always) mutating func append(jsonNumber number: Double) {
        if number.isFinite { append(number: number) } else { append("null") }
    }

    mutating func append(integer: Int64) {
        if integer < 0 { append(UInt8(ascii: "-")) }
        append(digits: integer.magnitude)
    }

    mutating func append(digits value: UInt64) {
        var value = value
        let count = decimalWidth(value)
        let target = room(for: count)
        var i = count
        while value >= 100 {
            let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 100)
            i &-= 2
            target[i] = UInt8(truncatingIfNeeded: 48 &+ remainder / 10)
            target[i &+ 1] = UInt8(truncatingIfNeeded: 48 &+ remainder % 10)
            value = quotient
        }
        if value >= 10 {
            target[0] = UInt8(truncatingIfNeeded: 48 &+ value / 10)
            target[1] = UInt8(truncatingIfNeeded: 48 &+ value % 10)
        } else {
            target[0] = UInt8(truncatingIfNeeded: 48 &+ value)
        }
        commit(count)
    }

    @inline(never) private mutating func appendLong(_ number: Double) {
        if let signed = Int64(exactly: number) { return append(integer: signed) }
        if let unsigned = UInt64(exactly: number) { return append(digits: unsigned) }
        if number.isNaN { return append("NaN") }
        if number.isInfinite { return append(number < 0 ? "-inf" : "inf") }
        if appendShort(number) { return }
        // The digits and the exponent are right; only where the point and the exponent stand may differ.
        var shortest = number.description
        shortest.withUTF8 { append(layingOut: $0) }
    }

    /// Appends a number that is no integer, and that up to six decimals tell; says `false`, and appends nothing, for others.
    ///
    /// Up to fifteen digits, no two decimals are the same number: where one reads back as the number, it is the shortest.
    private mutating func appendShort(_ number: Double) -> Bool {
        let magnitude = number.magnitude
        guard magnitude >= 1e-3 && magnitude < 1e9 else { return false }
        let millionths = UInt64(magnitude * 1e6 + 0.5)
        guard Double(millionths) / 1e6 == magnitude else { return false }
        if number < 0 { append(UInt8(ascii: "-")) }
        append(digits: millionths / 1_000_000)
        var decimals = millionths % 1_000_000
        var count = 6
        if decimals % 1000 == 0 {
            decimals /= 1000
            count = 3
        }
        while decimals % 10 == 0 {
            decimals /= 10
            count &-= 1
        }
        let target = room(for: count &+ 1)
        target[0] = UInt8(ascii: ".")
        for i in stride(from: count, to: 0, by: -1) {
            target[i] = UInt8(truncatingIfNeeded: 48 &+ decimals % 10)
            decimals /= 10
        }
        commit(count &+ 1)
        return true
    }

    /// Re-lays a decimal such as `1.25e-07` that is not zero.
    private mutating func append(layingOut text: UnsafeBufferPointer<UInt8>) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { digits in
            // The number is 0.d1d2… * 10^point.
            var count = 0
            var point = 0
            var exponent = 0
            var seenPoint = false
            var i = 0
            if text[0] == UInt8(ascii: "-") {
                append(text[0])
                i = 1
            }
            while i < text.count, text[i] != UInt8(ascii: "e") {
                let byte = text[i]
                i += 1
                if byte == UInt8(ascii: ".") {
                    seenPoint = true
                } else if count == 0 && byte == 48 {
                    if seenPoint { point -= 1 }
                } else {
                    digits[count] = byte
                    count += 1
                    if !seenPoint { point += 1 }
                }
            }
            if i < text.count {
                let negative = text[i + 1] == UInt8(ascii: "-")
                for byte in text[(i + 2)...] { exponent = exponent * 10 + Int(byte - 48) }
                if negative { exponent = -exponent }
            }
            while count > 1 && digits[count - 1] == 48 { count -= 1 }
            // The allocation is not empty, so it has a base.
            append(UnsafePointer(digits.baseAddress.unsafelyUnwrapped), count, point: point + exponent)
        }
    }

    /// Lays out `0.d1d2… * 10^point`.
    private mutating func append(_ digits: UnsafePointer<UInt8>, _ count: Int, point: Int) {
        switch point {
        case -4...0:
            append("0.")
            for _ in 0..<(-point) { append(48) }
            append(digits, count)
        case 1...21:
            if count <= point {
                append(digits, count)
                for _ in 0..<(point - count) { append(48) }
            } else {
                append(digits, point)
                append(UInt8(ascii: "."))
                append(digits + point, count - point)
            }
        default:
            append(digits, 1)
            if count > 1 {
                append(UInt8(ascii: "."))
                append(digits + 1, count - 1)
            }
            append(point > 0 ? "e+" : "e-")
            append(digits: UInt64((point - 1).magnitude))
        }
    }
}

/// The number of decimal digits.
@inline(__always) func decimalWidth(_ value: UInt64) -> Int {
    if value < 10 { return 1 }
    if value < 100 { return 2 }
    if value < 1000 { return 3 }
    if value < 10_000 { return 4 }
    var width = 4
    var rest = value / 10_000
    while rest > 0 {
        width &+= 1
        rest /= 10
    }
    return width
}
