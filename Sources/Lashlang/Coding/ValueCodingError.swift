internal import LashLinker

/// A value that a Swift type cannot be made from, or a Swift value that the language cannot hold.
public struct ValueCodingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where: `arguments.items[2].name`; empty for the value itself.
    public var path: String
    /// What is wrong there, without a full stop.
    public var message: String

    /// An error with a place and a reason.
    public init(path: String, message: String) {
        self.path = path
        self.message = message
    }

    /// Place and reason: `arguments.path: expected text, got number`.
    public var description: String { path.isEmpty ? message : "\(path): \(message)" }
}

/// A position in a list, in the place of a key.
struct PositionKey: CodingKey {
    let position: Int

    init(_ position: Int) { self.position = position }
    init?(intValue: Int) { position = intValue }
    init?(stringValue: String) { nil }

    var intValue: Int? { position }
    var stringValue: String { "\(position)" }
}

/// A key that is known by its text.
struct NameKey: CodingKey {
    let stringValue: String

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }

    var intValue: Int? { nil }
}

extension ValueCodingError {
    /// What went wrong below `root`, where `error` says it in the terms of Swift's coding; `nil` for any other error.
    init?(_ error: any Error, below root: String) {
        let context: DecodingError.Context
        switch error {
        case DecodingError.keyNotFound(let key, let found):
            self.init(path: Self.path(root, found.codingPath + [key]), message: "required field missing")
            return
        case DecodingError.typeMismatch(_, let found): context = found
        case DecodingError.valueNotFound(_, let found): context = found
        case DecodingError.dataCorrupted(let found): context = found
        case EncodingError.invalidValue(_, let found):
            self.init(path: Self.path(root, found.codingPath), message: found.debugDescription)
            return
        default: return nil
        }
        self.init(path: Self.path(root, context.codingPath), message: context.debugDescription)
    }

    private static func path(_ root: String, _ keys: [any CodingKey]) -> String {
        var path = root
        for key in keys {
            if let position = key as? PositionKey {
                path += "[\(position.position)]"
            } else {
                let name = shown(key.stringValue)
                path += isIdentifier(name) ? (path.isEmpty ? name : ".\(name)") : "[\(JSONText.quoted(name))]"
            }
        }
        return path
    }
}

extension Value {
    /// The kind in messages, as the machine names it.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .tuple: "tuple"
        case .list: "list"
        case .record: "record"
        case .image: "image"
        case .resource: "resource"
        case .projection(let projection): projection.descriptor.kind.rawValue
        }
    }
}

/// A number in messages.
func shown(_ number: Double) -> String { Value.number(number).text }

/// A text in messages, which must not grow with what programs write.
func shown(_ text: String) -> String {
    let longest = 64
    guard text.utf8.count > longest, text.unicodeScalars.count > longest else { return text }
    var start = String.UnicodeScalarView()
    start.append(contentsOf: text.unicodeScalars.prefix(longest))
    return String(start) + "…"
}

/// How deep values nest at most; what nests deeper is not looked at.
let codingDepthLimit = 512
