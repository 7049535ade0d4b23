/// Checks whether text that comes in pieces, from its beginning on, is UTF-8.
///
/// Every byte is looked at with the three in front of it, so that sixteen can be checked at a time.
struct UTF8Check: Sendable {
    /// The last three bytes, the last one lowest; zeros before the beginning.
    private var before: UInt32 = 0

    /// Whether the text may end here: no code point is open.
    var isComplete: Bool {
        !Self.goesOn(first: UInt8(truncatingIfNeeded: before), UInt8(truncatingIfNeeded: before >> 8), before >> 16)
    }

    /// Goes on with a piece; `false` where the text is not UTF-8. Pieces may end anywhere.
    mutating func accepts(_ piece: Bytes) -> Bool {
        var i = 0
        // With the bytes in front in one piece.
        while i < min(3, piece.count) {
            if !next(piece[i]) { return false }
            i &+= 1
        }
        if i == piece.count { return true }
        var isASCII = before & 0x80_8080 == 0
        while i &+ 64 <= piece.count {
            let bytes = piece.start + i
            let hasASCII = Block(bytes).isASCII
            if !(isASCII && hasASCII) {
                let wrong =
                    Self.mistakes(bytes) | Self.mistakes(bytes + 16) | Self.mistakes(bytes + 32)
                    | Self.mistakes(bytes + 48)
                if !wrong.isZero { return false }
            }
            isASCII = hasASCII
            i &+= 64
        }
        before = UInt32(piece[i &- 3]) << 16 | UInt32(piece[i &- 2]) << 8 | UInt32(piece[i &- 1])
        while i < piece.count {
            if !next(piece[i]) { return false }
            i &+= 1
        }
        return true
    }

    /// Whether a byte behind three others has to go on with a code point.
    @inline(__always) private static func goesOn(first: UInt8, _ second: UInt8, _ third: UInt32) -> Bool {
        first >= 0xC0 || second >= 0xE0 || third >= 0xF0
    }

    private mutating func next(_ byte: UInt8) -> Bool {
        let last = UInt8(truncatingIfNeeded: before)
        let mustGoOn = Self.goesOn(first: last, UInt8(truncatingIfNeeded: before >> 8), before >> 16)
        before = (before << 8 | UInt32(byte)) & 0xFF_FFFF
        if mustGoOn != (byte & 0xC0 == 0x80) { return false }
        switch last {
        case 0xE0: return byte >= 0xA0
        case 0xED: return byte < 0xA0
        case 0xF0: return byte >= 0x90
        case 0xF4: return byte < 0x90
        default: return byte != 0xC0 && byte != 0xC1 && byte < 0xF5
        }
    }

    /// Bytes that are wrong where they stand, among sixteen with three in front of them: the same rules.
    @inline(__always) private static func mistakes(_ bytes: UnsafePointer<UInt8>) -> Vector {
        let here = Vector(bytes), last = Vector(bytes - 1), second = Vector(bytes - 2), third = Vector(bytes - 3)
        let mustGoOn = atLeast(last, 0xC0) | atLeast(second, 0xE0) | atLeast(third, 0xF0)
        let goesOn = Vector.equal(here & Vector(repeating: 0xC0), Vector(repeating: 0x80))
        let never =
            Vector.equal(here & Vector(repeating: 0xFE), Vector(repeating: 0xC0)) | atLeast(here, 0xF5)
        let high = atLeast(here, 0xA0), middle = atLeast(here, 0x90)
        // Overlong forms, surrogates, and what lies beyond U+10FFFF.
        var misplaced = Vector.equal(last, Vector(repeating: 0xE0)) & ~high
        misplaced |= Vector.equal(last, Vector(repeating: 0xED)) & high
        misplaced |= Vector.equal(last, Vector(repeating: 0xF0)) & ~middle
        misplaced |= Vector.equal(last, Vector(repeating: 0xF4)) & middle
        return mustGoOn ^ goesOn | never | misplaced
    }

    @inline(__always) private static func atLeast(_ bytes: Vector, _ least: UInt8) -> Vector {
        unsafeBitCast(bytes .>= Vector(repeating: least), to: Vector.self)
    }
}
