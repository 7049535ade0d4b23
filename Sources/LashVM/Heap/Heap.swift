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
/// A handle: copies mean the same heap. `HeapOwner` frees it.
struct Heap {
    let storage: UnsafeMutablePointer<Storage>

    struct Storage {
        /// Free lists by size class, linked through the first word.
        var freeLists: UnsafeMutablePointer<UnsafeMutableRawPointer?>
        var bump: UnsafeMutableRawPointer?
        var bumpEnd: UnsafeMutableRawPointer?
        var chunks: [UnsafeMutableRawPointer] = []
        /// Bytes in live objects, in block sizes.
        var liveBytes = 0
        /// The largest `liveBytes` seen where it is looked at: when a chunk or a large block is taken.
        var peakBytes = 0
        var liveObjects = 0
        /// What `liveBytes` may reach; checked before large blocks and at every slice of a run.
        var memoryLimit = Int.max
        /// The sealed, empty key table of empty records.
        var emptyKeys: Object
        /// The sealed key tables of result wrappers, once there was one.
        var valueKeys: Object?
        var errorKeys: Object?
        /// Objects found unreferenced, not yet freed; used while releasing.
        var pending: [Object] = []
        /// Text under construction.
        var scratch = TextBuffer()
        /// Code-point indexes of long strings that are not ASCII.
        var stringIndexes: [UnsafeMutableRawPointer: CodePointIndex] = [:]
        /// Whether a handle was ever made here: until then there is nothing to await.
        var mayHoldHandles = false
        /// Work done in bulk since the last look: charged to the run's fuel.
        var work = 0
    }

    static let smallLimit = 512

    @inline(__always) func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        storage.pointee.liveObjects &+= 1
        #if !LASH_CHECKED
        if size <= Self.smallLimit {
            let sizeClass = (size &+ 15) >> 4
            storage.pointee.liveBytes &+= sizeClass << 4
            let head = storage.pointee.freeLists + sizeClass
            if let block = head.pointee {
                head.pointee = block.load(as: UnsafeMutableRawPointer?.self)
                return block
            }
            return allocateFromChunk(sizeClass)
        }
        #endif
        return allocateLarge(size)
    }

    @inline(never) private func allocateLarge(_ size: Int) -> UnsafeMutableRawPointer {
        storage.pointee.liveBytes &+= Self.blockSize(size)
        notePeak()
        return Self.plainAllocation(Self.blockSize(size))
    }

    @inline(never) private func allocateFromChunk(_ sizeClass: Int) -> UnsafeMutableRawPointer {
        let size = sizeClass << 4
        if let bump = storage.pointee.bump, let end = storage.pointee.bumpEnd, end - bump >= size {
            storage.pointee.bump = bump + size
            return bump
        }
        notePeak()
        // The first chunk is small, for the many sessions that hold little; then they double up to a megabyte.
        let chunkSize = min(1 << 20, 1024 << min(10, storage.pointee.chunks.count))
        let chunk = Self.plainAllocation(chunkSize)
        storage.pointee.chunks.append(chunk)
        storage.pointee.bump = chunk + size
        storage.pointee.bumpEnd = chunk + chunkSize
        return chunk
    }

    @inline(__always) func deallocate(_ block: UnsafeMutableRawPointer, _ size: Int) {
        storage.pointee.liveObjects &-= 1
        storage.pointee.liveBytes &-= Self.blockSize(size)
        #if !LASH_CHECKED
        if size <= Self.smallLimit {
            let head = storage.pointee.freeLists + (size &+ 15) >> 4
            block.storeBytes(of: head.pointee, as: UnsafeMutableRawPointer?.self)
            head.pointee = block
            return
        }
        #endif
        free(block)
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
        storage.pointee.liveBytes &+= Self.blockSize(newSize) - Self.blockSize(oldSize)
        notePeak()
        guard let moved = realloc(block, Self.blockSize(newSize)) else { Self.outOfMemory() }
        return moved
    }

    /// What a request of `size` bytes really takes: callers use the slack as capacity.
    @inline(__always) static func blockSize(_ size: Int) -> Int { (size &+ 15) & ~15 }

    @inline(__always) func notePeak() {
        if storage.pointee.liveBytes > storage.pointee.peakBytes {
            storage.pointee.peakBytes = storage.pointee.liveBytes
        }
    }

    /// Whether `bytes` more would stay within the memory limit. Ask before taking anything large.
    @inline(__always) func admits(_ bytes: Int) -> Bool {
        bytes <= storage.pointee.memoryLimit &- storage.pointee.liveBytes
    }

    private static func plainAllocation(_ size: Int) -> UnsafeMutableRawPointer {
        guard let block = malloc(size) else { outOfMemory() }
        return block
    }

    private static func outOfMemory() -> Never {
        fatalError("the system has no memory left")
    }
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
            // `destroyContents` only adds to the list, so this loop is never entered twice.
            storage.pointee.pending.append(object)
            while let next = storage.pointee.pending.popLast() { destroyContents(next) }
        }
    }

    private func destroyString(_ object: Object) {
        if object.hasFlag(ObjectFlag.hasIndex) { storage.pointee.stringIndexes[object.address] = nil }
        deallocate(object.address, Object.stringOffset + object.capacity)
    }

    /// Drops a reference while a work list is being emptied.
    @inline(__always) private func drop(_ value: Tagged) {
        if value.isOwnedObject { drop(value.object) }
    }

    @inline(__always) private func drop(_ object: Object) {
        let references = object.header.pointee.references
        if references > 1 {
            object.header.pointee.references = references &- 1
        } else if references == 1 {
            if object.header.pointee.kind == Tagged.Kind.string.rawValue {
                destroyString(object)
            } else {
                storage.pointee.pending.append(object)
            }
        }
    }

    private func destroyContents(_ object: Object) {
        switch object.header.pointee.kind {
        case Tagged.Kind.record.rawValue:
            let fields = object.fields
            if object.hasFlag(ObjectFlag.holdsObjects) {
                for i in 0..<object.count { drop(fields[i]) }
            }
            drop(object.keyTable)
            deallocate(object.address, Object.fieldsOffset + object.capacity * 16)
        case Object.keyTableKind:
            for i in 0..<object.count { drop(object.keys[i]) }
            object.keyIndex?.deallocate()
            deallocate(object.address, Object.keysOffset + object.capacity * 8)
        default:
            let elements = object.elements
            for i in 0..<object.count { drop(elements[i]) }
            deallocate(object.address, Object.elementsOffset + object.capacity * 16)
        }
    }
}

/// Owns a heap and frees it. Everything in it must have been released, unless it is frozen.
final class HeapOwner {
    let heap: Heap
    /// Blocks of a frozen heap that do not lie in chunks.
    var frozenBlocks: [UnsafeMutableRawPointer] = []
    var frozenIndexes: [UnsafeMutablePointer<Int32>] = []

    init() {
        let classes = Heap.smallLimit / 16 + 1
        let freeLists = UnsafeMutablePointer<UnsafeMutableRawPointer?>.allocate(capacity: classes)
        freeLists.initialize(repeating: nil, count: classes)
        let storage = UnsafeMutablePointer<Heap.Storage>.allocate(capacity: 1)
        // The table is made right below; until then its place holds an address that nothing reads.
        storage.initialize(
            to: Heap.Storage(freeLists: freeLists, emptyKeys: Object(UnsafeMutableRawPointer(freeLists)))
        )
        heap = Heap(storage: storage)
        storage.pointee.emptyKeys = heap.makeKeyTable(capacity: 0)
        storage.pointee.emptyKeys.setFlag(ObjectFlag.sealed)
    }

    /// Objects that are alive beside the heap's own key tables and their keys.
    var liveObjects: Int {
        ownKeyTables.reduce(heap.storage.pointee.liveObjects) { $0 - 1 - $1.count }
    }

    /// The key tables that the heap keeps for itself.
    var ownKeyTables: [Object] {
        let storage = heap.storage.pointee
        return [storage.emptyKeys, storage.valueKeys, storage.errorKeys].compactMap { $0 }
    }

    deinit {
        let storage = heap.storage
        // Nothing happens to it if it was frozen: then it is among the blocks.
        for table in ownKeyTables { heap.release(table) }
        for index in frozenIndexes { index.deallocate() }
        for block in frozenBlocks { free(block) }
        for chunk in storage.pointee.chunks { free(chunk) }
        storage.pointee.scratch.deallocate()
        storage.pointee.freeLists.deallocate()
        storage.deinitialize(count: 1)
        storage.deallocate()
    }
}
