import Lashlang

// What can be written at a place.
extension LanguageServer {
    /// The kinds that editors show symbols for.
    private enum Kind: Int {
        case method = 2, function = 3, field = 5, variable = 6, module = 9, keyword = 14, constant = 21, type = 22
    }

    private struct Item {
        var label: String
        var kind: Kind
        var detail: String
        var help = ""
    }

    func completion(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        let offset = analysis.document.offset(of: try parameters.member("position").position())
        if analysis.isText(at: offset) { return [] }
        let bytes = analysis.document.source.bytes
        var start = offset
        while start > 0, Self.isPath(bytes[start - 1]) { start -= 1 }
        let path = String(decoding: bytes[start..<offset], as: UTF8.self)
        let items: [Item]
        if let dot = path.lastIndex(of: ".") {
            let typed = path[path.index(after: dot)...]
            // Behind `1.` comes the rest of a number.
            if path.first?.isNumber == true { return [] }
            items = members(analysis, of: String(path[..<dot]), at: offset).filter { $0.label.hasPrefix(typed) }
        } else {
            let word = path.lastIndex { $0 == "[" || $0 == "]" }.map { path[path.index(after: $0)...] } ?? path[...]
            items = names(analysis, at: offset).filter { $0.label.hasPrefix(word) }
        }
        var seen: Set<String> = []
        return .list(
            items.filter { seen.insert($0.label).inserted }.map { item in
                var fields: Record = [
                    "label": .string(item.label), "kind": .number(Double(item.kind.rawValue)),
                    "detail": .string(item.detail),
                ]
                if !item.help.isEmpty { fields["documentation"] = .string(item.help) }
                return .record(fields)
            }
        )
    }

    private static func isPath(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "[")
            || byte == UInt8(ascii: "]") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    /// What stands behind a dot: operations and modules of the host, fields of what is bound, or else the fields that the
    /// program knows.
    private func members(_ analysis: Analysis, of path: String, at offset: Int) -> [Item] {
        let prefix = path + "."
        var items =
            analysis.catalog.module(path)?.operations.map {
                Item(label: $0.name, kind: .method, detail: Self.signature(path, $0), help: $0.description)
            } ?? []
        for module in analysis.catalog.modules where module.path.hasPrefix(prefix) {
            let name = String(module.path.dropFirst(prefix.count).prefix { $0 != "." })
            items.append(Item(label: name, kind: .module, detail: module.path))
        }
        for constructor in analysis.catalog.constructors where constructor.path.hasPrefix(prefix) {
            let name = String(constructor.path.dropFirst(prefix.count).prefix { $0 != "." })
            items.append(Item(label: name, kind: .function, detail: Self.signature(constructor)))
        }
        if case .record(let record)? = analysis.value(at: path, offset) {
            items += record.filter { isIdentifier($0.key) }.map {
                Item(label: $0.key, kind: .field, detail: ValueShape.describe($0.value))
            }
        }
        if !items.isEmpty { return items }
        let fields = Set(
            analysis.index.occurrences.filter { $0.kind == .field && $0.span.end != offset }.map(\.name)
        )
        return fields.filter(isIdentifier).sorted().map {
            Item(label: $0, kind: .field, detail: "a field in this program")
        }
    }

    private func names(_ analysis: Analysis, at offset: Int) -> [Item] {
        let index = analysis.index
        let here = index.declarations.firstIndex { $0.span.start <= offset && offset <= $0.span.end }
        var items = analysis.settings.names.map { name in
            Item(label: name, kind: .constant, detail: analysis.settings.known.shape(of: name) ?? "bound by the host")
        }
        // The name that is being written is none yet.
        for place in index.occurrences where place.kind == .variable && place.isDefinition && place.scope == here {
            if place.span.end != offset { items.append(Item(label: place.name, kind: .variable, detail: "variable")) }
        }
        items += index.declarations.map {
            Item(label: $0.name, kind: $0.kind == .type ? .type : .function, detail: $0.head)
        }
        items += analysis.catalog.functions.map {
            Item(label: $0.name, kind: .function, detail: $0.signature, help: $0.description)
        }
        items += (analysis.catalog.modules.map(\.path) + analysis.catalog.constructors.map(\.path)).map { path in
            Item(label: String(path.prefix { $0 != "." }), kind: .module, detail: "of the host")
        }
        items += Builtin.allCases.map {
            Item(label: $0.name, kind: .function, detail: $0.signature, help: $0.summary)
        }
        return items + ReplCompletion.keywords.map { Item(label: $0, kind: .keyword, detail: "") }
    }
}
