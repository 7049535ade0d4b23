/// Makes Swift values from values of the language.
///
/// Numbers become any number type that can hold them exactly, floating-point types the nearest value. Lists and tuples
/// become whatever reads an unkeyed container, records whatever reads a keyed one. A field that is absent or null is no
/// value for an optional. `Value` and `Record` take what is there as it is, roles included.
///
/// Costs what Swift's synthesised decoding costs, linear in what the type asks for; it looks no deeper than 512 levels.
public struct ValueDecoder: Sendable {
    /// What types find in `Decoder.userInfo`.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// A decoder.
    public init() {}

    /// Makes a value of a type.
    ///
    /// `root` begins the path in errors. Throws a `ValueCodingError` where the value does not fit the type, and whatever
    /// else an `init(from:)` throws.
    public func decode<T: Decodable>(_ type: T.Type = T.self, from value: Value, root: String = "") throws -> T {
        do {
            return try DecodingLevel(userInfo: userInfo).make(type, from: value, key: nil)
        } catch {
            throw ValueCodingError(error, below: root) ?? error
        }
    }
}

/// A value that is being decoded, with the way that led to it.
final class DecodingLevel: Decoder {
    let value: Value
    private let parent: DecodingLevel?
    private let key: (any CodingKey)?
    private let depth: Int
    private let information: [CodingUserInfoKey: any Sendable]

    /// The level above all values.
    init(userInfo: [CodingUserInfoKey: any Sendable]) {
        value = .null
        parent = nil
        key = nil
        depth = 0
        information = userInfo
    }

    init(_ value: Value, in parent: DecodingLevel, key: (any CodingKey)?) throws {
        self.value = value
        self.parent = parent
        self.key = key
        depth = parent.depth + 1
        information = parent.information
        if depth > codingDepthLimit {
            throw parent.corrupted("nests deeper than \(codingDepthLimit) levels", key)
        }
    }

    var userInfo: [CodingUserInfoKey: Any] { information }

    var codingPath: [any CodingKey] {
        var keys: [any CodingKey] = []
        var level: DecodingLevel? = self
        while let next = level {
            if let key = next.key { keys.append(key) }
            level = next.parent
        }
        return keys.reversed()
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .record(let record) = value else { throw mismatch("a record", value, nil) }
        return KeyedDecodingContainer(RecordDecoding<Key>(level: self, record: record))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        switch value {
        case .list(let items), .tuple(let items): return ListDecoding(level: self, items: items)
        default: throw mismatch("a list", value, nil)
        }
    }

    func singleValueContainer() -> any SingleValueDecodingContainer { self }

    // MARK: Values

    /// Makes a value of a type. Without a key, the value is that of this level.
    @inline(__always)
    func make<T: Decodable>(_ type: T.Type, from value: Value, key: (any CodingKey)?) throws -> T {
        if type == String.self {
            if case .string(let text) = value, let made = text as? T { return made }
        } else if type == Double.self {
            if case .number(let number) = value, let made = number as? T { return made }
        } else if type == Bool.self {
            if case .bool(let bool) = value, let made = bool as? T { return made }
        } else if type == Value.self {
            if let made = value as? T { return made }
        }
        return try makeOther(type, from: value, key: key)
    }

    private func makeOther<T: Decodable>(_ type: T.Type, from value: Value, key: (any CodingKey)?) throws -> T {
        if let scalar = try scalar(type, value, key), let made = scalar as? T { return made }
        let level = try DecodingLevel(value, in: self, key: key)
        do { return try T(from: level) } catch DecodingError.dataCorrupted(let context) {
            throw level.betterError(for: type, context)
        }
    }

    /// What the standard library decodes only with the help of its decoder; `nil` for other types.
    private func scalar<T>(_ type: T.Type, _ value: Value, _ key: (any CodingKey)?) throws -> Any? {
        // Comparing is much cheaper than casting, and types that are none of these come here too.
        if type == Int.self { return try integer(Int.self, value, key) }
        if type == Record.self {
            guard case .record(let record) = value else { throw mismatch("a record", value, key) }
            return record
        }
        if type == String.self { throw mismatch("text", value, key) }
        if type == Bool.self { throw mismatch("a boolean", value, key) }
        if type == Double.self { throw mismatch("a number", value, key) }
        if type == Float.self { return try float(value, key) }
        if type == Int8.self { return try integer(Int8.self, value, key) }
        if type == Int16.self { return try integer(Int16.self, value, key) }
        if type == Int32.self { return try integer(Int32.self, value, key) }
        if type == Int64.self { return try integer(Int64.self, value, key) }
        if type == Int128.self { return try integer(Int128.self, value, key) }
        if type == UInt.self { return try integer(UInt.self, value, key) }
        if type == UInt8.self { return try integer(UInt8.self, value, key) }
        if type == UInt16.self { return try integer(UInt16.self, value, key) }
        if type == UInt32.self { return try integer(UInt32.self, value, key) }
        if type == UInt64.self { return try integer(UInt64.self, value, key) }
        if type == UInt128.self { return try integer(UInt128.self, value, key) }
        return nil
    }

    private func integer<I: FixedWidthInteger>(_ type: I.Type, _ value: Value, _ key: (any CodingKey)?) throws -> I {
        guard case .number(let number) = value else { throw mismatch("an integer", value, key) }
        if let exact = I(exactly: number) { return exact }
        let wanted = number.rounded() == number ? "an integer from \(I.min) to \(I.max)" : "an integer"
        throw corrupted("expected \(wanted), got \(shown(number))", key)
    }

    private func float(_ value: Value, _ key: (any CodingKey)?) throws -> Float {
        guard case .number(let number) = value else { throw mismatch("a number", value, key) }
        let nearest = Float(number)
        if nearest.isInfinite && number.isFinite {
            throw corrupted("expected a number of at most \(shown(Double(Float.greatestFiniteMagnitude)))", key)
        }
        return nearest
    }

    // MARK: Errors

    private func path(_ key: (any CodingKey)?) -> [any CodingKey] {
        key.map { codingPath + [$0] } ?? codingPath
    }

    private func mismatch(_ expected: String, _ got: Value, _ key: (any CodingKey)?) -> DecodingError {
        .typeMismatch(
            Value.self,
            .init(codingPath: path(key), debugDescription: "expected \(expected), got \(got.kindName)")
        )
    }

    private func corrupted(_ message: String, _ key: (any CodingKey)?) -> DecodingError {
        .dataCorrupted(.init(codingPath: path(key), debugDescription: message))
    }

    /// Enumerations of texts say in Swift's words that a text is none of them.
    private func betterError<T>(for type: T.Type, _ context: DecodingError.Context) -> DecodingError {
        guard case .string(let text) = value, context.codingPath.count == codingPath.count,
            let names = caseNames(of: type), !names.contains(text)
        else { return .dataCorrupted(context) }
        let choices = names.prefix(20).map(JSONText.quoted).joined(separator: ", ")
        let message = "expected one of \(choices)\(names.count > 20 ? ", …" : ""), got \(JSONText.quoted(shown(text)))"
        return corrupted(message, nil)
    }
}

extension DecodingLevel: SingleValueDecodingContainer {
    func decodeNil() -> Bool {
        if case .null = value { return true }
        return false
    }

    func decode<T: Decodable>(_ type: T.Type) throws -> T { try make(type, from: value, key: nil) }
    // The protocol has defaults for these two, which know of no value.
    func decode(_ type: Int128.Type) throws -> Int128 { try make(type, from: value, key: nil) }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try make(type, from: value, key: nil) }
}

/// The texts of an enumeration of texts that can list its cases.
func caseNames<T>(of type: T.Type) -> [String]? {
    func names<E: RawRepresentable<String> & CaseIterable>(_ type: E.Type) -> [String] {
        type.allCases.map(\.rawValue)
    }
    guard let type = type as? any (RawRepresentable<String> & CaseIterable).Type else { return nil }
    return names(type)
}
