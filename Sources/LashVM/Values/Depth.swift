// How deep values nest. The depth in a header is an upper bound: it grows with what goes in and does not shrink when
// that leaves again. Only where the bound is too large is the depth counted, and the bounds corrected.
extension Heap {
    /// Fails if a container that was just filled nests too deep.
    @inline(__always) func checkDepth(_ object: Object) throws(Failure) {
        if object.depth > maximumDepth, try exactDepth(object) > maximumDepth { throw .tooDeep }
    }

    /// Fails if a value may not go into the last of `steps` containers that hold each other.
    @inline(__always) func checkNesting(of value: Tagged, below steps: Int) throws(Failure) {
        if value.isObject && value.object.depth &+ steps > maximumDepth {
            try checkDeepNesting(of: value, below: steps)
        }
    }

    @inline(never) private func checkDeepNesting(of value: Tagged, below steps: Int) throws(Failure) {
        if try exactDepth(value.object) + steps > maximumDepth { throw .tooDeep }
    }

    /// Keeps the bound of a container when something that nests `depth` deep, container included, went into it.
    @inline(__always) func noteDepth(_ container: Object, atLeast depth: Int) {
        if depth > container.depth { container.header.pointee.depth = UInt16(truncatingIfNeeded: depth) }
    }

    /// How deep a value really nests; corrects the bounds of all that is in it.
    @inline(never) func exactDepth(_ root: Object) throws(Failure) -> Int {
        guard Self.mayNest(root) else { return Self.leafDepth(root) }
        var open = Stack<(object: Object, next: Int, inner: Int)>(capacity: 64)
        var known = PairTable<Int>(self)
        defer {
            open.deallocate()
            known.deallocate()
        }
        open.push((root, 0, 0))
        var result = 0
        while !open.isEmpty {
            let level = open.top
            let object = level.pointee.object
            let isRecord = object.header.pointee.kind == Tagged.Kind.record.rawValue
            let members = isRecord ? object.fields : object.elements
            var i = level.pointee.next
            var inner = level.pointee.inner
            var entered: Object?
            while i < object.count && entered == nil {
                let member = members[i]
                i &+= 1
                guard member.isObject else { continue }
                let child = member.object
                if !Self.mayNest(child) {
                    inner = max(inner, Self.leafDepth(child))
                } else if let depth = known.find(child) {
                    inner = max(inner, depth)
                } else {
                    entered = child
                }
            }
            try pay((i &- level.pointee.next + 3) >> 2)
            level.pointee.next = i
            level.pointee.inner = inner
            if let entered {
                open.push((entered, 0, 0))
                continue
            }
            let depth = inner + 1
            object.header.pointee.depth = UInt16(truncatingIfNeeded: min(depth, Int(UInt16.max)))
            if !object.isUnique { try known.remember(depth, of: object) }
            open.truncate(to: open.count &- 1)
            if open.isEmpty {
                result = depth
            } else {
                open.top.pointee.inner = max(open.top.pointee.inner, depth)
            }
        }
        return result
    }

    /// Whether an object has to be looked into. The depth of what is frozen is exact.
    @inline(__always) private static func mayNest(_ object: Object) -> Bool {
        object.hasFlag(ObjectFlag.holdsObjects) && object.header.pointee.kind >= Tagged.Kind.list.rawValue
            && !object.isImmortal
    }

    /// The depth of an object that holds no containers: strings and what hosts hand over do not count.
    @inline(__always) private static func leafDepth(_ object: Object) -> Int { object.depth }
}
