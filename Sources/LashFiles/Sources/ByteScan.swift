#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Sixteen bytes at a time. All ones where a comparison holds.
typealias Vector = SIMD16<UInt8>

extension SIMD16<UInt8> {
    @inline(__always) init(_ bytes: UnsafePointer<UInt8>) {
        self = UnsafeRawPointer(bytes).loadUnaligned(as: Vector.self)
    }

    @inline(__always) static func equal(_ a: Vector, _ b: Vector) -> Vector {
        unsafeBitCast(a .== b, to: Vector.self)
    }

    @inline(__always) var isZero: Bool {
        let halves = unsafeBitCast(self, to: SIMD2<UInt64>.self)
        return halves[0] | halves[1] == 0
    }

    /// A bit for every byte, where each byte is all ones or zero.
    @inline(__always) var bits: UInt64 {
        let weights = Vector(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128)
        let halves = unsafeBitCast(self & weights, to: SIMD2<UInt64>.self)
        // The multiplication adds eight bytes up in the highest one.
        let ones: UInt64 = 0x0101_0101_0101_0101
        return ((halves[0] &* ones) >> 56) | ((halves[1] &* ones) >> 56) << 8
    }

    /// The sum of all bytes.
    @inline(__always) var sum: Int {
        let halves = unsafeBitCast(self, to: SIMD2<UInt64>.self)
        let pairs: UInt64 = 0x00FF_00FF_00FF_00FF
        let words =
            (halves[0] & pairs) &+ ((halves[0] >> 8) & pairs) &+ (halves[1] & pairs) &+ ((halves[1] >> 8) & pairs)
        return Int((words &* 0x0001_0001_0001_0001) >> 48)
    }
}

/// Sixty-four bytes at a time, as a bit for each.
struct Block {
    private let a: Vector, b: Vector, c: Vector, d: Vector

    @inline(__always) init(_ bytes: UnsafePointer<UInt8>) {
        (a, b, c, d) = (Vector(bytes), Vector(bytes + 16), Vector(bytes + 32), Vector(bytes + 48))
    }

    @inline(__always) private init(_ a: Vector, _ b: Vector, _ c: Vector, _ d: Vector) {
        (self.a, self.b, self.c, self.d) = (a, b, c, d)
    }

    /// The block with a bit set in each byte.
    @inline(__always) func setting(_ bit: UInt8) -> Block {
        let bit = Vector(repeating: bit)
        return Block(a | bit, b | bit, c | bit, d | bit)
    }

    @inline(__always) var isASCII: Bool { ((a | b | c | d) & Vector(repeating: 0x80)).isZero }

    @inline(__always) func contains(_ byte: UInt8) -> Bool {
        let wanted = Vector(repeating: byte)
        return !(Vector.equal(a, wanted) | .equal(b, wanted) | .equal(c, wanted) | .equal(d, wanted)).isZero
    }

    /// Where a byte stands.
    @inline(__always) func positions(of byte: UInt8) -> UInt64 {
        let wanted = Vector(repeating: byte)
        return Vector.equal(a, wanted).bits | Vector.equal(b, wanted).bits << 16
            | Vector.equal(c, wanted).bits << 32 | Vector.equal(d, wanted).bits << 48
    }

    /// Where both this block has the one byte and another block the other.
    @inline(__always) func matches(_ byte: UInt8, _ other: Block, _ otherByte: UInt8) -> BlockMatches {
        let x = Vector(repeating: byte), y = Vector(repeating: otherByte)
        return BlockMatches(
            a: .equal(a, x) & .equal(other.a, y),
            b: .equal(b, x) & .equal(other.b, y),
            c: .equal(c, x) & .equal(other.c, y),
            d: .equal(d, x) & .equal(other.d, y)
        )
    }
}

/// Bytes of a block that match, as bits only if somebody wants them: most often there are none.
struct BlockMatches {
    let a: Vector, b: Vector, c: Vector, d: Vector

    @inline(__always) var isEmpty: Bool { (a | b | c | d).isZero }

    /// Those where another block has a byte.
    @inline(__always) func refined(_ block: Block, _ byte: UInt8) -> BlockMatches {
        let matches = block.matches(byte, block, byte)
        return BlockMatches(a: a & matches.a, b: b & matches.b, c: c & matches.c, d: d & matches.d)
    }

    @inline(__always) var bits: UInt64 { a.bits | b.bits << 16 | c.bits << 32 | d.bits << 48 }
}

extension Bytes {
    /// Where a byte first stands from an offset on.
    @inline(__always) func firstIndex(of byte: UInt8, from first: Int = 0) -> Int? {
        guard first < count, let found = memchr(start + first, Int32(byte), count &- first) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(start)
    }

    /// Where a byte last stands.
    func lastIndex(of byte: UInt8) -> Int? {
        var i = count
        while i > 0 {
            i &-= 1
            if start[i] == byte { return i }
        }
        return nil
    }

    /// How often a byte occurs.
    func occurrences(of byte: UInt8) -> Int {
        let wanted = Vector(repeating: byte)
        return tally({ .equal($0, wanted) }, { $0 == byte })
    }

    /// How many code points begin in bytes that are UTF-8.
    var codePoints: Int {
        var ascii = 0
        while ascii &+ 64 <= count, Block(start + ascii).isASCII { ascii &+= 64 }
        // Bytes that go on with a code point are 10xxxxxx.
        let mask = Vector(repeating: 0xC0), pattern = Vector(repeating: 0x80)
        return count &- dropFirst(ascii).tally({ .equal($0 & mask, pattern) }, { $0 & 0xC0 == 0x80 })
    }

    /// Where the code point begins that so many others lie in front of; `nil` if there are not so many bytes.
    func offset(ofCodePoint wanted: Int) -> Int? {
        var left = wanted
        var at = 0
        while count &- at > 256 {
            let piece = Bytes(start: start + at, count: 256).codePoints
            if piece > left { break }
            left &-= piece
            at &+= 256
        }
        while at < count {
            if start[at] & 0xC0 != 0x80 {
                if left == 0 { return at }
                left &-= 1
            }
            at &+= 1
        }
        return left == 0 ? count : nil
    }

    @inline(__always) private func tally(_ vector: (Vector) -> Vector, _ byte: (UInt8) -> Bool) -> Int {
        var total = 0
        var i = 0
        while i &+ 64 <= count {
            // A lane counts to 255: sixty rounds of four.
            let stop = min(count &- 63, i &+ 64 &* 60)
            var lanes = Vector()
            while i < stop {
                let bytes = start + i
                lanes &-= vector(Vector(bytes))
                lanes &-= vector(Vector(bytes + 16))
                lanes &-= vector(Vector(bytes + 32))
                lanes &-= vector(Vector(bytes + 48))
                i &+= 64
            }
            total &+= lanes.sum
        }
        while i < count {
            if byte(start[i]) { total &+= 1 }
            i &+= 1
        }
        return total
    }
}
