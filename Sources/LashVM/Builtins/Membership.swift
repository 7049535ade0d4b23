extension Heap {
    /// `needle in haystack`: text in text, an element of a list or tuple, a key of a record. Nothing is in null.
    ///
    /// Unlike `contains`, it takes no number for text.
    func isMember(_ needle: SlotPointer, _ haystack: SlotPointer) throws(Failure) -> Bool {
        switch haystack.pointee.kind {
        case .string, .shortString, .record:
            guard needle.pointee.isString else { throw .notAMembership }
        case .list, .tuple, .null, .unset: break
        default: throw .notAMembership
        }
        return try contains(haystack, needle)
    }
}
