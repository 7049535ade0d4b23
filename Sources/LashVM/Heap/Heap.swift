#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The memory of one session, or of one frozen value: allocation, accounting, and the release of objects.
///
/// A heap belongs to one thread at a time; counts are not atomic. Values are trees, so counting references is complete.
/// Small blocks come from size classes of sixteen bytes in chunks; a build with `LASH_CHECKED` takes each from malloc,
/// so that the address sanitizer sees them.
///
/// A handle: copies mean the same heap. Whoever makes it frees it.
struct Heap {
    let storage: UnsafeMutablePointer<Storage>

    struct Storage {
        /// Free lists by size class, linked through the first word.
        var freeLists: UnsafeMutablePointer<UnsafeMutableRawPointer?>
        var chunks = ChunkList()
        /// How many more bytes may be live: below zero, the run ends at the next look. Every change of what is live is a
        /// change of this, so that an allocation is checked by the sign of a sum that is made anyway.
        var freeBytes = Int.max
        /// What live objects, and what belongs to them, may take.
        var memoryLimit = Int.max
        /// The part of the live bytes that does not lie in chunks.
        var largeBytes = 0
        /// The most live bytes seen where they are looked at: when a chunk or a large block is taken, and at every look.
        var peakBytes = 0
        var liveObjects = 0
        /// Fuel that is left of the slice; below zero it is time for a look. See `Fuel.swift`.
        var fuel = Int.max
        /// The fuel that the slice began with.
        var grantedFuel = Int.max
        /// What the run at hand may use; nothing is limited where there is none.
        var meter: MeterPointer?
        /// The seed of all hashes, at hand without a look whether it was made.
        let hashSeed = KeyHash.seed
        /// The sealed, empty key table of empty records, once there was one.
        var emptyKeys: Object?
        /// The sealed key tables of result wrappers, once there was one.
        var valueKeys: Object?
        var errorKeys: Object?
        /// Where the release of nested objects goes on; used while releasing.
        var releasing = Stack<Release>(capacity: 8)
        /// Text under construction.
        var scratch = TextBuffer()
        /// Code-point indexes of long strings that are not ASCII.
        var stringIndexes: [UnsafeMutableRawPointer: CodePointIndex] = [:]
        /// Those of frozen strings, for the time of one run.
        var frozenIndexes: [UnsafeMutableRawPointer: CodePointIndex] = [:]
        /// Whether a handle was ever made here: until then there is nothing to await.
        var mayHoldHandles = false
        /// What the run at hand asks of projections, once it does.
        var reader: ProjectionReader?
    }

    static let smallLimit = 512

    /// Bytes of live objects, in block sizes, and of what belongs to them.
    var liveBytes: Int { storage.pointee.memoryLimit &- storage.pointee.freeBytes }

    /// Sets what may be live from now on.
    func limitMemory(to bytes: Int) {
        let live = liveBytes
        storage.pointee.memoryLimit = bytes
        storage.pointee.freeBytes = bytes &- live
    }

    @inline(__always) func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        storage.pointee.liveObjects &+= 1
        #if !LASH_CHECKED
        if size <= Self.smallLimit {
            let sizeClass = (size &+ 15) >> 4
            take(sizeClass << 4)
            let head = storage.pointee.freeLists + sizeClass
            if let block = head.pointee {
                head.pointee = block.load(as: UnsafeMutableRawPointer?.self)
                return block
            }
            return allocateFromChunk(sizeClass << 4)
        }
        #endif
        return allocateLarge(size)
    }

    /// Counts bytes as live.
    @inline(__always) func take(_ bytes: Int) {
        storage.pointee.freeBytes &-= bytes
        if _slowPath(storage.pointee.freeBytes < 0) { demandLook() }
    }

    /// Counts bytes as live that do not lie in chunks.
    func takeLarge(_ bytes: Int) {
        storage.pointee.largeBytes &+= bytes
        take(bytes)
        notePeak()
    }

    @inline(__always) func giveBackLarge(_ bytes: Int) {
        storage.pointee.largeBytes &-= bytes
        storage.pointee.freeBytes &+= bytes
    }

    @inline(never) private func allocateLarge(_ size: Int) -> UnsafeMutableRawPointer {
        takeLarge(Self.blockSize(size))
        if isScattered { demandLook() }
        return SystemMemory.allocate(Self.blockSize(size))
    }

    @inline(never) private func allocateFromChunk(_ size: Int) -> UnsafeMutableRawPointer {
        if let block = storage.pointee.chunks.carve(size) { return block }
        notePeak()
        let smallBytes = liveBytes &- storage.pointee.largeBytes
        if storage.pointee.chunks.isWorthSweeping(liveBytes: smallBytes) {
            storage.pointee.chunks.sweep(storage.pointee.freeLists)
        }
        let block = storage.pointee.chunks.grow(size, storage.pointee.freeLists)
        if isScattered { demandLook() }
        return block
    }

    /// Bytes taken from the system: those of chunks are not all in use.
    var residentBytes: Int { storage.pointee.chunks.bytes &+ storage.pointee.largeBytes }

    /// Whether so little of the chunks is in use that the memory is taken, although few bytes are live.
    var isScattered: Bool {
        let limit = storage.pointee.memoryLimit
        return limit != .max && residentBytes > limit &+ limit / 2 &+ ChunkList.largestChunk
    }

    @inline(__always) func deallocate(_ block: UnsafeMutableRawPointer, _ size: Int) {
        storage.pointee.liveObjects &-= 1
        #if !LASH_CHECKED
        if size <= Self.smallLimit {
            storage.pointee.freeBytes &+= Self.blockSize(size)
            let head = storage.pointee.freeLists + (size &+ 15) >> 4
            block.storeBytes(of: head.pointee, as: UnsafeMutableRawPointer?.self)
            head.pointee = block
            return
        }
        #endif
        giveBackLarge(Self.blockSize(size))
        SystemMemory.deallocate(block)
    }

    /// Grows a block in place or moves it; the object count stays.
    func reallocate(_ block: UnsafeMutableRawPointer, from oldSize: Int, to newSize: Int) -> UnsafeMutableRawPointer {
        #if !LASH_CHECKED
        if oldSize <= Self.smallLimit {
            let moved = allocate(newSize)
            memcpy(moved, block, oldSize)
            deallocate(block, oldSize)
            return moved
        }
        #endif
        takeLarge(Self.blockSize(newSize) - Self.blockSize(oldSize))
        return SystemMemory.reallocate(block, to: Self.blockSize(newSize))
    }

    /// Takes over a block from malloc as that of a large object.
    func adopt(_ size: Int) {
        assert(size > Self.smallLimit)
        storage.pointee.liveObjects &+= 1
        takeLarge(Self.blockSize(size))
    }

    /// What a request of `size` bytes really takes: callers use the slack as capacity.
    @inline(__always) static func blockSize(_ size: Int) -> Int { (size &+ 15) & ~15 }

    @inline(__always) func notePeak() {
        if liveBytes > storage.pointee.peakBytes { storage.pointee.peakBytes = liveBytes }
    }

    /// Whether `bytes` more would stay within the memory limit. Ask before taking anything large.
    @inline(__always) func admits(_ bytes: Int) -> Bool { bytes <= storage.pointee.freeBytes }
}

// MARK: - References

extension Heap {
    @inline(__always) func retain(_ value: Tagged) {
        if value.isObject { value.object.retain() }
    }

    @inline(__always) func release(_ value: Tagged) {
        if value.isOwnedObject { release(value.object) }
    }

    @inline(__always) func release(_ object: Object) {
        let references = object.header.pointee.references
        if references > 1 {
            object.header.pointee.references = references &- 1
        } else if references == 1 {
            destroy(object)
        }
    }

    /// Stores an owned value into a slot and releases what was there.
    @inline(__always) func store(_ value: Tagged, into slot: SlotPointer) {
        let old = slot.pointee
        slot.pointee = value
        if old.isOwnedObject { releaseOutOfLine(old) }
    }

    /// Releases what a slot holds, and leaves null there.
    @inline(never) func clear(_ slot: SlotPointer) {
        let old = slot.pointee
        slot.pointee = .null
        release(old)
    }

    @inline(never) func releaseOutOfLine(_ value: Tagged) { release(value.object) }

    /// A copy that owns a reference.
    @inline(__always) func owned(_ value: Tagged) -> Tagged {
        if value.isObject {
            value.object.retain()
            return Tagged(tag: value.tag & ~Tagged.borrowedBit, bits: value.bits)
        }
        return value
    }

    /// Frees an object and all that only it holds, without recursion.
    @inline(never) func destroy(_ object: Object) {
        switch object.header.pointee.kind {
        case Tagged.Kind.string.rawValue:
            destroyString(object)
        case Tagged.Kind.list.rawValue where !object.hasFlag(ObjectFlag.holdsObjects),
            Tagged.Kind.tuple.rawValue where !object.hasFlag(ObjectFlag.holdsObjects):
            deallocate(object.address, Object.elementsOffset + object.capacity * 16)
        default:
            // A walk that is under way takes this object in; it never begins inside of another.
            storage.pointee.releasing.push(Release(object))
            releaseMembers()
        }
    }

    private func destroyString(_ object: Object) {
        if object.hasFlag(ObjectFlag.hasIndex) { forgetIndex(of: object) }
        deallocate(object.address, Object.stringOffset + object.capacity)
    }

    /// An object without references whose members are being released.
    struct Release: BitwiseCopyable {
        var object: Object
        var next = 0

        init(_ object: Object) { self.object = object }
    }

    /// Goes down into what is unreferenced as well: there are never more objects on the way than values nest deep.
    private func releaseMembers() {
        while !storage.pointee.releasing.isEmpty {
            let top = storage.pointee.releasing.top
            let object = top.pointee.object
            let i = top.pointee.next
            if object.header.pointee.kind == Object.keyTableKind {
                for i in 0..<object.count { drop(object.keys[i]) }
                freeIndex(of: object)
                deallocate(object.address, Object.keysOffset + object.capacity * 8)
                storage.pointee.releasing.truncate(to: storage.pointee.releasing.count - 1)
                continue
            }
            let isRecord = object.header.pointee.kind == Tagged.Kind.record.rawValue
            let isProjection = object.header.pointee.kind == Tagged.Kind.projection.rawValue
            if isProjection && i == 0 { object.beginRelease() }
            if let next = releaseMembers(of: object, from: i, object.members) {
                storage.pointee.releasing.top.pointee.next = next.position
                storage.pointee.releasing.push(Release(next.object))
                continue
            }
            storage.pointee.releasing.truncate(to: storage.pointee.releasing.count - 1)
            if isRecord {
                let table = object.keyTable
                deallocate(object.address, Object.fieldsOffset + object.capacity * 16)
                if let table = drop(table) { storage.pointee.releasing.push(Release(table)) }
            } else if isProjection {
                deallocate(object.address, Object.projectionSize)
            } else {
                deallocate(object.address, Object.elementsOffset + object.capacity * 16)
            }
        }
    }

    /// Releases members up to one that now has to be released itself; gives it and the position after it.
    @inline(__always) private func releaseMembers(
        of object: Object,
        from first: Int,
        _ members: SlotPointer
    ) -> (object: Object, position: Int)? {
        guard object.hasFlag(ObjectFlag.holdsObjects) else { return nil }
        var i = first
        while i < object.count {
            let value = members[i]
            i &+= 1
            if value.isOwnedObject, let member = drop(value.object) { return (member, i) }
        }
        return nil
    }

    /// Takes a reference away. What that leaves without references is given back, unless it is text and freed at once.
    @discardableResult
    @inline(__always) private func drop(_ object: Object) -> Object? {
        let references = object.header.pointee.references
        if references > 1 {
            object.header.pointee.references = references &- 1
        } else if references == 1 {
            if object.header.pointee.kind != Tagged.Kind.string.rawValue { return object }
            destroyString(object)
        }
        return nil
    }
}

// MARK: - Beginning and end

extension Heap {
    /// An empty heap. Whoever makes it calls `free`.
    static func make() -> Heap {
        // The free lists lie behind the rest.
        let classes = smallLimit / 16 + 1
        let stride = MemoryLayout<Storage>.stride
        let block = SystemMemory.allocate(stride + classes * MemoryLayout<UnsafeMutableRawPointer?>.stride)
        let freeLists = (block + stride).bindMemory(to: UnsafeMutableRawPointer?.self, capacity: classes)
        freeLists.initialize(repeating: nil, count: classes)
        let storage = block.bindMemory(to: Storage.self, capacity: 1)
        storage.initialize(to: Storage(freeLists: freeLists))
        return Heap(storage: storage)
    }

    /// Frees the heap. Everything in it must have been released, unless it is frozen.
    func free() {
        // Nothing happens to it if it was frozen: then it is among the blocks of the owner.
        forEachOwnKeyTable { release($0) }
        storage.pointee.chunks.deallocate()
        storage.pointee.releasing.deallocate()
        storage.pointee.scratch.deallocate()
        storage.deinitialize(count: 1)
        SystemMemory.deallocate(storage)
    }

    /// Objects that are alive beside the heap's own key tables and their keys.
    var liveObjects: Int {
        var count = storage.pointee.liveObjects
        forEachOwnKeyTable { count -= 1 + $0.count }
        return count
    }

    /// Hands over the key tables that the heap keeps for itself.
    func forEachOwnKeyTable(_ body: (Object) -> Void) {
        if let table = storage.pointee.emptyKeys { body(table) }
        if let table = storage.pointee.valueKeys { body(table) }
        if let table = storage.pointee.errorKeys { body(table) }
    }
}

/// Owns a heap, of frozen values above all, and frees it.
final class HeapOwner {
    let heap = Heap.make()
    /// Blocks of a frozen heap that do not lie in chunks.
    var frozenBlocks: [UnsafeMutableRawPointer] = []
    var frozenIndexes: [UnsafeMutablePointer<Int32>] = []

    deinit {
        for index in frozenIndexes { index.deallocate() }
        heap.free()
        for block in frozenBlocks { SystemMemory.deallocate(block) }
    }
}
