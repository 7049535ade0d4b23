import LashLinker

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A value by what it is sorted by: a number that is in the same order, and where the value stands.
struct SortEntry: BitwiseCopyable {
    var key: UInt64
    var index: Int
}

/// Finds the order of values: all of one kind, null, bool, number or text. Stable.
///
/// Everything is sorted by 64-bit keys, digit by digit. Numbers are such keys, with -0 where 0 is and NaN at the end in
/// both directions. Text is sorted by its first eight bytes, and what is equal by the next eight.
struct Sorter {
    private let heap: Heap
    private let values: UnsafePointer<Tagged>
    private let count: Int
    private let isDescending: Bool
    private let isText: Bool
    /// The entries in order, once sorted.
    private(set) var entries: UnsafeMutablePointer<SortEntry>
    private var spare: UnsafeMutablePointer<SortEntry>
    private let histograms: UnsafeMutablePointer<UInt32>

    /// Up to here, entries are inserted one by one.
    private static let fewEntries = 24
    /// Text that is equal so far is compared as a whole from here on.
    private static let longestPrefix = 128
    private static let digits = 8

    /// Fails for values that cannot be compared, in the words of a builtin, and where there is no room.
    init(
        _ values: UnsafePointer<Tagged>,
        _ count: Int,
        _ builtin: Builtin,
        isDescending: Bool,
        heap: Heap
    ) throws(Failure) {
        try heap.checkComparable(values, count, builtin)
        let bytes = Self.bytes(count)
        try heap.require(bytes)
        heap.takeLarge(bytes)
        self.heap = heap
        self.values = values
        self.count = count
        self.isDescending = isDescending
        isText = count > 0 && values[0].isString
        entries = .allocate(capacity: max(1, count))
        spare = .allocate(capacity: max(1, count))
        histograms = .allocate(capacity: Self.digits * 256)
    }

    private static func bytes(_ count: Int) -> Int { 2 * 16 * count }

    func deallocate() {
        heap.giveBackLarge(Self.bytes(count))
        entries.deallocate()
        spare.deallocate()
        histograms.deallocate()
    }

    mutating func sort() throws(Failure) {
        for first in stride(from: 0, to: count, by: Heap.piece) {
            let end = min(count, first + Heap.piece)
            for i in first..<end { entries[i] = SortEntry(key: isText ? prefix(i, from: 0) : scalarKey(i), index: i) }
            try heap.pay(end - first)
        }
        if try isSorted() { return }
        if isText { try sortTexts() } else { try sortRange(0, count) }
    }

    // MARK: Keys

    private func scalarKey(_ i: Int) -> UInt64 {
        let value = values[i]
        var key: UInt64 = 0
        if value.isNumber {
            let number = value.number
            if number != number { return .max }
            let bits = number == 0 ? 0 : number.bitPattern
            key = bits >> 63 == 0 ? bits | 1 << 63 : ~bits
        } else if value.isBool {
            key = value.bool ? 1 : 0
        }
        return isDescending ? ~key : key
    }

    /// Eight bytes of a text, zeros where it has ended.
    private func prefix(_ i: Int, from offset: Int) -> UInt64 {
        let value = values[i]
        var bytes: UInt64 = 0
        if value.isShortString && offset == 0 {
            bytes = (value.tag >> 16 | value.bits << 48).byteSwapped
        } else {
            let text = TextView(values + i)
            if offset &+ 8 <= text.count {
                let raw = UnsafeRawPointer(text.start + offset)
                bytes = UInt64(bigEndian: raw.loadUnaligned(as: UInt64.self))
            } else {
                var at = offset
                while at < offset &+ 8 {
                    bytes = bytes << 8 | (at < text.count ? UInt64(text.start[at]) : 0)
                    at &+= 1
                }
            }
        }
        return isDescending ? ~bytes : bytes
    }

    private func textCount(_ i: Int) -> Int {
        let value = values[i]
        return value.isShortString ? value.shortCount : value.object.count
    }

    // MARK: Comparing

    /// Whether one entry comes after another by their keys and, for texts, by what follows the first `offset` bytes.
    @inline(__always) private func isAfter(
        _ left: SortEntry,
        _ right: SortEntry,
        _ offset: Int
    ) throws(Failure) -> Bool {
        if left.key != right.key { return left.key > right.key }
        return isText ? try isTextAfter(left.index, right.index, offset) : false
    }

    @inline(never) private func isTextAfter(_ left: Int, _ right: Int, _ offset: Int) throws(Failure) -> Bool {
        let a = TextView(values + left), b = TextView(values + right)
        let common = min(a.count, b.count) &- offset
        var order: Int32 = 0
        if common > 0 { order = try heap.order(a.start + offset, b.start + offset, common) }
        if order == 0 { return isDescending ? a.count < b.count : a.count > b.count }
        return isDescending ? order < 0 : order > 0
    }

    /// Whether everything is in order already, or was strictly the other way round and has been turned.
    private func isSorted() throws(Failure) -> Bool {
        var isRising = true, isFalling = true
        var i = 1
        while i < count, isRising || isFalling {
            if i & 0xFFF == 0 { try heap.pay(0x400) }
            let after = try isAfter(entries[i &- 1], entries[i], 0)
            if after { isRising = false }
            if isFalling && !after { isFalling = false }
            i &+= 1
        }
        if isRising { return true }
        guard isFalling else { return false }
        var low = 0, high = count &- 1
        while low < high {
            (entries[low], entries[high]) = (entries[high], entries[low])
            low &+= 1
            high &-= 1
        }
        return true
    }

    // MARK: Sorting

    /// Sorts entries by their keys.
    private func sortRange(_ start: Int, _ count: Int) throws(Failure) {
        if count <= Self.fewEntries {
            try insertionSort(start, count, 8)
        } else {
            try radixSort(entries + start, spare + start, count)
        }
    }

    private func insertionSort(_ start: Int, _ count: Int, _ offset: Int) throws(Failure) {
        try heap.pay(count)
        let range = entries + start
        var i = 1
        while i < count {
            let entry = range[i]
            var j = i
            while j > 0, try isAfter(range[j &- 1], entry, offset) {
                range[j] = range[j &- 1]
                j &-= 1
            }
            range[j] = entry
            i &+= 1
        }
    }

    /// From the last digit to the first; digits that are the same everywhere are left out.
    private func radixSort(
        _ range: UnsafeMutablePointer<SortEntry>,
        _ other: UnsafeMutablePointer<SortEntry>,
        _ count: Int
    ) throws(Failure) {
        histograms.initialize(repeating: 0, count: Self.digits * 256)
        for first in stride(from: 0, to: count, by: Heap.piece) {
            let end = min(count, first + Heap.piece)
            try heap.pay((end - first) >> 1)
            var i = first
            while i < end {
                var key = range[i].key
                var digit = histograms
                for _ in 0..<Self.digits {
                    digit[Int(truncatingIfNeeded: key & 0xFF)] &+= 1
                    key >>= 8
                    digit += 256
                }
                i &+= 1
            }
        }
        var source = range, target = other
        for digit in 0..<Self.digits {
            let shift = UInt64(truncatingIfNeeded: digit &* 8)
            let counts = histograms + digit &* 256
            if Int(counts[Int(truncatingIfNeeded: source[0].key >> shift & 0xFF)]) == count { continue }
            var sum: UInt32 = 0
            for i in 0..<256 { (counts[i], sum) = (sum, sum &+ counts[i]) }
            for first in stride(from: 0, to: count, by: Heap.piece) {
                let end = min(count, first + Heap.piece)
                try heap.pay((end - first) >> 1)
                var i = first
                while i < end {
                    let entry = source[i]
                    let place = counts + Int(truncatingIfNeeded: entry.key >> shift & 0xFF)
                    target[Int(place.pointee)] = entry
                    place.pointee &+= 1
                    i &+= 1
                }
            }
            swap(&source, &target)
        }
        if source != range { memcpy(range, source, count &* MemoryLayout<SortEntry>.stride) }
    }

    // MARK: Text

    /// Entries whose texts are equal before `offset`, with the bytes from there as their keys.
    private struct Run: BitwiseCopyable {
        var start: Int
        var count: Int
        var offset: Int
    }

    private func sortTexts() throws(Failure) {
        var open = Stack<Run>(capacity: 16)
        defer { open.deallocate() }
        open.push(Run(start: 0, count: count, offset: 0))
        while !open.isEmpty {
            let run = open.pop()
            if run.count <= Self.fewEntries {
                try insertionSort(run.start, run.count, run.offset &+ 8)
                continue
            }
            try radixSort(entries + run.start, spare + run.start, run.count)
            var start = run.start
            let end = run.start &+ run.count
            while start < end {
                let key = entries[start].key
                var next = start &+ 1
                var longest = textCount(entries[start].index)
                while next < end, entries[next].key == key {
                    longest = max(longest, textCount(entries[next].index))
                    next &+= 1
                }
                let inner = Run(start: start, count: next &- start, offset: run.offset &+ 8)
                start = next
                if inner.count < 2 { continue }
                try heap.pay(inner.count)
                if inner.count <= Self.fewEntries || longest <= inner.offset || inner.offset >= Self.longestPrefix {
                    try mergeSort(inner)
                } else {
                    for i in inner.start..<inner.start &+ inner.count {
                        entries[i].key = prefix(entries[i].index, from: inner.offset)
                    }
                    open.push(inner)
                }
            }
        }
    }

    /// Sorts texts by comparing them, for those whose keys tell nothing.
    private func mergeSort(_ run: Run) throws(Failure) {
        var first = 0
        while first < run.count {
            let count = min(Self.fewEntries, run.count &- first)
            try insertionSort(run.start &+ first, count, run.offset)
            first &+= count
        }
        var source = entries + run.start, target = spare + run.start
        var width = Self.fewEntries
        while width < run.count {
            var start = 0
            while start < run.count {
                let middle = min(start &+ width, run.count), end = min(start &+ 2 &* width, run.count)
                var left = start, right = middle, at = start
                try heap.pay(min(end &- start, Heap.piece))
                while at < end {
                    if at & 0xFFF == 0 { try heap.pay(0x1000) }
                    var takesRight = left == middle
                    if !takesRight, right < end { takesRight = try isAfter(source[left], source[right], run.offset) }
                    target[at] = takesRight ? source[right] : source[left]
                    if takesRight { right &+= 1 } else { left &+= 1 }
                    at &+= 1
                }
                start = end
            }
            swap(&source, &target)
            width &*= 2
        }
        if source != entries + run.start { memcpy(entries + run.start, source, run.count &* 16) }
    }
}

// MARK: - What can be compared

extension Heap {
    /// Fails unless all values are of one kind that has an order, and says which one is not.
    func checkComparable(_ values: UnsafePointer<Tagged>, _ count: Int, _ builtin: Builtin) throws(Failure) {
        guard count > 0 else { return }
        let first = values[0]
        let isText = first.isString
        let isOrdered = isText || first.isNumber || first.isBool || first.isNull
        var i = 0
        while i < count {
            if i & 0xFFF == 0xFFF { try pay(0x200) }
            let value = values[i]
            let fits = isText ? value.isString : isOrdered && value.kindByte == first.kindByte
            if !fits { throw .notComparable(builtin, i, value, first) }
            i &+= 1
        }
    }

    /// Whether one value comes before another of the same kind; NaN comes last.
    func precedes(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) throws(Failure) -> Bool {
        let a = left.pointee, b = right.pointee
        if a.isNumber { return a.number < b.number || b.number != b.number && a.number == a.number }
        if a.isBool { return !a.bool && b.bool }
        guard a.isString else { return false }
        let x = TextView(left), y = TextView(right)
        let order = try order(x.start, y.start, min(x.count, y.count))
        return order < 0 || order == 0 && x.count < y.count
    }
}
