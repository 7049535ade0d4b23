#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The memory that small blocks are cut from: chunks that grow from a kilobyte, for the many sessions that hold little,
/// to two megabytes.
///
/// A freed block goes to the free list of its size. Where a program holds many small things and then many of another
/// size, the lists hold memory that nobody wants; `sweep` finds the chunks that are free as a whole and gives them back.
struct ChunkList {
    private struct Chunk {
        var start: UnsafeMutableRawPointer
        var size: Int
    }

    /// Bytes of all chunks.
    private(set) var bytes = 0
    private var chunks: [Chunk] = []
    /// What is left of the chunk that is being cut up.
    private var bump: UnsafeMutableRawPointer?
    private var bumpEnd: UnsafeMutableRawPointer?
    /// The bytes at which another sweep may be worth its time.
    private var nextSweep = Self.largestChunk

    static let largestChunk = SystemMemory.hugePage
    private static let smallestChunk = 1 << 10

    /// A block from the chunk at hand, where it has room. Sizes are multiples of sixteen.
    mutating func carve(_ size: Int) -> UnsafeMutableRawPointer? {
        guard let bump, let bumpEnd, bumpEnd - bump >= size else { return nil }
        self.bump = bump + size
        return bump
    }

    /// A block from a new chunk; the rest of the one at hand goes to the free lists.
    mutating func grow(
        _ size: Int,
        _ freeLists: UnsafeMutablePointer<UnsafeMutableRawPointer?>
    ) -> UnsafeMutableRawPointer {
        if let bump, let bumpEnd, bumpEnd > bump {
            let list = freeLists + (bumpEnd - bump) / 16
            bump.storeBytes(of: list.pointee, as: UnsafeMutableRawPointer?.self)
            list.pointee = bump
        }
        let chunkSize = min(Self.largestChunk, bytes + Self.smallestChunk)
        let chunk = Chunk(start: SystemMemory.allocate(chunkSize), size: chunkSize)
        chunks.append(chunk)
        bytes += chunk.size
        bump = chunk.start + size
        bumpEnd = chunk.start + chunk.size
        return chunk.start
    }

    /// Whether at least half of the chunks is free, and enough was taken since the last sweep to pay for another.
    func isWorthSweeping(liveBytes: Int) -> Bool { bytes >= nextSweep && liveBytes < bytes / 2 }

    /// Gives back the chunks that are free as a whole. Costs a look at every free block.
    mutating func sweep(_ freeLists: UnsafeMutablePointer<UnsafeMutableRawPointer?>) {
        let current = chunks.last?.start
        chunks.sort { $0.start < $1.start }
        var freeBytes = [Int](repeating: 0, count: chunks.count)
        let classes = 1...Heap.smallLimit / 16
        var last = 0
        for sizeClass in classes {
            var next = freeLists[sizeClass]
            while let block = next {
                last = position(of: block, near: last)
                freeBytes[last] += sizeClass * 16
                next = block.load(as: UnsafeMutableRawPointer?.self)
            }
        }
        let isFree = chunks.indices.map { freeBytes[$0] == chunks[$0].size && chunks[$0].start != current }
        if isFree.contains(true) {
            for sizeClass in classes { unlink(freeLists + sizeClass, isFree) }
            for (chunk, isFree) in zip(chunks, isFree) where isFree {
                free(chunk.start)
                bytes -= chunk.size
            }
            chunks = zip(chunks, isFree).filter { !$0.1 }.map(\.0)
        }
        // The one at hand stays the last.
        if let place = chunks.firstIndex(where: { $0.start == current }) { chunks.append(chunks.remove(at: place)) }
        nextSweep = max(Self.largestChunk, bytes + bytes / 4)
    }

    /// Takes the blocks of free chunks out of a list.
    private func unlink(_ list: UnsafeMutablePointer<UnsafeMutableRawPointer?>, _ isFree: [Bool]) {
        var kept: UnsafeMutableRawPointer?
        var next = list.pointee
        var last = 0
        while let block = next {
            next = block.load(as: UnsafeMutableRawPointer?.self)
            last = position(of: block, near: last)
            if isFree[last] { continue }
            block.storeBytes(of: kept, as: UnsafeMutableRawPointer?.self)
            kept = block
        }
        list.pointee = kept
    }

    /// The chunk that a block lies in; chunks are sorted by address.
    private func position(of block: UnsafeMutableRawPointer, near guess: Int) -> Int {
        if chunks[guess].start <= block && block < chunks[guess].start + chunks[guess].size { return guess }
        var low = 0
        var high = chunks.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if chunks[middle].start <= block { low = middle } else { high = middle }
        }
        return low
    }

    /// Frees everything.
    mutating func deallocate() {
        for chunk in chunks { free(chunk.start) }
        self = ChunkList()
    }
}
