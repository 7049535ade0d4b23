package import Lashlang

extension Value {
    /// A field of a record; `nil` for anything else, and for null.
    package subscript(field name: String) -> Value? {
        guard case .record(let record) = self, let value = record[name], value != .null else { return nil }
        return value
    }

    /// The text, if it is one.
    package var asText: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The items, if it is a list.
    package var asItems: [Value]? {
        if case .list(let items) = self { items } else { nil }
    }

    /// The number, if it counts something.
    package var asCount: Int? {
        if case .number(let number) = self, number >= 0, number < 1e15 { Int(number) } else { nil }
    }
}
