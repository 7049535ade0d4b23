/// Makes values of the language from Swift values.
///
/// Keyed containers become records in the order in which fields are encoded, unkeyed ones lists. What Swift iterates in
/// another order each time, dictionaries and sets, is sorted. An optional without value is null, and an absent field
/// where its type's encoding leaves it out. An integer that no number of the language equals is an error. `Value` and
/// `Record` stay as they are, roles included.
///
/// Costs what Swift's synthesised encoding costs; what nests deeper than 512 levels is an error.
public struct ValueEncoder: Sendable {
    /// What types find in `Encoder.userInfo`.
    public var userInfo: [CodingUserInfoKey: any Sendable] = [:]

    /// An encoder.
    public init() {}

    /// Makes a value.
    ///
    /// `root` begins the path in errors. Throws a `ValueCodingError` for what the language cannot hold, and whatever else
    /// an `encode(to:)` throws.
    public func encode<T: Encodable>(_ value: T, root: String = "") throws -> Value {
        do {
            return try EncodingLevel(userInfo: userInfo).make(value, key: nil)
        } catch {
            throw ValueCodingError(error, below: root) ?? error
        }
    }
}

/// A value under construction, with the way that leads to it.
final class EncodingLevel: Encoder {
    private enum Content {
        case nothing
        case value(Value)
        case record(Record)
        case list([Value])
    }

    private var content = Content.nothing
    /// Containers that were begun inside this one, by their place; they are complete only at the end.
    private var open: [(place: Place, level: EncodingLevel)] = []
    private let parent: EncodingLevel?
    private let key: (any CodingKey)?
    private let depth: Int
    private let information: [CodingUserInfoKey: any Sendable]

    private enum Place {
        case field(String)
        case element(Int)
    }

    /// The level above all values.
    init(userInfo: [CodingUserInfoKey: any Sendable]) {
        parent = nil
        key = nil
        depth = 0
        information = userInfo
    }

    private init(in parent: EncodingLevel, key: (any CodingKey)?) {
        self.parent = parent
        self.key = key
        depth = parent.depth + 1
        information = parent.information
    }

    var userInfo: [CodingUserInfoKey: Any] { information }

    var codingPath: [any CodingKey] {
        var keys: [any CodingKey] = []
        var level: EncodingLevel? = self
        while let next = level {
            if let key = next.key { keys.append(key) }
            level = next.parent
        }
        return keys.reversed()
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        if case .record = content {} else { content = .record(Record()) }
        return KeyedEncodingContainer(RecordEncoding<Key>(level: self))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        if case .list = content {} else { content = .list([]) }
        return ListEncoding(level: self)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    // MARK: Values

    /// Makes a value. Without a key, it is that of this level.
    @inline(__always)
    func make<T: Encodable>(_ value: T, key: (any CodingKey)?) throws -> Value {
        if T.self == String.self {
            if let text = value as? String { return .string(text) }
        } else if T.self == Double.self {
            if let number = value as? Double { return .number(number) }
        } else if T.self == Bool.self {
            if let bool = value as? Bool { return .bool(bool) }
        } else if T.self == Value.self {
            if let value = value as? Value { return value }
        }
        return try makeOther(value, key: key)
    }

    private func makeOther<T: Encodable>(_ value: T, key: (any CodingKey)?) throws -> Value {
        if let scalar = try scalar(value, key) { return scalar }
        let level = EncodingLevel(in: self, key: key)
        try level.checkDepth()
        try value.encode(to: level)
        let made = try level.finished()
        guard let order = (T.self as? any Unordered.Type)?.stride else { return made }
        return made.sorted(stride: order)
    }

    /// What the standard library encodes only with the help of its encoder; `nil` for other types.
    private func scalar<T: Encodable>(_ value: T, _ key: (any CodingKey)?) throws -> Value? {
        // Comparing is much cheaper than casting, and types that are none of these come here too.
        let type = T.self
        if type == Int.self { return try integer(value as? Int, key) }
        if type == Record.self { return (value as? Record).map(Value.record) }
        if type == Float.self { return (value as? Float).map { .number(Double($0)) } }
        if type == Int8.self { return try integer(value as? Int8, key) }
        if type == Int16.self { return try integer(value as? Int16, key) }
        if type == Int32.self { return try integer(value as? Int32, key) }
        if type == Int64.self { return try integer(value as? Int64, key) }
        if type == Int128.self { return try integer(value as? Int128, key) }
        if type == UInt.self { return try integer(value as? UInt, key) }
        if type == UInt8.self { return try integer(value as? UInt8, key) }
        if type == UInt16.self { return try integer(value as? UInt16, key) }
        if type == UInt32.self { return try integer(value as? UInt32, key) }
        if type == UInt64.self { return try integer(value as? UInt64, key) }
        if type == UInt128.self { return try integer(value as? UInt128, key) }
        return nil
    }

    private func integer<I: FixedWidthInteger>(_ value: I?, _ key: (any CodingKey)?) throws -> Value? {
        guard let value else { return nil }
        if let exact = Double(exactly: value) { return .number(exact) }
        throw invalid(value, "\(value) is not exactly representable as a number; give it as text", key)
    }

    private func invalid(_ value: Any, _ message: String, _ key: (any CodingKey)?) -> EncodingError {
        let path = key.map { codingPath + [$0] } ?? codingPath
        return .invalidValue(value, .init(codingPath: path, debugDescription: message))
    }

    private func checkDepth() throws {
        if depth > codingDepthLimit { throw invalid(self, "nests deeper than \(codingDepthLimit) levels", nil) }
    }

    // MARK: Containers

    /// Makes a value that is one already that of this level.
    func take(_ value: Value) { content = .value(value) }

    func put(_ value: Value, under name: String) {
        guard case .record(var record) = content else { return }
        content = .nothing
        record[name] = value
        content = .record(record)
    }

    func append(_ value: Value) {
        guard case .list(var items) = content else { return }
        content = .nothing
        items.append(value)
        content = .list(items)
    }

    var count: Int {
        if case .list(let items) = content { return items.count }
        return 0
    }

    /// A container inside this one, in the place of a field.
    func begin(under key: any CodingKey) -> EncodingLevel {
        let level = EncodingLevel(in: self, key: key)
        put(.null, under: key.stringValue)
        open.append((.field(key.stringValue), level))
        return level
    }

    /// A container inside this one, as the next element.
    func beginElement() -> EncodingLevel {
        let position = count
        let level = EncodingLevel(in: self, key: PositionKey(position))
        append(.null)
        open.append((.element(position), level))
        return level
    }

    /// The value, once everything was encoded. A type that encodes nothing is an empty record.
    private func finished() throws -> Value {
        for (place, level) in open {
            try level.checkDepth()
            let value = try level.finished()
            switch (place, content) {
            case (.field(let name), _): put(value, under: name)
            case (.element(let position), .list(var items)):
                content = .nothing
                items[position] = value
                content = .list(items)
            default: break
            }
        }
        open = []
        switch content {
        case .nothing: return .record(Record())
        case .value(let value): return value
        case .record(let record): return .record(record)
        case .list(let items): return .list(items)
        }
    }
}

extension EncodingLevel: SingleValueEncodingContainer {
    func encodeNil() { content = .value(.null) }

    func encode<T: Encodable>(_ value: T) throws { content = .value(try make(value, key: nil)) }
    // The protocol has defaults for these two, which know of no place for them.
    func encode(_ value: Int128) throws { content = .value(try make(value, key: nil)) }
    func encode(_ value: UInt128) throws { content = .value(try make(value, key: nil)) }
}

/// Collections that Swift iterates in another order in each process.
private protocol Unordered {
    /// How many encoded elements belong together.
    static var stride: Int { get }
}

extension Set: Unordered { fileprivate static var stride: Int { 1 } }
extension Dictionary: Unordered { fileprivate static var stride: Int { 2 } }

extension Value {
    /// A record by its keys, or a list by every `stride`th element, where those are all numbers or all texts.
    fileprivate func sorted(stride: Int) -> Value {
        switch self {
        case .record(let record):
            let pairs = record.map { ($0.key, $0.value) }
            let numbers = pairs.compactMap { Int($0.0) }
            if numbers.count == pairs.count {
                return .record(Record(zip(numbers, pairs).sorted { $0.0 < $1.0 }.map(\.1)))
            }
            return .record(Record(pairs.sorted { $0.0 < $1.0 }))
        case .list(let items):
            let starts = Array(Swift.stride(from: 0, to: items.count, by: stride))
            let order: [Int]
            if let numbers = starts.mapped({ if case .number(let number) = items[$0] { number } else { nil } }) {
                order = starts.indices.sorted { numbers[$0] < numbers[$1] }
            } else if let texts = starts.mapped({ if case .string(let text) = items[$0] { text } else { nil } }) {
                order = starts.indices.sorted { texts[$0] < texts[$1] }
            } else {
                return self
            }
            return .list(order.flatMap { items[starts[$0]..<Swift.min(starts[$0] + stride, items.count)] })
        default: return self
        }
    }
}

extension Array {
    /// All elements mapped; `nil` where one of them cannot be.
    fileprivate func mapped<T>(_ transform: (Element) -> T?) -> [T]? {
        var mapped: [T] = []
        mapped.reserveCapacity(count)
        for element in self {
            guard let value = transform(element) else { return nil }
            mapped.append(value)
        }
        return mapped
    }
}
