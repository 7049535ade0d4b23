#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A value as the machine holds it: sixteen trivial bytes, in registers and inside heap objects.
///
///     tag   byte 0      kind
///           bit 8       (objects) borrowed: this copy does not count as a reference
///           byte 1      (short strings) length
///           bytes 2-7   (short strings) first bytes of the text
///     bits  number: IEEE bits · bool: 0 or 1 · short string: the rest of the text · object: its address
///
/// Number is kind 0, so "both are numbers" is one `or` and one test. Kinds from 8 up are heap objects. Text of at most
/// fourteen bytes is always a short string, so two strings of different representation are never equal.
struct Tagged: BitwiseCopyable {
    var tag: UInt64
    var bits: UInt64

    /// The kinds. Bit 3 says "heap object".
    enum Kind: UInt8, CaseIterable {
        case number = 0
        case null = 1
        case bool = 2
        /// A variable without a value; never seen by programs.
        case unset = 3
        case shortString = 4
        case string = 8
        case list = 9
        case tuple = 10
        case record = 11
        case image = 12
        case resource = 13
        /// A call whose answer will stand here, inside a literal that is being awaited; never seen by programs.
        case call = 14
        /// Data of the host that is read piece by piece.
        case projection = 15
    }

    static let borrowedBit: UInt64 = 0x100
    static let objectBit: UInt64 = 0x8
    /// The longest text that fits beside the tag.
    static let shortCapacity = 14

    @inline(__always) init(tag: UInt64, bits: UInt64) {
        self.tag = tag
        self.bits = bits
    }
    @inline(__always) init(_ number: Double) {
        tag = 0
        bits = bits64(number)
    }
    @inline(__always) init(_ bool: Bool) {
        tag = 2
        bits = bool ? 1 : 0
    }
    @inline(__always) init(_ kind: Kind, _ object: Object) {
        tag = UInt64(kind.rawValue)
        bits = UInt64(UInt(bitPattern: object.address))
    }
    @inline(__always) static var null: Tagged { Tagged(tag: 1, bits: 0) }
    @inline(__always) static var unset: Tagged { Tagged(tag: 3, bits: 0) }

    @inline(__always) var isNumber: Bool { tag == 0 }
    @inline(__always) static func areNumbers(_ a: Tagged, _ b: Tagged) -> Bool { a.tag | b.tag == 0 }
    @inline(__always) var number: Double { Double(bitPattern: bits) }
    @inline(__always) var isNull: Bool { tag == 1 }
    @inline(__always) var isBool: Bool { tag == 2 }
    @inline(__always) var bool: Bool { bits != 0 }
    @inline(__always) var isUnset: Bool { tag == 3 }
    @inline(__always) var kindByte: UInt8 { UInt8(truncatingIfNeeded: tag) }
    /// The kind. The byte is one of the raw values, because nothing else writes tags; in memory the cases are numbered
    /// without the gap below the objects.
    @inline(__always) var kind: Kind { unsafeBitCast(kindByte &- kindByte >> 3 &* 3, to: Kind.self) }
    @inline(__always) var isObject: Bool { tag & Self.objectBit != 0 }
    /// An object that this copy counts as a reference to.
    @inline(__always) var isOwnedObject: Bool { tag & (Self.objectBit | Self.borrowedBit) == Self.objectBit }
    @inline(__always) var isBorrowed: Bool {
        tag & (Self.objectBit | Self.borrowedBit) == Self.objectBit | Self.borrowedBit
    }
    @inline(__always) var isList: Bool { kindByte == Kind.list.rawValue }
    /// A list that counts here, in one test.
    @inline(__always) var isOwnedList: Bool {
        tag & (UInt64(UInt8.max) | Self.borrowedBit) == UInt64(Kind.list.rawValue)
    }
    @inline(__always) var isTuple: Bool { kindByte == Kind.tuple.rawValue }
    @inline(__always) var isSequence: Bool { kindByte == Kind.list.rawValue || kindByte == Kind.tuple.rawValue }
    @inline(__always) var isRecord: Bool { kindByte == Kind.record.rawValue }
    @inline(__always) var isShortString: Bool { kindByte == Kind.shortString.rawValue }
    @inline(__always) var isString: Bool { isShortString || kindByte == Kind.string.rawValue }

    /// The heap object. Only for objects.
    @inline(__always) var object: Object {
        // An object's bits are the address that `init(_:_:)` stored, never zero.
        Object(UnsafeMutableRawPointer(bitPattern: UInt(truncatingIfNeeded: bits)).unsafelyUnwrapped)
    }

    /// The same value as a copy that is not counted as a reference. It must not outlive the one it was taken from.
    @inline(__always) var borrowed: Tagged {
        // Bit 3 of the kind, moved to bit 8: nothing changes for kinds that are not objects.
        Tagged(tag: tag | (tag & Self.objectBit) << 5, bits: bits)
    }
    /// The same value without the mark; the caller counts the reference.
    @inline(__always) var unborrowed: Tagged {
        isBorrowed ? Tagged(tag: tag & ~Self.borrowedBit, bits: bits) : self
    }

    /// A short string of at most fourteen bytes.
    @inline(__always) init(short bytes: UnsafePointer<UInt8>, count: Int) {
        assert(count <= Self.shortCapacity)
        let raw = UnsafeRawPointer(bytes)
        var low: UInt64 = 0
        var high: UInt64 = 0
        if count >= 8 {
            // Two words that may overlap; the shift drops what the first one has already.
            low = raw.loadUnaligned(as: UInt64.self).littleEndian
            high =
                raw.loadUnaligned(fromByteOffset: count &- 8, as: UInt64.self).littleEndian
                >> UInt64((16 &- count) &* 8)
        } else if count >= 4 {
            let head = UInt64(raw.loadUnaligned(as: UInt32.self).littleEndian)
            let tail = UInt64(raw.loadUnaligned(fromByteOffset: count &- 4, as: UInt32.self).littleEndian)
            low = head | tail << UInt64((count &- 4) &* 8)
        } else if count > 0 {
            low = UInt64(bytes[0]) | UInt64(bytes[count >> 1]) << UInt64((count >> 1) &* 8)
            low |= UInt64(bytes[count &- 1]) << UInt64((count &- 1) &* 8)
        }
        self.init(shortLow: low, high: high, count: count)
    }

    /// A short string from its first eight bytes and the rest, with zeros behind the text.
    @inline(__always) init(shortLow low: UInt64, high: UInt64, count: Int) {
        self.init(
            tag: UInt64(Kind.shortString.rawValue) | UInt64(truncatingIfNeeded: count) << 8 | low << 16,
            bits: low >> 48 | high << 16
        )
    }
    @inline(__always) var shortCount: Int { Int(truncatingIfNeeded: tag >> 8 & 0xFF) }
    /// Whether a short string holds ASCII only.
    @inline(__always) var shortIsASCII: Bool { tag & 0x8080_8080_8080_0000 | bits & 0x8080_8080_8080_8080 == 0 }
}

extension Tagged {
    /// The name of the kind in messages.
    var kindName: String {
        switch kind {
        case .number: "number"
        case .null, .unset, .call: "null"
        case .bool: "bool"
        case .shortString, .string: "string"
        case .list: "list"
        case .tuple: "tuple"
        case .record: "record"
        case .image: "image"
        case .resource: "resource"
        case .projection: projectedKindName
        }
    }

    /// What programs take a projection for.
    private var projectedKindName: String {
        let kind = object.descriptor.kind
        return kind == .unknown && !object.cached.isUnset ? object.cached.kindName : kind.rawValue
    }

    /// Whether a condition holds; of a projection, its reader knows: null, false, 0, NaN, `""` and `()` do not.
    @inline(__always) var isTruthy: Bool {
        switch kind {
        case .bool: return bits != 0
        case .number: return !(number == 0) && number == number
        case .null, .unset: return false
        case .shortString: return shortCount != 0
        case .tuple: return object.count != 0
        default: return true
        }
    }
}

/// A pointer to a register or to a slot inside an object.
typealias SlotPointer = UnsafeMutablePointer<Tagged>

/// The bits of a number. The getter of the standard library is a call where functions are as large as the interpreter's loop;
/// generic, because for a `Double` that is known the compiler insists on it.
@inline(__always) private func bits64<Number: BinaryFloatingPoint>(_ number: Number) -> UInt64 {
    unsafeBitCast(number, to: UInt64.self)
}

/// A number as a 32-bit integer, where it is one.
///
/// Adding 2^52 + 2^51 leaves the integer in the low mantissa bits; this has no range checks to trap, unlike `Int(x)`.
@inline(__always) func exactInt32(_ number: Double) -> Int32? {
    let low = Int32(truncatingIfNeeded: Int64(bitPattern: bits64(number + 6_755_399_441_055_744.0)))
    return Double(low) == number ? low : nil
}

/// A number that is an integer of 0 to 2^32 - 1.
@inline(__always) func lowInteger(_ number: Double) -> UInt32 {
    UInt32(truncatingIfNeeded: bits64(number + 6_755_399_441_055_744.0))
}

/// The same as `exactInt32` but for -0: comparing the bits needs no second look for NaN.
@inline(__always) func plainInt32(_ number: Double) -> Int32? {
    let low = Int32(truncatingIfNeeded: Int64(bitPattern: bits64(number + 6_755_399_441_055_744.0)))
    return bits64(Double(low)) == bits64(number) ? low : nil
}
