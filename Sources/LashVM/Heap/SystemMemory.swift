#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Memory as the system gives it.
///
/// Large blocks ask for huge pages: a page fault takes longer than reading the JSON that fills the page.
enum SystemMemory {
    /// The size of a huge page; a block of that size lies on one.
    static let hugePage = 1 << 21

    static func allocate(_ size: Int) -> UnsafeMutableRawPointer {
        var block: UnsafeMutableRawPointer?
        if size < hugePage { block = malloc(size) } else { posix_memalign(&block, hugePage, size) }
        guard let block else { exhausted() }
        if size >= hugePage { wantHugePages(block, size) }
        return block
    }

    /// Grows or shrinks a block in place, or moves it; `nil` is no block yet.
    static func reallocate(_ block: UnsafeMutableRawPointer?, to size: Int) -> UnsafeMutableRawPointer {
        guard let block else { return allocate(size) }
        guard let moved = realloc(block, size) else { exhausted() }
        if size >= 2 * hugePage { wantHugePages(moved, size) }
        return moved
    }

    /// Gives back what `allocate` gave.
    static func deallocate(_ block: UnsafeMutableRawPointer) { free(block) }

    private static func wantHugePages(_ block: UnsafeMutableRawPointer, _ size: Int) {
        #if os(Linux)
        let first = (UInt(bitPattern: block) + UInt(hugePage) - 1) & ~UInt(hugePage - 1)
        let end = (UInt(bitPattern: block) + UInt(size)) & ~UInt(hugePage - 1)
        // Only advice: where the system does not follow it, everything is as it was.
        if first < end { _ = madvise(UnsafeMutableRawPointer(bitPattern: first), Int(end - first), MADV_HUGEPAGE) }
        #endif
    }

    /// The limit of memory is checked before; beyond it there is nothing to go on with, nor to report it by.
    private static func exhausted() -> Never { fatalError("the system has no memory left") }
}
