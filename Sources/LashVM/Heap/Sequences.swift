#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How deep values may nest (decision V5).
let maximumDepth = 512

extension Heap {
    /// An empty list or tuple with room for `capacity` values.
    @inline(__always) func makeSequence(_ kind: Tagged.Kind, capacity: Int) -> Object {
        let size = Heap.blockSize(Object.elementsOffset + capacity * 16)
        let object = Object(allocate(size))
        object.header.pointee = Object.Header(
            references: 1,
            kind: kind.rawValue,
            flags: 0,
            depth: 1,
            count: 0,
            capacity: UInt32(truncatingIfNeeded: (size - Object.elementsOffset) / 16)
        )
        return object
    }

    /// Appends an owned value to an object with room for it.
    @inline(__always) func appendWithinCapacity(_ value: Tagged, to object: Object) {
        object.elements[object.count] = value
        object.setCount(object.count &+ 1)
        if value.isObject { noteMember(value, of: object) }
    }

    /// Keeps the flags and the depth of a container right after an object went into it.
    @inline(__always) func noteMember(_ value: Tagged, of container: Object) {
        container.setFlag(ObjectFlag.holdsObjects | value.object.header.pointee.flags & ObjectFlag.holdsProjections)
        let depth = value.object.header.pointee.depth &+ 1
        if depth > container.header.pointee.depth { container.header.pointee.depth = depth }
    }

    /// Appends an owned value to the list or tuple that this slot owns alone, growing it in the slot.
    @inline(__always) func append(_ value: Tagged, to slot: SlotPointer) {
        var object = slot.pointee.object
        if object.count == object.capacity { object = growSequence(in: slot) }
        appendWithinCapacity(value, to: object)
    }

    /// Makes room for `more` values in the list or tuple that this slot owns alone.
    func reserve(_ more: Int, in slot: SlotPointer) {
        let object = slot.pointee.object
        if object.count + more > object.capacity { _ = growSequence(in: slot, by: more) }
    }

    @inline(never) private func growSequence(in slot: SlotPointer, by more: Int = 1) -> Object {
        let object = slot.pointee.object
        let oldSize = Object.elementsOffset + object.capacity * 16
        let size = Heap.blockSize(Object.elementsOffset + max(4, object.count + more, object.count * 2) * 16)
        let grown = Object(reallocate(object.address, from: oldSize, to: size))
        grown.setCapacity((size - Object.elementsOffset) / 16)
        slot.pointee = Tagged(tag: slot.pointee.tag, bits: UInt64(UInt(bitPattern: grown.address)))
        return grown
    }

    /// A copy of part of a list or tuple that counts its references: refused where there is no room for it, and paid
    /// for piece by piece.
    func copySequence(
        _ object: Object,
        range: Range<Int>,
        kind: Tagged.Kind,
        capacity: Int
    ) throws(Failure) -> Object {
        try requireElements(max(capacity, range.count))
        let copy = makeSequence(kind, capacity: max(capacity, range.count))
        do { try appendElements(of: object, range: range, to: copy) } catch {
            release(copy)
            throw error
        }
        return copy
    }

    /// Appends part of one sequence to another with room for it, counting references. Where it is not paid for, some
    /// elements may be missing.
    func appendElements(of source: Object, range: Range<Int>, to target: Object) throws(Failure) {
        let holdsObjects = source.hasFlag(ObjectFlag.holdsObjects)
        if holdsObjects && !range.isEmpty {
            target.setFlag(ObjectFlag.holdsObjects | source.header.pointee.flags & ObjectFlag.holdsProjections)
            target.header.pointee.depth = max(target.header.pointee.depth, source.header.pointee.depth)
        }
        var first = range.lowerBound
        while first < range.upperBound {
            let count = min(Self.piece >> 4, range.upperBound &- first)
            let added = target.elements + target.count
            memcpy(added, source.elements + first, count * 16)
            if holdsObjects {
                for i in 0..<count { added[i] = owned(added[i]) }
            }
            target.setCount(target.count &+ count)
            first &+= count
            // One unit for four elements.
            try pay(count >> 2)
        }
    }

    /// The list in this slot, made its own if others see it too. A copy is paid for before it is made.
    @inline(__always) func uniqueSequence(in slot: SlotPointer) throws(Failure) -> Object {
        let value = slot.pointee
        if value.isOwnedObject && value.object.isUnique { return value.object }
        return try copySequence(in: slot)
    }

    @inline(never) private func copySequence(in slot: SlotPointer) throws(Failure) -> Object {
        let value = slot.pointee
        let object = value.object
        let copy = try copySequence(object, range: 0..<object.count, kind: value.kind, capacity: 0)
        slot.pointee = Tagged(value.kind, copy)
        release(value)
        return copy
    }
}
