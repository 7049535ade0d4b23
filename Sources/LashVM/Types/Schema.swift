/// What a schema record asks for; the first rule that fits decides.
enum SchemaPlan {
    case anything
    case string, number, integer, boolean, null
    /// With the schema of the elements, where there is one.
    case array(UnsafePointer<Tagged>?)
    /// With the record of fields and the list of required names, where there are any.
    case object(properties: Object?, required: Object?)
    case oneOf(Object)
    case union(Object)

    /// The plan of a schema; it points into it.
    init(_ schema: Tagged, _ heap: Heap) {
        self = .anything
        guard schema.isRecord else { return }
        let record = schema.object
        func entry(_ name: StaticString) -> UnsafePointer<Tagged>? {
            let text = TextView(start: name.utf8Start, count: name.utf8CodeUnitCount, isASCII: true)
            let place = heap.find(text, hash: KeyHash.of(text.start, text.count), in: record)
            return place < 0 ? nil : UnsafePointer(record.fields + place)
        }
        if let members = entry("anyOf")?.pointee, members.isList {
            self = .union(members.object)
        } else if let words = entry("enum")?.pointee, words.isList {
            self = .oneOf(words.object)
        } else if let type = entry("type"), type.pointee.isString {
            let name = TextView(type)
            if name.equals("string") {
                self = .string
            } else if name.equals("number") {
                self = .number
            } else if name.equals("integer") {
                self = .integer
            } else if name.equals("boolean") {
                self = .boolean
            } else if name.equals("null") {
                self = .null
            } else if name.equals("array") {
                self = .array(entry("items"))
            } else if name.equals("object") {
                let properties = entry("properties")?.pointee, required = entry("required")?.pointee
                self = .object(
                    properties: properties?.isRecord == true ? properties?.object : nil,
                    required: required?.isList == true ? required?.object : nil
                )
            }
        }
    }

    /// The plan in messages.
    func describe(_ heap: Heap, into text: inout String) {
        // Unions can name each other many times over.
        if text.utf8.count > TextView.longestExcerpt {
            if !text.hasSuffix("…") { text += "…" }
            return
        }
        switch self {
        case .anything: text += "any"
        case .string: text += "string"
        case .number: text += "number"
        case .integer: text += "integer"
        case .boolean: text += "boolean"
        case .null: text += "null"
        case .array: text += "array"
        case .object: text += "object"
        case .oneOf(let words): text += "enum[\(Self.list(words))]"
        case .union(let members):
            for i in 0..<members.count where text.utf8.count <= TextView.longestExcerpt {
                if i > 0 { text += " | " }
                SchemaPlan(members.elements[i], heap).describe(heap, into: &text)
            }
        }
    }

    /// The text members of an enumeration.
    static func list(_ words: Object) -> String {
        var text = ""
        var isFirst = true
        for i in 0..<words.count where words.elements[i].isString {
            if !isFirst { text += ", " }
            isFirst = false
            if text.utf8.count > TextView.longestExcerpt { return text + "…" }
            text += TextView(words.elements + i).excerpt
        }
        return text
    }
}

extension Tagged {
    /// The name of the kind in the words of schemas.
    var schemaKind: String {
        switch kind {
        case .null, .unset, .call: "null"
        case .bool: "boolean"
        case .number: "number"
        case .shortString, .string: "string"
        case .list, .tuple: "array"
        case .record, .image, .resource, .projection: "object"
        }
    }
}
