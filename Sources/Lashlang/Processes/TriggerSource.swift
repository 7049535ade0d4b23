/// A kind of events that triggers can be registered for.
public struct TriggerSource: Sendable {
    /// The qualified name, as in `timer.Schedule`.
    public var type: String
    /// Tells apart what programs ask for: from the input of the constructor, as in `timer.Schedule({expr: "…"})`, the key
    /// under which the host fires. What it throws is what the program is told.
    public var key: @Sendable (Value) throws -> String

    /// A source. Without a function of its own, the key is the input as JSON.
    public init(_ type: String, key: @escaping @Sendable (Value) throws -> String = TriggerSource.json) {
        self.type = type
        self.key = key
    }

    /// A value as JSON of at most 4,096 bytes.
    public static let json: @Sendable (Value) throws -> String = { value in
        let text = value.json(atMost: 4_096)
        guard let text else { throw CallFailure("its value has more than 4,096 bytes of JSON") }
        return text
    }
}

/// A trigger that a program has registered.
public struct TriggerRegistration: Sendable {
    /// The id, as in its handle.
    public var id: String
    /// What the program calls it.
    public var name: String?
    /// The type of the source.
    public var source: String
    /// The key of the source.
    public var key: String
    /// The process that events start.
    public var target: String

    let definition: Value
    let program: Program
    let limits: Limits
    /// Arguments by name; `nil` is the event.
    let inputs: [(name: String, value: Value?)]

    /// What the program gets.
    var handle: Value {
        .record(
            Record([
                ("type", .string("trigger_handle")), ("id", .string(id)),
                ("name", name.map(Value.string) ?? .null), ("source_type", .string(source)),
                ("source_key", .string(key)),
            ])
        )
    }

    /// What `triggers.list` shows.
    var listing: Value {
        .record(
            Record([
                ("handle", handle), ("name", name.map(Value.string) ?? .null), ("source_type", .string(source)),
                ("source_key", .string(key)), ("target", definition), ("enabled", .bool(true)),
            ])
        )
    }

    func start(for event: Value) throws(CallFailure) -> ProcessStart {
        try ProcessStart(target, of: program, arguments: Record(inputs.map { ($0.name, $0.value ?? event) }))
    }
}
