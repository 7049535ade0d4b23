public import Lashlang
internal import _StringProcessing

/// A JSON schema, compiled, that values are validated against.
///
/// Knows what schemas of tools and answers are made of: `type`, `enum`, `const`, `properties`, `required`,
/// `additionalProperties`, `patternProperties`, `propertyNames`, `minProperties`, `maxProperties`, `dependentRequired`,
/// `items`, `prefixItems`, `contains`, `minItems`, `maxItems`, `uniqueItems`, `minLength`, `maxLength`, `pattern`,
/// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`, `multipleOf`, `allOf`, `anyOf`, `oneOf`, `not`,
/// `if`/`then`/`else`, and `$ref` into the same document. Other keywords say nothing about values and are let pass.
public struct JSONSchema: Sendable {
    /// The schema as it was given.
    public let source: Value
    /// The parts; the first one is the whole.
    let nodes: [Node]

    /// How deep a schema may nest, and how deep a value may nest under it.
    static let depthLimit = 128

    /// Compiles a schema. Throws for what is no schema.
    public init(_ source: Value) throws(JSONSchemaError) {
        var compiler = JSONSchemaCompiler(source)
        _ = try compiler.compile(source, depth: 0)
        self.source = source
        nodes = compiler.nodes
    }

    /// Reads and compiles a schema. Throws for what is no JSON or no schema.
    public init(json text: String) throws(JSONSchemaError) {
        do { try self.init(Value(json: text)) } catch let error as JSONSchemaError { throw error } catch {
            throw JSONSchemaError("\(error)")
        }
    }

    /// A schema, or part of one, taken apart.
    struct Node: Sendable {
        var always: Bool?
        var types: [JSONType] = []
        var allowed: [Value]?
        var constant: FinishedValue?
        var properties: [(name: String, schema: Int)] = []
        var hasProperties = false
        var required: [String] = []
        var additional: Int?
        var patternProperties: [(pattern: SchemaPattern, schema: Int)] = []
        var propertyNames: Int?
        var propertyCount = CountRange()
        var dependentRequired: [(name: String, required: [String])] = []
        var items: Int?
        var prefixItems: [Int] = []
        var contains: Int?
        var containsCount = CountRange()
        var itemCount = CountRange()
        var hasUniqueItems = false
        var length = CountRange()
        var pattern: SchemaPattern?
        var minimum: Double?
        var maximum: Double?
        var exclusiveMinimum: Double?
        var exclusiveMaximum: Double?
        var multipleOf: Double?
        var allOf: [Int] = []
        var anyOf: [Int] = []
        var oneOf: [Int] = []
        var not: Int?
        var condition: Int?
        var then: Int?
        var otherwise: Int?
        var reference: Int?
    }

    /// How many there may be of something.
    struct CountRange: Sendable {
        var minimum: Int?
        var maximum: Int?
    }
}

extension JSONSchema: Equatable {
    /// Whether both are the same schema.
    public static func == (left: JSONSchema, right: JSONSchema) -> Bool { left.source == right.source }
}

extension JSONSchema: Codable {
    /// Reads it; throws for what is none.
    public init(from decoder: any Decoder) throws {
        do { try self.init(try Value(from: decoder)) } catch let error as JSONSchemaError {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: error.message)
            )
        }
    }

    /// Writes it in the form that is read.
    public func encode(to encoder: any Encoder) throws { try source.encode(to: encoder) }
}

/// Something that is no schema.
public struct JSONSchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(_ message: String) { self.message = message }

    /// One sentence.
    public var description: String { message }
}

/// The types of JSON Schema.
enum JSONType: String, Sendable, CaseIterable {
    case string, integer, number, boolean, object, array, null

    func holds(_ value: Value) -> Bool {
        switch (self, value) {
        case (.string, .string), (.boolean, .bool), (.object, .record), (.null, .null): true
        case (.number, .number(let number)): number.isFinite
        case (.integer, .number(let number)): number.isFinite && number == number.rounded(.towardZero)
        case (.array, .list), (.array, .tuple): true
        // As JSON they are objects.
        case (.object, .image), (.object, .resource): true
        default: false
        }
    }
}

/// A regular expression of a schema.
///
/// Compiled where it is used: a compiled one cannot be shared between threads.
struct SchemaPattern: Sendable {
    let text: String

    init(_ text: String) throws(JSONSchemaError) {
        self.text = text
        do { _ = try Regex(text) } catch { throw JSONSchemaError("`\(text)` is no regular expression") }
    }

    /// Whether it is found anywhere in a text.
    func matches(_ text: String) -> Bool {
        guard let regex = try? Regex(self.text) else { return false }
        return (try? regex.firstMatch(in: text)) != nil
    }
}
