extension Heap {
    /// `value?`: the value inside a result wrapper, borrowed.
    func unwrap(_ value: Tagged) throws(Failure) -> Tagged {
        guard value.isRecord else { throw .notAResult(value) }
        guard let ok = field("ok", of: value.object), ok.isBool else { throw .resultWithoutOK }
        if ok.bool {
            guard let inside = field("value", of: value.object) else { throw .resultWithoutValue }
            return inside
        }
        guard let error = field("error", of: value.object) else { throw .unwrapped("unknown error") }
        throw .unwrapped(try errorText(error))
    }

    /// What an error value says: the message of an error record, else its text.
    func errorText(_ error: Tagged) throws(Failure) -> String {
        var shown = error
        if error.isRecord, let message = field("message", of: error.object), message.isString { shown = message }
        return try withUnsafePointer(to: shown) { slot throws(Failure) in try excerpt(slot) }
    }

    /// The schema inside a Type value, borrowed; `nil` for anything else.
    func schema(of value: Tagged) -> Tagged? {
        guard value.isRecord, value.object.count == 1 else { return nil }
        return field("$lash_type", of: value.object)
    }
}
