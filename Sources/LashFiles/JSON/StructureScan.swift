/// The search for the end of a list or an object, whatever is inside: sixty-four bytes at a time, only brackets and
/// quotes. Can be interrupted and goes on where it was.
struct StructureScan {
    /// Where it is; behind the closing bracket once that was found.
    private(set) var offset: Int
    private var depth = 0
    /// All ones inside of a string.
    private var inString: UInt64 = 0
    /// Whether the next byte is escaped.
    private var isEscaped = false
    /// Where the lists and objects begin that are open, as far as they are not deeper than these.
    private var starts = Starts(repeating: 0)
    private typealias Starts = SIMD4<Int>

    /// A scan that begins at an opening bracket.
    init(from offset: Int) { self.offset = offset }

    /// Goes on for so many bytes at least, or to the closing bracket. Gives whether that was found; `nil` where the bytes
    /// are at their end before.
    mutating func advance(by budget: Int, in text: JSONText, limit: Int) throws(FileError) -> Bool? {
        let stop = offset &+ budget
        while offset < stop {
            let bytes = try text.window.bytes(from: offset, atLeast: 64).prefix(max(0, limit &- offset))
            var at = 0
            while at &+ 64 <= bytes.count {
                if let end = scan(Block(bytes.start + at), at: offset &+ at, valid: ~0, text) {
                    offset &+= at &+ end
                    return true
                }
                at &+= 64
            }
            if at == 0 {
                // The last bytes of all. What lies behind them may be anything, but can be loaded.
                guard bytes.count > 0 else { return nil }
                if let end = scan(Block(bytes.start), at: offset, valid: (1 << UInt64(bytes.count)) &- 1, text) {
                    offset &+= end
                    return true
                }
                offset &+= bytes.count
                return nil
            }
            offset &+= at
        }
        return false
    }

    /// The number of bytes up to and with the closing bracket, if it is in this block.
    @inline(__always) private mutating func scan(
        _ block: Block,
        at place: Int,
        valid: UInt64,
        _ text: JSONText
    ) -> Int? {
        var quotes = block.positions(of: .quote) & valid
        if _slowPath(isEscaped || block.contains(.backslash)) {
            quotes &= ~escaped(block.positions(of: .backslash) & valid)
        }
        // Every quote flips all that follows.
        var strings = quotes
        strings ^= strings << 1
        strings ^= strings << 2
        strings ^= strings << 4
        strings ^= strings << 8
        strings ^= strings << 16
        strings ^= strings << 32
        strings ^= inString
        inString = UInt64(bitPattern: Int64(bitPattern: strings) >> 63)
        // With this bit, `[` is `{` and `]` is `}`.
        let folded = block.setting(0x20)
        let opening = folded.positions(of: UInt8(ascii: "{")) & ~strings & valid
        let closing = folded.positions(of: UInt8(ascii: "}")) & ~strings & valid
        if closing.nonzeroBitCount &+ Starts.scalarCount < depth {
            depth &+= opening.nonzeroBitCount &- closing.nonzeroBitCount
            return nil
        }
        var brackets = opening | closing
        while brackets != 0 {
            let bit = brackets & (0 &- brackets)
            let index = bit.trailingZeroBitCount
            if opening & bit != 0 {
                if depth < Starts.scalarCount { starts[depth] = place &+ index }
                depth &+= 1
            } else {
                depth &-= 1
                if depth == 0 { return index &+ 1 }
                if depth < Starts.scalarCount { text.note(starts[depth]..<max(starts[depth], place &+ index &+ 1)) }
            }
            brackets ^= bit
        }
        return nil
    }

    /// The bytes behind backslashes that are not escaped themselves.
    private mutating func escaped(_ backslashes: UInt64) -> UInt64 {
        let carry: UInt64 = isEscaped ? 1 : 0
        let starting = backslashes & ~carry
        let following = starting << 1 | carry
        let even: UInt64 = 0x5555_5555_5555_5555
        // Runs that begin at an odd place end at one where the parity is the other way round.
        let (runs, overflow) = (starting & ~even & ~following).addingReportingOverflow(starting)
        isEscaped = overflow
        return (even ^ runs << 1) & following
    }
}
