internal import LashSyntax

// Arguments that a builtin does not take.
extension IdiomFinder {
    func arity(_ from: Int, _ to: Int) -> Idiom? {
        guard let (name, open) = call(from, to) else { return nil }
        let items = text.items(open).filter { !$0.isEmpty }
        let place = text.place(text.partner[open])
        func adding(_ argument: String) -> Idiom {
            edits(
                "arity",
                name,
                text.partner[open] + 1,
                [Fix(Span(place, place), ", " + argument)],
                hint: Self.writeHint("\(text.slice(name, text.partner[open])), \(argument))")
            )
        }
        switch (text.text(name), items.count) {
        case ("slice", 2): return adding("null")
        case ("split", 1): return adding("\" \"")
        case ("join", 1): return adding("\"\"")
        case ("push", 3...):
            let a = items.map { text.slice($0.lowerBound, $0.upperBound) }
            return replacing(
                "arity",
                name,
                text.partner[open] + 1,
                by: "\(a[0]) + [\(a.dropFirst().joined(separator: ", "))]"
            )
        case ("to_int", 2), ("len", 2), ("to_string", 2), ("json_parse", 2), ("trim", 2), ("to_float", 2), ("keys", 2):
            return replacing(
                "arity",
                name,
                text.partner[open] + 1,
                by: "\(text.text(name))(\(text.slice(items[0].lowerBound, items[0].upperBound)))"
            )
        case ("slice", 4):
            let a = items.map { text.slice($0.lowerBound, $0.upperBound) }
            return replacing(
                "arity",
                name,
                text.partner[open] + 1,
                by: "[\(a[0])[i] for i in range(\(a[1]), \(a[2]), \(a[3]))]"
            )
        default: return nil
        }
    }

    func swapped(_ from: Int, _ to: Int) -> Idiom? {
        guard let (name, open) = call(from, to, named: ["join", "push", "contains", "map", "sort_by"]) else {
            return nil
        }
        let items = text.items(open)
        guard items.count == 2 else { return nil }
        let (first, second) = (
            text.slice(items[0].lowerBound, items[0].upperBound), text.slice(items[1].lowerBound, items[1].upperBound)
        )
        return replacing(
            "arity",
            name,
            text.partner[open] + 1,
            by: "\(text.text(name))(\(second), \(first))",
            hint: "the list comes first: " + Self.writeHint("\(text.text(name))(\(second), \(first))")
        )
    }

    func rangeBounds(_ message: String, _ from: Int, _ to: Int) -> Idiom? {
        guard let (_, open) = call(from, to, named: ["range"]) else { return nil }
        let items = text.items(open)
        if message.hasSuffix("got string") || message.hasSuffix("got null") {
            guard
                let item = items.first(where: {
                    looksLike($0) == .string || $0.count == 1 && text.kind($0.lowerBound) == .word
                })
            else { return nil }
            return replacing(
                "runtime-data",
                item.lowerBound,
                item.upperBound,
                by: "to_int(\(text.slice(item.lowerBound, item.upperBound)))"
            )
        }
        if message.hasSuffix("got list"), items.count == 1 {
            return replacing(
                "runtime-data",
                items[0].lowerBound,
                items[0].upperBound,
                by: "len(\(text.slice(items[0].lowerBound, items[0].upperBound)))"
            )
        }
        for item in items {
            if let slash = text.find(["/"], item.lowerBound, item.upperBound) {
                return quotientOf(slash, item.lowerBound)
            }
        }
        return advice(
            "runtime-data",
            open - 1,
            text.partner[open] + 1,
            "count in whole steps: `[i * 0.5 for i in range(2)]`"
        )
    }

    func template(_ message: String, _ from: Int, _ to: Int) -> Idiom? {
        guard let (name, open) = call(from, to, named: ["format"]), let first = text.items(open).first,
            text.kind(first.lowerBound) == .string
        else { return nil }
        let literal = text.text(first.lowerBound)
        if literal.contains("%"), !literal.contains("{"), let plain = Self.percentTemplate(literal) {
            return replacing(
                "format-template",
                first.lowerBound,
                first.upperBound,
                by: plain,
                hint: Self.writeHint("\(text.text(name))(\(plain), …)")
            )
        }
        let plain = Self.plainTemplate(literal)
        if plain != literal, !literal.contains(":."), !literal.contains(": {") {
            return replacing(
                "format-template",
                first.lowerBound,
                first.upperBound,
                by: plain,
                hint: "a place is `{}` or `{0}`; there are no widths or digits"
            )
        }
        return advice(
            "format-template",
            first.lowerBound,
            first.upperBound,
            "a place is `{}` or `{0}`, a brace `{{`; round before: `to_int(x * 10 + 0.5) / 10`"
        )
    }
}
