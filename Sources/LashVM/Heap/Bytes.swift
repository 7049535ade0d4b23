#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Bytes that are compared and hashed a word at a time: keys are short, and a call costs as much as the work.
enum Bytes {
    /// Whether two texts of one length are the same.
    @inline(__always) static func areEqual(_ a: UnsafePointer<UInt8>, _ b: UnsafePointer<UInt8>, _ count: Int) -> Bool {
        if count > 16 { return memcmp(a, b, count) == 0 }
        let (x, y) = (UnsafeRawPointer(a), UnsafeRawPointer(b))
        if count < 8 { return word(x, count) == word(y, count) }
        // The two words overlap where there are less than sixteen.
        return x.loadUnaligned(as: UInt64.self) == y.loadUnaligned(as: UInt64.self)
            && (x + count - 8).loadUnaligned(as: UInt64.self) == (y + count - 8).loadUnaligned(as: UInt64.self)
    }

    /// Up to seven bytes as a word that differs where they differ, for one count.
    @inline(__always) static func word(_ bytes: UnsafeRawPointer, _ count: Int) -> UInt64 {
        if count >= 4 {
            let first = UInt64(bytes.loadUnaligned(as: UInt32.self))
            return first | UInt64((bytes + count - 4).loadUnaligned(as: UInt32.self)) << 32
        }
        if count == 0 { return 0 }
        let (first, middle, last) = (
            bytes.load(as: UInt8.self), (bytes + count / 2).load(as: UInt8.self),
            (bytes + count - 1).load(as: UInt8.self)
        )
        return UInt64(first) | UInt64(middle) << 8 | UInt64(last) << 16
    }
}
