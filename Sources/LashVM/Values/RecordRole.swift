/// What a record stands for beyond its fields.
///
/// To programs all of these are ordinary records, which they read, print and pass on. The role is never guessed from
/// the keys: only the machine and its host give it, so data cannot pose as a handle. A record that a program assigns
/// into is plain from then on; a handle stays a handle.
public enum RecordRole: UInt8, CaseIterable, Sendable {
    /// Data.
    case plain
    /// Something that can be awaited: a process.
    case handle
    /// The error of a failed operation. Its text is its `message`.
    case failure
    /// A declared process as a value.
    case process
    /// The result of a value constructor.
    case descriptor
    /// `trigger.event`: stands for the event in the inputs of a trigger registration.
    case placeholder
}

extension Object {
    @inline(__always) var role: RecordRole {
        // The bits are only written from a role.
        RecordRole(rawValue: (header.pointee.flags & ObjectFlag.role) >> ObjectFlag.roleShift) ?? .plain
    }

    /// What happens to the role of a record that a program assigns into.
    func loseRole() {
        if role != .handle { clearFlag(ObjectFlag.role) }
    }
}

extension Heap {
    /// Gives a record its role.
    func mark(_ record: Object, as role: RecordRole) {
        if role == .plain { return }
        record.clearFlag(ObjectFlag.role)
        record.setFlag(role.rawValue << ObjectFlag.roleShift)
        if role == .handle { storage.pointee.mayHoldHandles = true }
    }
}
