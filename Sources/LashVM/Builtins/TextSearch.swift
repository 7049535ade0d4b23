#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The search for one text in others: linear in time, whatever the texts, and constant in memory.
///
/// Goes from one occurrence of the first byte to the next. Where that compares too much in vain, as in `aaaa…`, it goes
/// on with the two-way algorithm of Crochemore and Perrin. A search pays for the bytes that it passes.
struct TextSearch {
    private let heap: Heap
    private let part: TextView
    private var twoWay: TwoWay?

    init(for part: TextView, heap: Heap) {
        self.heap = heap
        self.part = part
    }

    /// Where the part first stands in a text, from a byte on; -1 where it does not.
    mutating func first(in whole: TextView, from first: Int = 0) throws(Failure) -> Int {
        if part.count == 0 { return first <= whole.count ? first : -1 }
        // Where the part can begin.
        let end = whole.count &- part.count &+ 1
        var at = first
        var paid = first
        var wasted = 0
        let lead = Int32(part.start[0])
        let head = min(part.count, 64)
        while at < end {
            if at &- paid >= Heap.piece {
                try heap.pay(bytes: Heap.piece)
                paid &+= Heap.piece
            }
            let window = min(end &- at, Heap.piece)
            guard let found = memchr(whole.start + at, lead, window) else {
                at &+= window
                continue
            }
            let offset = UnsafeRawPointer(found) - UnsafeRawPointer(whole.start)
            wasted &+= head
            if memcmp(found, part.start, head) == 0 {
                if memcmp(found + head, part.start + head, part.count &- head) == 0 {
                    try heap.pay(bytes: offset &- paid)
                    return offset
                }
                wasted &+= part.count
            }
            at = offset &+ 1
            if wasted > 4096 &+ 8 &* (at &- first) { return try goOn(in: whole, from: at, paid: paid) }
        }
        try heap.pay(bytes: max(0, at &- paid))
        return -1
    }

    @inline(never) private mutating func goOn(in whole: TextView, from at: Int, paid: Int) throws(Failure) -> Int {
        try heap.pay(bytes: at - paid)
        if let twoWay { return try twoWay.first(in: whole, from: at) }
        let made = try TwoWay(part, heap)
        twoWay = made
        return try made.first(in: whole, from: at)
    }
}

/// The two-way algorithm: the part is cut in two at a place such that a mismatch in the right half, which is compared
/// first, allows a step as long as what matched.
private struct TwoWay {
    private let heap: Heap
    private let part: TextView
    /// Bytes of the left half.
    private let cut: Int
    /// How far to go on after a match of the right half, and how much of the part still matches then.
    private let period: Int
    private let kept: Int
    /// How far the last occurrence of a byte in the part is from its end.
    private let shifts: [Int]

    init(_ part: TextView, _ heap: Heap) throws(Failure) {
        self.heap = heap
        self.part = part
        try heap.pay(bytes: part.count)
        var shifts = [Int](repeating: part.count, count: 256)
        for i in 0..<part.count { shifts[Int(part.start[i])] = part.count - 1 - i }
        self.shifts = shifts
        let forward = try Self.maximalSuffix(part, heap, reversed: false)
        let backward = try Self.maximalSuffix(part, heap, reversed: true)
        let (cut, period) = forward.cut > backward.cut ? forward : backward
        self.cut = cut
        // Whether the whole part has the period of its right half.
        if cut + period <= part.count && memcmp(part.start, part.start + period, cut) == 0 {
            self.period = period
            kept = part.count - period
        } else {
            self.period = max(cut, part.count - cut) + 1
            kept = 0
        }
    }

    /// Where the suffix begins that is the greatest of all, in the order of bytes or in the reversed one, and its period.
    private static func maximalSuffix(
        _ part: TextView,
        _ heap: Heap,
        reversed: Bool
    ) throws(Failure) -> (cut: Int, period: Int) {
        var start = -1
        var candidate = 0
        var offset = 1
        var period = 1
        var steps = 0
        while candidate &+ offset < part.count {
            steps &+= 1
            if steps & 0xFFFF == 0 { try heap.look() }
            let a = part.start[start &+ offset], b = part.start[candidate &+ offset]
            if a == b {
                if offset == period {
                    candidate &+= period
                    offset = 1
                } else {
                    offset &+= 1
                }
            } else if reversed ? a < b : a > b {
                candidate &+= offset
                offset = 1
                period = candidate &- start
            } else {
                start = candidate
                candidate &+= 1
                offset = 1
                period = 1
            }
        }
        return (start + 1, period)
    }

    func first(in whole: TextView, from first: Int) throws(Failure) -> Int {
        let count = part.count
        var at = first
        var paid = first
        var matched = 0
        while whole.count &- at >= count {
            while at &- paid >= Heap.piece {
                try heap.pay(bytes: Heap.piece)
                paid &+= Heap.piece
            }
            // The last byte tells most: where it does not fit, it says how far to go.
            let shift = shifts[Int(whole.start[at &+ count &- 1])]
            if shift > 0 {
                at &+= max(shift, matched)
                matched = 0
                continue
            }
            var i = max(cut, matched)
            while i < count, part.start[i] == whole.start[at &+ i] { i &+= 1 }
            if i < count {
                at &+= i &- cut &+ 1
                matched = 0
                continue
            }
            i = cut
            while i > matched, part.start[i &- 1] == whole.start[at &+ i &- 1] { i &-= 1 }
            if i <= matched {
                try heap.pay(bytes: at - paid)
                return at
            }
            at &+= period
            matched = kept
        }
        try heap.pay(bytes: max(0, min(at, whole.count) - paid))
        return -1
    }
}
