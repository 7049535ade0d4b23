internal import LashSyntax

// Schemas of `validate`.
extension IdiomFinder {
    /// A JSON schema as the second argument of `validate`.
    func schema(_ from: Int, _ to: Int) -> Idiom? {
        guard let (name, open) = call(from, to, named: ["validate"]) else { return nil }
        let items = text.items(open)
        guard items.count == 2, text.text(items[1].lowerBound) == "{", let type = schemaType(items[1].lowerBound) else {
            return nil
        }
        let literal = type.hasPrefix("{") ? "Type \(type)" : type
        return replacing(
            "arity",
            items[1].lowerBound,
            items[1].upperBound,
            by: literal,
            hint: Self.writeHint(
                "\(text.text(name))(\(text.slice(items[0].lowerBound, items[0].upperBound)), \(literal))"
            )
        )
    }

    private func schemaType(_ open: Int, depth: Int = 0) -> String? {
        guard depth < 20 else { return nil }
        guard text.text(open) == "{" else {
            // `{n: "int"}`, `{n: int}`
            let word = text.text(open).filter { $0 != "\"" && $0 != "'" }
            return scalar(word)
        }
        var members: [String: Int] = [:]
        for item in text.items(open) where item.count > 2 {
            members[text.text(item.lowerBound).filter { $0 != "\"" && $0 != "'" }] = item.lowerBound + 2
        }
        func word(_ key: String) -> String? { members[key].map { text.text($0).filter { $0 != "\"" && $0 != "'" } } }
        if let properties = members["properties"], text.text(properties) == "{" {
            var required: Set<String>?
            if let list = members["required"], text.text(list) == "[" {
                required = Set(text.items(list).map { text.text($0.lowerBound).filter { $0 != "\"" && $0 != "'" } })
            }
            var fields: [String] = []
            for item in text.items(properties) where item.count > 2 {
                let key = text.text(item.lowerBound).filter { $0 != "\"" && $0 != "'" }
                guard let type = schemaType(item.lowerBound + 2, depth: depth + 1) else { return nil }
                fields.append("\(key): \(type)\(required.map { $0.contains(key) } ?? true ? "" : "?")")
            }
            return "{ \(fields.joined(separator: ", ")) }"
        }
        if let values = members["enum"], text.text(values) == "[" {
            return "enum\(text.slice(values, text.partner[values] + 1))"
        }
        if word("type") == "array" {
            guard let items = members["items"], let type = schemaType(items, depth: depth + 1) else {
                return "list[any]"
            }
            return "list[\(type)]"
        }
        if let type = word("type"), let plain = scalar(type), members.count <= 3 { return plain }
        if members["type"] != nil { return "any" }
        // A record of types.
        var fields: [String] = []
        for item in text.items(open) where item.count > 2 {
            guard let type = schemaType(item.lowerBound + 2, depth: depth + 1) else { return nil }
            fields.append("\(text.text(item.lowerBound).filter { $0 != "\"" && $0 != "'" }): \(type)")
        }
        return "{ \(fields.joined(separator: ", ")) }"
    }

    func scalar(_ word: String) -> String? {
        switch word {
        case "string", "str", "String": "str"
        case "integer", "int": "int"
        case "number", "float": "float"
        case "boolean", "bool": "bool"
        case "null", "None": "null"
        case "object", "dict": "dict"
        case "array", "list": "list[any]"
        case "any": "any"
        default: nil
        }
    }
}
