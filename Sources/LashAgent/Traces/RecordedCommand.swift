internal import Lashlang

/// A command of a plugin that was carried out between turns: what the next turn is like may depend on it.
struct RecordedCommand: Equatable, Sendable {
    var name: String
    var arguments: Value

    init(name: String, arguments: Value) {
        self.name = name
        self.arguments = arguments
    }

    /// The form in traces.
    var value: Value { ["name": .string(name), "arguments": arguments] }

    /// Reads that form.
    init?(_ value: Value) {
        guard case .record(let fields) = value, case .string(let name)? = fields["name"],
            let arguments = fields["arguments"]
        else { return nil }
        self.init(name: name, arguments: arguments)
    }
}
