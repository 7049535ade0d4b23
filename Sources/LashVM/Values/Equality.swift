extension Heap {
    /// `==`: kinds are never mixed, numbers compare as IEEE numbers, records without regard to order.
    @inline(__always) func equal(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) -> Bool {
        let a = left.pointee, b = right.pointee
        if Tagged.areNumbers(a, b) { return a.number == b.number }
        return equalValues(a, b)
    }

    @inline(never) func equalValues(_ a: Tagged, _ b: Tagged) -> Bool {
        switch Self.compareShallow(a, b) {
        case .equal: return true
        case .different: return false
        case .containers:
            var walk = EqualityWalk(heap: self)
            defer { walk.finish() }
            return walk.run(a.object, b.object)
        }
    }

    /// What can be said without going into containers.
    enum Shallow { case equal, different, containers }

    @inline(__always) static func compareShallow(_ a: Tagged, _ b: Tagged) -> Shallow {
        if Tagged.areNumbers(a, b) { return a.number == b.number ? .equal : .different }
        // Text has one representation per length, so strings of two representations differ.
        if a.kindByte != b.kindByte { return .different }
        if !a.isObject { return a.tag == b.tag && a.bits == b.bits ? .equal : .different }
        let left = a.object, right = b.object
        if left.count != right.count { return .different }
        if a.isString {
            if left == right { return .equal }
            return TextView(start: left.bytes, count: left.count, isASCII: false)
                .equals(TextView(start: right.bytes, count: right.count, isASCII: false)) ? .equal : .different
        }
        return left.count == 0 ? .equal : .containers
    }
}

/// Compares containers without recursion. The first difference ends it, so whatever has been looked at is equal so far:
/// after some work, pairs of shared objects are remembered and not looked at again.
private struct EqualityWalk {
    let heap: Heap
    private var open = Stack<Level>(capacity: 16)
    private var seen: Set<Pair> = []
    private var compared = 0
    private static let remembersAfter = 10_000

    private struct Level: BitwiseCopyable {
        var left: Object
        var right: Object
        var next: Int
    }

    private struct Pair: Hashable {
        var left: Object
        var right: Object
    }

    init(heap: Heap) { self.heap = heap }

    mutating func finish() {
        open.deallocate()
        heap.storage.pointee.work &+= compared >> 2
    }

    mutating func run(_ left: Object, _ right: Object) -> Bool {
        open.push(Level(left: left, right: right, next: 0))
        while !open.isEmpty {
            let level = open.top
            let isRecord = level.pointee.left.header.pointee.kind == Tagged.Kind.record.rawValue
            if !(isRecord ? advanceRecord(level) : advanceSequence(level)) { return false }
        }
        return true
    }

    /// Compares until a container comes or the end. `false` is a difference.
    private mutating func advanceSequence(_ level: UnsafeMutablePointer<Level>) -> Bool {
        let left = level.pointee.left, right = level.pointee.right
        let count = left.count
        var i = level.pointee.next
        while i < count {
            let a = left.elements[i], b = right.elements[i]
            i &+= 1
            compared &+= 1
            switch Heap.compareShallow(a, b) {
            case .equal: continue
            case .different: return false
            case .containers:
                level.pointee.next = i
                enter(a.object, b.object)
                return true
            }
        }
        open.truncate(to: open.count &- 1)
        return true
    }

    private mutating func advanceRecord(_ level: UnsafeMutablePointer<Level>) -> Bool {
        let left = level.pointee.left, right = level.pointee.right
        let count = left.count
        let sharesKeys = left.keyTable == right.keyTable
        var i = level.pointee.next
        while i < count {
            let place = sharesKeys ? i : heap.find(left.keyTable.keys[i], in: right)
            if place < 0 { return false }
            let a = left.fields[i], b = right.fields[place]
            i &+= 1
            compared &+= 1
            switch Heap.compareShallow(a, b) {
            case .equal: continue
            case .different: return false
            case .containers:
                level.pointee.next = i
                enter(a.object, b.object)
                return true
            }
        }
        open.truncate(to: open.count &- 1)
        return true
    }

    private mutating func enter(_ left: Object, _ right: Object) {
        if compared > Self.remembersAfter && !left.isUnique && !right.isUnique {
            if !seen.insert(Pair(left: left, right: right)).inserted { return }
        }
        open.push(Level(left: left, right: right, next: 0))
    }
}
