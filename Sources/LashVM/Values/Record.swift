internal import LashSyntax

/// Keys and values in insertion order.
///
/// Assigning to a present key keeps its position; a new key goes last. Lookup is O(1), except that a record of at most
/// eight keys is searched one by one. Equality ignores order, as in the language; keys are the same if their characters are.
public struct Record: Equatable, Sendable {
    private var storage: [(key: String, value: Value)] = []
    private var positions: [ExactText: Int] = [:]
    private static let indexedAbove = 8
    /// What the record stands for. Programs cannot set it, and equality does not look at it.
    public var role = RecordRole.plain

    /// An empty record.
    public init() {}

    /// A record of the given pairs; the last value of a repeated key wins and keeps the first position.
    public init(_ pairs: some Sequence<(String, Value)>) {
        for (key, value) in pairs { self[key] = value }
    }

    /// The number of keys.
    public var count: Int { storage.count }
    /// Whether there is no key.
    public var isEmpty: Bool { storage.isEmpty }
    /// The keys in order.
    public var keys: [String] { storage.map(\.key) }
    /// The values in the order of their keys.
    public var values: [Value] { storage.map(\.value) }

    /// The value of a key; `nil` reads as absent and, when assigned, removes the key (in linear time).
    public subscript(key: String) -> Value? {
        get { position(of: key).map { storage[$0].value } }
        set {
            let position = position(of: key)
            guard let newValue else {
                if let position { remove(at: position) }
                return
            }
            if let position {
                storage[position].value = newValue
            } else {
                append(newValue, forNewKey: key)
            }
        }
    }

    /// Adds a value under a key that is not there yet.
    mutating func append(_ value: Value, forNewKey key: String) {
        storage.append((key, value))
        if storage.count > Self.indexedAbove + 1 {
            positions[ExactText(key)] = storage.count - 1
        } else if storage.count == Self.indexedAbove + 1 {
            reindex()
        }
    }

    /// Makes room for so many keys.
    mutating func reserveCapacity(_ count: Int) { storage.reserveCapacity(count) }

    /// Where the entries lie: copies that were not changed since lie at the same place.
    var place: UnsafeRawPointer? { storage.withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) } }

    private func position(of key: String) -> Int? {
        let key = ExactText(key)
        return storage.count > Self.indexedAbove ? positions[key] : storage.firstIndex { ExactText($0.key) == key }
    }

    /// The value of a key that may well be at a position.
    func value(of key: String, near position: Int) -> Value? {
        ExactText(storage[position].key) == ExactText(key) ? storage[position].value : self[key]
    }

    private mutating func remove(at position: Int) {
        storage.remove(at: position)
        positions.removeAll()
        if storage.count > Self.indexedAbove { reindex() }
    }

    private mutating func reindex() {
        for (position, entry) in storage.enumerated() { positions[ExactText(entry.key)] = position }
    }

    /// Whether both have the same keys with equal values, in whatever order.
    public static func == (left: Record, right: Record) -> Bool {
        Value.record(left) == Value.record(right)
    }
}

extension Record: RandomAccessCollection {
    /// Zero.
    public var startIndex: Int { 0 }
    /// The number of keys.
    public var endIndex: Int { storage.count }
    /// A key and its value by position.
    public subscript(position: Int) -> (key: String, value: Value) { storage[position] }
}

extension Record: ExpressibleByDictionaryLiteral {
    /// A record in the order written.
    public init(dictionaryLiteral elements: (String, Value)...) { self.init(elements) }
}
