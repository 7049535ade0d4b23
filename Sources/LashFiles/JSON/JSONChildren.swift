/// An element of a list, or a value of an object with its key.
struct JSONChild {
    /// The key with its quotes; nothing in a list.
    var key: Range<Int>
    /// The bytes of the value.
    var value: Range<Int>
}

/// The children of a list or an object one after the other. Checks what stands between them, not what is in them.
struct JSONChildren {
    enum Step {
        case child(JSONChild)
        case end
        /// A large child is still being passed.
        case again
    }

    private let isObject: Bool
    private let limit: Int
    /// Behind the last child, or behind the closing bracket.
    private(set) var at: Int
    private(set) var isComplete = false
    private var isFirst: Bool
    /// The child that is being passed.
    private var pending: (key: Range<Int>, start: Int, scan: StructureScan)?

    /// The children of the value that begins at an offset with a bracket.
    init(of offset: Int, isObject: Bool, limit: Int) {
        self.isObject = isObject
        self.limit = limit
        at = offset + 1
        isFirst = true
    }

    /// The children behind one of them, which ends at an offset.
    init(behind offset: Int, isObject: Bool, limit: Int) {
        self.isObject = isObject
        self.limit = limit
        at = offset
        isFirst = false
    }

    /// The child of an object whose key begins at an offset, and those behind it.
    init(at key: Int, limit: Int) {
        isObject = true
        self.limit = limit
        at = key
        isFirst = true
    }

    /// The next child, after reading as much as a budget allows.
    mutating func next(in text: JSONText, budget: Int) throws(FileError) -> Step {
        if pending == nil {
            if isComplete { return .end }
            at = try text.skipSpace(from: at, limit: limit)
            guard let byte = try text.byte(at: at, limit: limit) else { throw ended(text) }
            if byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                at += 1
                isComplete = true
                return .end
            }
            if !isFirst {
                guard byte == .comma else {
                    throw text.malformed(isObject ? "expected `,` or `}`" : "expected `,` or `]`", at)
                }
                at = try text.skipSpace(from: at + 1, limit: limit)
            }
            isFirst = false
            var key = at..<at
            if isObject {
                guard let quote = try text.byte(at: at, limit: limit) else { throw ended(text) }
                guard quote == .quote else { throw text.malformed("key must be a string", at) }
                key = at..<(try text.skipString(from: at, limit: limit))
                at = try text.skipSpace(from: key.upperBound, limit: limit)
                guard let colon = try text.byte(at: at, limit: limit) else { throw ended(text) }
                guard colon == UInt8(ascii: ":") else { throw text.malformed("expected `:`", at) }
                at = try text.skipSpace(from: at + 1, limit: limit)
            }
            let start = at
            guard let first = try text.byte(at: start, limit: limit) else { throw ended(text) }
            switch first {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                if let end = text.end(of: start) {
                    at = end
                } else {
                    pending = (key, start, StructureScan(from: start))
                }
            case .quote: at = try text.skipString(from: start, limit: limit)
            default:
                at = try text.skipScalar(from: start, limit: limit)
                if at == start { throw text.malformed("expected value", at) }
            }
            if pending == nil { return .child(JSONChild(key: key, value: start..<at)) }
        }
        return try pass(text, budget)
    }

    /// Goes on to the end of the child that is being passed.
    private mutating func pass(_ text: JSONText, _ budget: Int) throws(FileError) -> Step {
        guard case (let key, let start, var scan)? = pending else { return .end }
        let found = try scan.advance(by: budget, in: text, limit: limit)
        switch found {
        case nil: throw text.malformed("EOF while parsing a value that begins at byte \(start)", scan.offset)
        case false?:
            pending = (key, start, scan)
            return .again
        default:
            pending = nil
            at = scan.offset
            text.note(start..<at)
            return .child(JSONChild(key: key, value: start..<at))
        }
    }

    private func ended(_ text: JSONText) -> FileError {
        text.malformed(isObject ? "EOF while parsing an object" : "EOF while parsing a list", at)
    }
}
