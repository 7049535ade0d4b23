/// A heap object: sixteen bytes of header, then its contents.
///
///     string    header, hash u32, code points u32, UTF-8 bytes           capacity in bytes
///     list      header, values                                          capacity in values
///     tuple     like a list; so are image (six values), resource (two) and call
///     record    header, key table, (8 spare), values                    capacity in values
///     projection header, descriptor, four values                        see `Projections.swift`
///     key table header, index, keys                                     capacity in keys
struct Object: Hashable {
    let address: UnsafeMutableRawPointer

    @inline(__always) init(_ address: UnsafeMutableRawPointer) { self.address = address }

    struct Header {
        /// References counted; negative: immortal, shared between threads, never written again.
        var references: Int32
        var kind: UInt8
        var flags: UInt8
        /// Containers: an upper bound of how deep values nest from here, 1 for a flat list.
        var depth: UInt16
        var count: UInt32
        var capacity: UInt32
    }

    /// The kind byte of a key table; values have the kinds of `Tagged.Kind`.
    static let keyTableKind: UInt8 = 16
    /// References of an object that lives as long as its frozen heap.
    static let immortal = Int32.min

    static let stringOffset = 24
    static let elementsOffset = 16
    static let fieldsOffset = 32
    static let keysOffset = 24

    @inline(__always) var header: UnsafeMutablePointer<Header> { address.assumingMemoryBound(to: Header.self) }
    @inline(__always) var count: Int { Int(header.pointee.count) }
    @inline(__always) func setCount(_ count: Int) { header.pointee.count = UInt32(truncatingIfNeeded: count) }
    @inline(__always) var capacity: Int { Int(header.pointee.capacity) }
    @inline(__always) func setCapacity(_ capacity: Int) {
        header.pointee.capacity = UInt32(truncatingIfNeeded: capacity)
    }
    @inline(__always) var isUnique: Bool { header.pointee.references == 1 }
    @inline(__always) var isImmortal: Bool { header.pointee.references < 0 }
    @inline(__always) var depth: Int { Int(header.pointee.depth) }

    @inline(__always) func retain() {
        let references = header.pointee.references
        if references >= 0 { header.pointee.references = references &+ 1 }
    }
}

/// What the flags mean, per kind.
enum ObjectFlag {
    /// Lists, tuples, records: some element may be an object. Where it is clear, copies and releases skip the walk.
    static let holdsObjects: UInt8 = 1
    /// Strings: only ASCII, so code points are bytes.
    static let ascii: UInt8 = 2
    /// Strings: the heap keeps a code-point index for this one.
    static let hasIndex: UInt8 = 4
    /// Key tables: never extended in place, because programs share it.
    static let sealed: UInt8 = 8
    /// Projections, and lists, tuples and records that may hold one, however deep. Like the depth it is a bound: it comes
    /// with what goes in and does not leave with it.
    static let holdsProjections: UInt8 = 8
    /// Records: three bits that say what the record stands for, a `RecordRole`.
    static let role: UInt8 = 0x70
    static let roleShift: UInt8 = 4
    /// Lists, tuples, records: some element, however deep, is a call.
    static let holdsCalls: UInt8 = 0x80
}

extension Object {
    @inline(__always) func hasFlag(_ flag: UInt8) -> Bool { header.pointee.flags & flag != 0 }
    @inline(__always) func setFlag(_ flag: UInt8) { header.pointee.flags |= flag }
    @inline(__always) func clearFlag(_ flag: UInt8) { header.pointee.flags &= ~flag }

    // Strings.
    @inline(__always) var bytes: UnsafeMutablePointer<UInt8> {
        (address + Self.stringOffset).assumingMemoryBound(to: UInt8.self)
    }
    @inline(__always) var storedHash: UInt32 {
        get { address.load(fromByteOffset: 16, as: UInt32.self) }
        nonmutating set { address.storeBytes(of: newValue, toByteOffset: 16, as: UInt32.self) }
    }
    /// Code points of a string that is not ASCII; 0 while they have not been counted.
    @inline(__always) var storedLength: UInt32 {
        get { address.load(fromByteOffset: 20, as: UInt32.self) }
        nonmutating set { address.storeBytes(of: newValue, toByteOffset: 20, as: UInt32.self) }
    }

    // Lists, tuples, images, resources.
    @inline(__always) var elements: SlotPointer {
        (address + Self.elementsOffset).assumingMemoryBound(to: Tagged.self)
    }

    // Records.
    @inline(__always) var fields: SlotPointer {
        (address + Self.fieldsOffset).assumingMemoryBound(to: Tagged.self)
    }
    @inline(__always) var keyTable: Object {
        get { Object(address.load(fromByteOffset: 16, as: UnsafeMutableRawPointer.self)) }
        nonmutating set { address.storeBytes(of: newValue.address, toByteOffset: 16, as: UnsafeMutableRawPointer.self) }
    }

    // Key tables.
    @inline(__always) var keys: UnsafeMutablePointer<Object> {
        (address + Self.keysOffset).assumingMemoryBound(to: Object.self)
    }
    /// Open addressing over slots of keys: `index[0]` is the mask, then slots or -1. Absent on small tables.
    @inline(__always) var keyIndex: UnsafeMutablePointer<Int32>? {
        get { address.load(fromByteOffset: 16, as: UnsafeMutablePointer<Int32>?.self) }
        nonmutating set { address.storeBytes(of: newValue, toByteOffset: 16, as: UnsafeMutablePointer<Int32>?.self) }
    }
}
