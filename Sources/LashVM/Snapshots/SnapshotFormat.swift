/// The bytes of snapshots: what the article `Snapshots` of the documentation describes.
enum SnapshotFormat {
    /// A byte that is no text, the name, and two line ends: a transfer that mends line ends is noticed at once.
    static let magic: [UInt8] = [0x89] + Array("lash".utf8) + [0x0D, 0x0A, 0x1A]
    static let version = 2
    /// The instruction set and what the compiler makes of a program, as far as a suspended run depends on it.
    static let bytecodeVersion = 4
    /// The most bytes of a snapshot: references to one object are counted in 32 bits.
    static let maximumBytes = Int(Int32.max)

    /// What a snapshot is of.
    enum Content: UInt8 {
        case variables = 1
        case run = 2
    }

    /// The first byte of a value.
    enum Tag {
        static let null: UInt8 = 0x00
        static let `false`: UInt8 = 0x01
        static let `true`: UInt8 = 0x02
        static let number: UInt8 = 0x03
        /// An object that was written before.
        static let reference: UInt8 = 0x04
        /// An object among the constants of the program.
        static let constant: UInt8 = 0x05
        /// Text of at most fourteen bytes; their number is added.
        static let shortText: UInt8 = 0x10
        // Objects; how they are held is added.
        static let text: UInt8 = 0x20
        static let list: UInt8 = 0x24
        static let tuple: UInt8 = 0x28
        static let record: UInt8 = 0x2C
        static let markedRecord: UInt8 = 0x30
        static let image: UInt8 = 0x34
        static let resource: UInt8 = 0x38
        static let call: UInt8 = 0x3C
        static let projection: UInt8 = 0x40
    }

    /// The first byte of a step from a reference to a part of its data.
    enum Step {
        static let field: UInt8 = 0
        static let element: UInt8 = 1
        static let slice: UInt8 = 2
    }

    /// How an object is held, in the low bits of its tag.
    enum Holding: UInt8 {
        /// From one place.
        case once = 0
        /// From several places: it gets a number for references.
        case shared = 1
        /// As part of a value that never changes; it gets a number too.
        case frozen = 2
        /// From one place, and it holds calls of a batch that has not been asked.
        case onceWithCalls = 3

        var isNumbered: Bool { self == .shared || self == .frozen }
    }

    /// How a record names its keys; numbers from `known` up mean the key tables that were written before.
    enum Keys {
        static let none = 0
        static let new = 1
        static let newFrozen = 2
        /// Those of a record literal of the program; its number follows.
        static let literal = 3
        static let known = 4
    }
}

/// A snapshot that cannot be written or read.
public struct SnapshotError: Error, Hashable, Sendable {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(message: String) { self.message = message }
}

extension SnapshotError {
    static let notASnapshot = SnapshotError(message: "not a snapshot of lashlang")

    static func otherVersion(_ version: Int) -> SnapshotError {
        SnapshotError(
            message: "a snapshot of format \(version); this version of lashlang reads format \(SnapshotFormat.version)"
        )
    }

    static func otherBytecode(_ version: Int) -> SnapshotError {
        SnapshotError(
            message: "a suspended run of bytecode \(version); this version of lashlang runs bytecode "
                + "\(SnapshotFormat.bytecodeVersion)"
        )
    }

    static func otherContent(_ content: SnapshotFormat.Content) -> SnapshotError {
        switch content {
        case .variables: SnapshotError(message: "a snapshot of variables, not of a suspended run")
        case .run: SnapshotError(message: "a snapshot of a suspended run, not of variables")
        }
    }

    static func damaged(_ what: String, at offset: Int) -> SnapshotError {
        SnapshotError(message: "a damaged snapshot: \(what) at byte \(offset)")
    }

    static let otherProgram = SnapshotError(
        message: "the suspended run belongs to another program, or its program means something else to this host or to "
            + "this version of lashlang"
    )

    static let tooLarge = SnapshotError(message: "a snapshot of more than \(SnapshotFormat.maximumBytes) bytes")

    static func memory(_ limit: Int) -> SnapshotError {
        SnapshotError(message: "the snapshot needs more than the memory limit of \(limit.grouped) bytes")
    }
}
