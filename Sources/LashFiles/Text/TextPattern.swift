#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The search for one text in others.
///
/// Looks for the rarest bytes of the text at their distance, sixty-four places at a time. Where that compares too
/// much in vain, as for `aaaab` in `aaaa…`, the algorithm of Knuth, Morris and Pratt goes on, which is linear.
public struct TextPattern: Hashable, Sendable {
    let bytes: [UInt8]
    /// Where the three rarest bytes stand in the text, the rarest first.
    private let rarest: Int
    private let other: Int
    private let third: Int
    /// How many bytes still match where the next one does not, for every number of bytes that did.
    private let borders: [Int32]

    /// A text to search for.
    public init(_ text: String) { self.init(bytes: Array(text.utf8)) }

    init(bytes: [UInt8]) {
        self.bytes = bytes
        let order = bytes.indices.prefix(255).sorted { Self.frequency[Int(bytes[$0])] < Self.frequency[Int(bytes[$1])] }
        rarest = order.first ?? 0
        let other = order.first { bytes[$0] != bytes[order[0]] } ?? order.last ?? 0
        self.other = other
        third = order.first { bytes[$0] != bytes[order[0]] && bytes[$0] != bytes[other] } ?? other
        var borders = [Int32](repeating: 0, count: bytes.count + 1)
        var border = 0
        for i in bytes.indices.dropFirst() {
            while border > 0, bytes[i] != bytes[border] { border = Int(borders[border]) }
            if bytes[i] == bytes[border] { border += 1 }
            borders[i + 1] = Int32(border)
        }
        self.borders = borders
    }

    var count: Int { bytes.count }

    /// Where the text first stands in a piece, beginning at or behind one offset and before another.
    func firstMatch(in piece: Bytes, from first: Int, before end: Int) -> Int? {
        bytes.withUnsafeBufferPointer { pattern in
            guard let pattern = pattern.baseAddress else { return first < end ? first : nil }
            if count == 1 { return piece.prefix(end).firstIndex(of: pattern[0], from: first) }
            return search(pattern, in: piece, from: first, before: min(end, piece.count &- count &+ 1))
        }
    }

    private func search(
        _ pattern: UnsafePointer<UInt8>,
        in piece: Bytes,
        from first: Int,
        before end: Int
    ) -> Int? {
        let x = pattern[rarest], y = pattern[other], z = pattern[third]
        // All blocks must lie in the piece.
        let last = min(end &- 1, piece.count &- max(rarest, other, third) &- 64)
        var at = first
        var wasted = 0
        while at <= last {
            let places = piece.start + at
            let matches = Block(places + rarest).matches(x, Block(places + other), y)
                .refined(Block(places + third), z)
            if _slowPath(!matches.isEmpty) {
                var bits = matches.bits
                while bits != 0 {
                    let i = at &+ bits.trailingZeroBitCount
                    bits &= bits &- 1
                    if i >= end { return nil }
                    if memcmp(piece.start + i, pattern, count) == 0 { return i }
                    wasted &+= min(count, 64)
                }
                if wasted > 4096 &+ 4 &* (at &- first) { break }
            }
            at &+= 64
        }
        return at < end ? goOn(pattern, in: piece.prefix(end &- 1 &+ count), from: at) : nil
    }

    private func goOn(_ pattern: UnsafePointer<UInt8>, in piece: Bytes, from first: Int) -> Int? {
        var matched = 0
        var at = first
        while at &+ count &- matched <= piece.count {
            if matched == 0 {
                guard let next = piece.firstIndex(of: pattern[0], from: at) else { return nil }
                at = next &+ 1
                matched = 1
                continue
            }
            if piece[at] == pattern[matched] {
                at &+= 1
                matched &+= 1
                if matched == count { return at &- count }
            } else {
                matched = Int(borders[matched])
            }
        }
        return nil
    }

    /// How common bytes are, in prose and in data: only the order counts.
    private static let frequency: [UInt8] = {
        var table = [UInt8](repeating: 20, count: 256)
        for i in 0x80..<0xC0 { table[i] = 60 }
        let order = " etaonirshldcumfpgwybvk\n,.\"0123456789:;-_'/()xjqz[]{}=\tTASICMBPREDLNOHFWGUVKJYXQZ\r"
        for (place, byte) in order.utf8.enumerated() { table[Int(byte)] = UInt8(200 - 2 * place) }
        return table
    }()
}
