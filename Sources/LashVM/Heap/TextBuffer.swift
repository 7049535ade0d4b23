#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// UTF-8 text under construction. Whoever holds it frees it with `deallocate`.
///
/// There is room for the header of a string object in front of the text, so that a long text becomes an object where it
/// lies.
struct TextBuffer {
    private(set) var start: UnsafeMutablePointer<UInt8>
    private(set) var count = 0
    private(set) var capacity = 0
    /// Where growth by doubling stops: beyond, there is just as much room as is asked for.
    var ceiling = Int.max
    private static let headroom = Object.stringOffset

    /// The address is not zero, so it unwraps; with no capacity it is never followed.
    init() { start = UnsafeMutablePointer(bitPattern: 16).unsafelyUnwrapped }

    @inline(__always) mutating func reserve(_ more: Int) {
        if count &+ more > capacity { grow(more) }
    }

    @inline(never) private mutating func grow(_ more: Int) {
        let wanted = max(count + more, min(max(256, capacity * 2), ceiling))
        let moved = SystemMemory.reallocate(capacity == 0 ? nil : start - Self.headroom, to: wanted + Self.headroom)
        start = (moved + Self.headroom).assumingMemoryBound(to: UInt8.self)
        capacity = wanted
    }

    @inline(__always) mutating func append(_ byte: UInt8) {
        reserve(1)
        start[count] = byte
        count &+= 1
    }

    @inline(__always) mutating func append(_ bytes: UnsafePointer<UInt8>, _ n: Int) {
        reserve(n)
        copyBytes(from: bytes, to: start + count, n)
        count &+= n
    }

    @inline(__always) mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        if let base = bytes.baseAddress { append(base, bytes.count) }
    }

    @inline(__always) mutating func append(_ text: StaticString) { append(text.utf8Start, text.utf8CodeUnitCount) }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { append($0) }
    }

    /// Room for `n` bytes that the caller writes, then announces with `commit`.
    @inline(__always) mutating func room(for n: Int) -> UnsafeMutablePointer<UInt8> {
        reserve(n)
        return start + count
    }

    @inline(__always) mutating func commit(_ n: Int) { count &+= n }

    @inline(__always) mutating func clear() { count = 0 }

    /// Drops everything after the first `n` bytes.
    @inline(__always) mutating func truncate(to n: Int) { count = n }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// The text, as long as the buffer stays as it is.
    var view: TextView { TextView(start: UnsafePointer(start), count: count, isASCII: asciiOnly(start, count)) }

    var string: String { String(decoding: bytes, as: UTF8.self) }

    mutating func deallocate() {
        if capacity != 0 { free(start - Self.headroom) }
        self = TextBuffer()
    }

    /// Gives the memory away, as a block of `size` bytes that begins with the room for a header.
    mutating func detach(_ size: Int) -> UnsafeMutableRawPointer {
        assert(capacity != 0 && size >= count + Self.headroom)
        let block = SystemMemory.reallocate(start - Self.headroom, to: size)
        self = TextBuffer()
        return block
    }
}

/// Copies bytes; short runs without a call.
@inline(__always)
func copyBytes(from source: UnsafePointer<UInt8>, to target: UnsafeMutablePointer<UInt8>, _ n: Int) {
    if n > 16 {
        memcpy(target, source, n)
        return
    }
    let from = UnsafeRawPointer(source), to = UnsafeMutableRawPointer(target)
    if n >= 8 {
        // Two words that may overlap.
        let head = from.loadUnaligned(as: UInt64.self)
        let tail = from.loadUnaligned(fromByteOffset: n &- 8, as: UInt64.self)
        to.storeBytes(of: head, as: UInt64.self)
        to.storeBytes(of: tail, toByteOffset: n &- 8, as: UInt64.self)
    } else if n >= 4 {
        let head = from.loadUnaligned(as: UInt32.self)
        let tail = from.loadUnaligned(fromByteOffset: n &- 4, as: UInt32.self)
        to.storeBytes(of: head, as: UInt32.self)
        to.storeBytes(of: tail, toByteOffset: n &- 4, as: UInt32.self)
    } else {
        var i = 0
        while i < n {
            target[i] = source[i]
            i &+= 1
        }
    }
}
