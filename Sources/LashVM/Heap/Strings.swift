#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The UTF-8 bytes of a string value, wherever they lie.
///
/// Short strings lie in the value itself, so the view points into the slot that it was taken from: it holds only while
/// that slot stands still and the object lives.
struct TextView {
    let start: UnsafePointer<UInt8>
    let count: Int
    let isASCII: Bool

    @inline(__always) init(_ slot: UnsafePointer<Tagged>) {
        let value = slot.pointee
        if value.isShortString {
            start = (UnsafeRawPointer(slot) + 2).assumingMemoryBound(to: UInt8.self)
            count = value.shortCount
            isASCII = value.shortIsASCII
        } else {
            let object = value.object
            start = UnsafePointer(object.bytes)
            count = object.count
            isASCII = object.hasFlag(ObjectFlag.ascii)
        }
    }

    init(start: UnsafePointer<UInt8>, count: Int, isASCII: Bool) {
        self.start = start
        self.count = count
        self.isASCII = isASCII
    }

    var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }
    var string: String { String(decoding: bytes, as: UTF8.self) }

    /// The text for a message: nobody reads more than a few thousand bytes of it.
    var excerpt: String { excerpt(Self.longestExcerpt) }

    static let longestExcerpt = 4096

    func excerpt(_ longest: Int) -> String { count <= longest ? string : prefix(longest).string + "…" }

    /// At most so many bytes from the start: whole code points.
    func prefix(_ most: Int) -> TextView {
        var end = min(count, most)
        while end > 0, end < count, start[end] & 0xC0 == 0x80 { end -= 1 }
        return TextView(start: start, count: end, isASCII: isASCII)
    }

    @inline(__always) func equals(_ other: TextView) -> Bool {
        count == other.count && Bytes.areEqual(start, other.start, count)
    }
}

/// The longest string that a program can build.
let maximumStringBytes = 1 << 30

extension Heap {
    /// A string object with room for `count` bytes that the caller fills; the flags say nothing yet.
    @inline(__always) func makeStringObject(count: Int) -> Object {
        let size = Heap.blockSize(Object.stringOffset + count)
        let object = Object(allocate(size))
        initialize(string: object, count: count, size: size)
        return object
    }

    @inline(__always) private func initialize(string object: Object, count: Int, size: Int) {
        object.header.pointee = Object.Header(
            references: 1,
            kind: Tagged.Kind.string.rawValue,
            flags: 0,
            depth: 0,
            count: UInt32(truncatingIfNeeded: count),
            capacity: UInt32(truncatingIfNeeded: size - Object.stringOffset)
        )
        object.storedHash = 0
        object.storedLength = 0
    }

    /// A string value of valid UTF-8.
    @inline(__always) func makeString(_ bytes: UnsafePointer<UInt8>, _ count: Int, isASCII: Bool) -> Tagged {
        if count <= Tagged.shortCapacity { return Tagged(short: bytes, count: count) }
        let object = makeStringObject(count: count)
        memcpy(object.bytes, bytes, count)
        if isASCII { object.setFlag(ObjectFlag.ascii) }
        return Tagged(.string, object)
    }

    /// A string value of valid UTF-8; looks at every byte to tell whether it is ASCII.
    func makeString(_ bytes: UnsafeBufferPointer<UInt8>) -> Tagged {
        guard let start = bytes.baseAddress else { return Tagged.emptyString }
        return makeString(start, bytes.count, isASCII: asciiOnly(start, bytes.count))
    }

    func makeString(_ text: String) -> Tagged {
        var text = text
        return text.withUTF8 { makeString($0) }
    }

    /// The string in a buffer, which is left empty. Long text stays where it is.
    func makeString(taking buffer: inout TextBuffer) -> Tagged {
        guard buffer.count > 65_536 else {
            let value = makeString(buffer.bytes)
            buffer.clear()
            return value
        }
        let count = buffer.count
        let isASCII = asciiOnly(buffer.start, count)
        let size = Heap.blockSize(Object.stringOffset + count)
        let object = Object(buffer.detach(size))
        adopt(size)
        initialize(string: object, count: count, size: size)
        if isASCII { object.setFlag(ObjectFlag.ascii) }
        return Tagged(.string, object)
    }

    /// A string value of part of a text: paid for, and refused where it would not fit.
    func makeText(_ text: TextView) throws(Failure) -> Tagged {
        if text.count <= Tagged.shortCapacity { return Tagged(short: text.start, count: text.count) }
        try requireText(text.count)
        let object = makeStringObject(count: text.count)
        do { try copy(text, to: object.bytes) } catch {
            release(object)
            throw error
        }
        if text.isASCII || asciiOnly(text.start, text.count) { object.setFlag(ObjectFlag.ascii) }
        return Tagged(.string, object)
    }

    /// Copies bytes and pays for them, piece by piece.
    @inline(__always) func copy(_ text: TextView, to target: UnsafeMutablePointer<UInt8>) throws(Failure) {
        if text.count <= Self.piece {
            copyBytes(from: text.start, to: target, text.count)
            try pay(bytes: text.count)
        } else {
            try copyPieces(text, to: target)
        }
    }

    @inline(never) private func copyPieces(_ text: TextView, to target: UnsafeMutablePointer<UInt8>) throws(Failure) {
        for first in stride(from: 0, to: text.count, by: Self.piece) {
            let count = min(Self.piece, text.count - first)
            memcpy(target + first, text.start + first, count)
            try pay(bytes: count)
        }
    }

    /// A string object that holds a key, from text of any length.
    func makeKey(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Object {
        let object = makeStringObject(count: count)
        memcpy(object.bytes, bytes, count)
        if asciiOnly(bytes, count) { object.setFlag(ObjectFlag.ascii) }
        return object
    }

    /// The value of a key: short again where it fits. Counts a reference otherwise.
    @inline(__always) func keyValue(_ key: Object) -> Tagged {
        let count = key.count
        if count <= Tagged.shortCapacity { return Tagged(short: key.bytes, count: count) }
        key.retain()
        return Tagged(.string, key)
    }

    /// Appends to a string that this slot owns alone; the slot may get another object. Both stay within the limits
    /// that the caller checked. Where it is not paid for, the string stays as it was.
    func append(_ text: TextView, to slot: SlotPointer) throws(Failure) {
        var object = slot.pointee.object
        let old = object.count
        if old + text.count > object.capacity {
            let size = Heap.blockSize(Object.stringOffset + max(old + text.count, min(old * 2, old + (64 << 20))))
            object = Object(reallocate(object.address, from: Object.stringOffset + object.capacity, to: size))
            object.setCapacity(size - Object.stringOffset)
            slot.pointee = Tagged(.string, object)
        }
        try copy(text, to: object.bytes + old)
        object.setCount(old + text.count)
        object.storedHash = 0
        if object.storedLength != 0 {
            // What was counted once is never counted again.
            let points = text.isASCII ? text.count : countCodePoints(text.start, text.count)
            object.storedLength &+= UInt32(truncatingIfNeeded: points)
        }
        if !text.isASCII { object.clearFlag(ObjectFlag.ascii) }
    }
}

extension Tagged {
    static var emptyString: Tagged { Tagged(tag: UInt64(Kind.shortString.rawValue), bits: 0) }
}

/// Whether every byte is below 128, eight at a time.
@inline(__always)
func asciiOnly(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Bool {
    let raw = UnsafeRawPointer(bytes)
    var i = 0
    var seen: UInt64 = 0
    while i &+ 8 <= count {
        seen |= raw.loadUnaligned(fromByteOffset: i, as: UInt64.self)
        i &+= 8
    }
    var rest: UInt8 = 0
    while i < count {
        rest |= bytes[i]
        i &+= 1
    }
    return (seen & 0x8080_8080_8080_8080) == 0 && rest < 0x80
}

/// Hashes of keys are seeded per process: JSON from outside cannot aim at one bucket.
enum KeyHash {
    static let seed = UInt64.random(in: .min ... .max) | 1

    @inline(__always) static func of(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
        count <= Tagged.shortCapacity ? of(short: Tagged(short: bytes, count: count)) : of(long: bytes, count)
    }

    /// The hash of a short string, which is all in its two words.
    @inline(__always) static func of(short text: Tagged, seed: UInt64 = seed) -> UInt32 {
        let mixed = (text.tag ^ seed).multipliedFullWidth(by: 0xFF51_AFD7_ED55_8CCD)
        return finish(mixed.high ^ mixed.low ^ text.bits)
    }

    private static func of(long bytes: UnsafePointer<UInt8>, _ count: Int) -> UInt32 {
        var hash = seed ^ UInt64(truncatingIfNeeded: count) &* 0x9E37_79B9_7F4A_7C15
        let raw = UnsafeRawPointer(bytes)
        var i = 0
        while i &+ 8 <= count {
            let mixed = (hash ^ raw.loadUnaligned(fromByteOffset: i, as: UInt64.self))
                .multipliedFullWidth(by: 0xFF51_AFD7_ED55_8CCD)
            hash = mixed.high ^ mixed.low
            i &+= 8
        }
        return finish(hash ^ Bytes.word(raw + i, count &- i))
    }

    @inline(__always) private static func finish(_ hash: UInt64) -> UInt32 {
        let mixed = hash.multipliedFullWidth(by: 0xC4CE_B9FE_1A85_EC53)
        let folded = mixed.high ^ mixed.low
        let result = UInt32(truncatingIfNeeded: folded ^ folded >> 32)
        return result == 0 ? 1 : result
    }

    @inline(__always) static func of(_ key: Object) -> UInt32 {
        let stored = key.storedHash
        return _fastPath(stored != 0) ? stored : noted(key)
    }

    /// Finds the hash of a key out, and keeps it.
    @inline(never) private static func noted(_ key: Object) -> UInt32 {
        let hash = of(key.bytes, key.count)
        key.storedHash = hash
        return hash
    }
}
