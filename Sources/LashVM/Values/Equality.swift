#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

extension Heap {
    /// `==`: kinds are never mixed, numbers compare as IEEE numbers, records without regard to order.
    @inline(__always) func equal(
        _ left: UnsafePointer<Tagged>,
        _ right: UnsafePointer<Tagged>
    ) throws(Failure) -> Bool {
        let a = left.pointee, b = right.pointee
        if Tagged.areNumbers(a, b) { return a.number == b.number }
        return try equalValues(a, b)
    }

    @inline(never) func equalValues(_ a: Tagged, _ b: Tagged) throws(Failure) -> Bool {
        switch try compareShallow(a, b) {
        case .equal: return true
        case .different: return false
        case .containers:
            var walk = EqualityWalk(heap: self)
            defer { walk.finish() }
            return try walk.run(a.object, b.object)
        }
    }

    /// What can be said without going into containers.
    enum Shallow { case equal, different, containers }

    @inline(__always) func compareShallow(_ a: Tagged, _ b: Tagged) throws(Failure) -> Shallow {
        if Tagged.areNumbers(a, b) { return a.number == b.number ? .equal : .different }
        // Text has one representation per length, so strings of two representations differ.
        if a.kindByte != b.kindByte { return .different }
        if !a.isObject { return a.tag == b.tag && a.bits == b.bits ? .equal : .different }
        let left = a.object, right = b.object
        if left.count != right.count { return .different }
        if a.isString {
            if left == right { return .equal }
            return try order(left.bytes, right.bytes, left.count) == 0 ? .equal : .different
        }
        return left.count == 0 ? .equal : .containers
    }

    /// The order of two runs of bytes; pays for those that it looks at.
    @inline(__always) func order(
        _ left: UnsafePointer<UInt8>,
        _ right: UnsafePointer<UInt8>,
        _ count: Int
    ) throws(Failure) -> Int32 {
        if count <= 64 { return memcmp(left, right, count) }
        return try orderOfMany(left, right, count)
    }

    @inline(never) private func orderOfMany(
        _ left: UnsafePointer<UInt8>,
        _ right: UnsafePointer<UInt8>,
        _ count: Int
    ) throws(Failure) -> Int32 {
        for first in stride(from: 0, to: count, by: Self.piece) {
            let size = min(Self.piece, count - first)
            try pay(bytes: size)
            let order = memcmp(left + first, right + first, size)
            if order != 0 { return order }
        }
        return 0
    }
}

/// Compares containers without recursion. The first difference ends it, so whatever has been looked at is equal so far:
/// after some work, pairs of shared objects are remembered and not looked at again.
private struct EqualityWalk {
    let heap: Heap
    private var open = Stack<Level>(capacity: 16)
    private var seen: PairTable<Bool>
    private var compared = 0
    private static let remembersAfter = 10_000

    private struct Level: BitwiseCopyable {
        var left: Object
        var right: Object
        var next: Int
    }

    init(heap: Heap) {
        self.heap = heap
        seen = PairTable(heap)
    }

    mutating func finish() {
        open.deallocate()
        seen.deallocate()
    }

    mutating func run(_ left: Object, _ right: Object) throws(Failure) -> Bool {
        open.push(Level(left: left, right: right, next: 0))
        while !open.isEmpty {
            let level = open.top
            let isRecord = level.pointee.left.header.pointee.kind == Tagged.Kind.record.rawValue
            if !(try isRecord ? advanceRecord(level) : advanceSequence(level)) { return false }
        }
        return true
    }

    /// Compares until a container comes or the end. `false` is a difference.
    private mutating func advanceSequence(_ level: UnsafeMutablePointer<Level>) throws(Failure) -> Bool {
        let left = level.pointee.left, right = level.pointee.right
        let count = left.count
        var i = level.pointee.next
        while i < count {
            let a = left.elements[i], b = right.elements[i]
            i &+= 1
            try payForElement()
            switch try heap.compareShallow(a, b) {
            case .equal: continue
            case .different: return false
            case .containers:
                level.pointee.next = i
                try enter(a.object, b.object)
                return true
            }
        }
        open.truncate(to: open.count &- 1)
        return true
    }

    private mutating func advanceRecord(_ level: UnsafeMutablePointer<Level>) throws(Failure) -> Bool {
        let left = level.pointee.left, right = level.pointee.right
        let count = left.count
        let sharesKeys = left.keyTable == right.keyTable
        var i = level.pointee.next
        while i < count {
            let key = left.keyTable.keys[i]
            // Paid for as if keys were always searched: who shares keys must not show.
            try payForKey(key)
            let place = sharesKeys ? i : heap.find(key, in: right)
            if place < 0 { return false }
            let a = left.fields[i], b = right.fields[place]
            i &+= 1
            switch try heap.compareShallow(a, b) {
            case .equal: continue
            case .different: return false
            case .containers:
                level.pointee.next = i
                try enter(a.object, b.object)
                return true
            }
        }
        open.truncate(to: open.count &- 1)
        return true
    }

    private mutating func enter(_ left: Object, _ right: Object) throws(Failure) {
        if compared > Self.remembersAfter && !left.isUnique && !right.isUnique {
            if seen.find(left, right) != nil { return }
            try seen.remember(true, of: left, right)
        }
        open.push(Level(left: left, right: right, next: 0))
    }

    /// A unit for four elements.
    @inline(__always) private mutating func payForElement() throws(Failure) {
        compared &+= 1
        if compared & 3 == 0 { try heap.pay(1) }
    }

    private mutating func payForKey(_ key: Object) throws(Failure) {
        try payForElement()
        if key.count > 64 { try heap.pay(bytes: key.count) }
    }
}
