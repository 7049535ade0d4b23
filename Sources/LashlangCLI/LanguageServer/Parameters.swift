import Lashlang

/// The parameters of a message, which may be anything.
struct Parameters {
    let value: Value

    init(_ value: Value) { self.value = value }

    func optional(_ name: String) -> Parameters? {
        guard case .record(let record) = value, let member = record[name], member != .null else { return nil }
        return Parameters(member)
    }

    func member(_ name: String) throws(LanguageServer.Failure) -> Parameters {
        guard let member = optional(name) else { throw .init(.invalidParameters, "`\(name)` is missing") }
        return member
    }

    func string(_ name: String) throws(LanguageServer.Failure) -> String {
        guard case .string(let text) = try member(name).value else {
            throw .init(.invalidParameters, "`\(name)` must be a string")
        }
        return text
    }

    /// A whole number that an editor can mean.
    var integer: Int? {
        guard case .number(let number) = value, number == number.rounded(), abs(number) < 0x1p31 else { return nil }
        return Int(number)
    }

    /// A whole number from 0. Some editors say the largest number that they have for the end of a line or of a text.
    private var count: Int? {
        guard case .number(let number) = value, number == number.rounded(), number >= 0 else { return nil }
        return Int(min(number, 0x1p31))
    }

    func position() throws(LanguageServer.Failure) -> EditorPosition {
        guard let line = try member("line").count, let character = try member("character").count else {
            throw .init(.invalidParameters, "a position needs `line` and `character`, numbers from 0")
        }
        return EditorPosition(line: line, character: character)
    }

    func range() throws(LanguageServer.Failure) -> (start: EditorPosition, end: EditorPosition) {
        (try member("start").position(), try member("end").position())
    }
}
