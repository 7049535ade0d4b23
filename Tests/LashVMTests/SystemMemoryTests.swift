import Testing

@testable import LashVM

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct SystemMemoryTests {
    /// Elsewhere the advice about huge pages would say nothing.
    @Test func largeBlocksBeginWithAHugePage() {
        for size in [SystemMemory.hugePage, SystemMemory.hugePage + 16, 5 * SystemMemory.hugePage] {
            let block = SystemMemory.allocate(size)
            defer { free(block) }
            #expect(UInt(bitPattern: block) % UInt(SystemMemory.hugePage) == 0)
        }
    }

    @Test func blocksKeepTheirBytesWhenTheyGrowAndShrink() {
        var block = SystemMemory.reallocate(nil, to: 1_000).assumingMemoryBound(to: UInt8.self)
        for place in 0..<1_000 { block[place] = UInt8(truncatingIfNeeded: place) }
        for size in [100_000, SystemMemory.hugePage, 3 * SystemMemory.hugePage + 7, 2_000] {
            block = SystemMemory.reallocate(block, to: size).assumingMemoryBound(to: UInt8.self)
            block[size - 1] = 1
            #expect((0..<1_000).allSatisfy { block[$0] == UInt8(truncatingIfNeeded: $0) })
        }
        free(block)
    }
}
