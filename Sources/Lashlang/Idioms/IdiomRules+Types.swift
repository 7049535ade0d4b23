internal import LashSyntax

// Types in the manner of other languages.
extension IdiomFinder {
    /// `interface User { name: string; }`, `struct Point { x: f64 }`
    func typeDeclaration(_ index: Int) -> Idiom? {
        var open = index + 1
        if text.text(index) == "enum" {
            return advice("type-decl", index, index + 2, "write `type State = enum[\"open\", \"closed\"]`")
        }
        guard text.kind(open) == .word else { return nil }
        let name = text.text(open)
        open += 1
        while open < text.count, text.text(open) != "{", !text.isFirstOnLine(open) { open += 1 }
        guard text.text(open) == "{", text.partner[open] > open else { return nil }
        return replacing("type-decl", index, text.partner[open] + 1, by: "type \(name) = \(objectType(open))")
    }

    /// Types of other languages in a `type`, or in the head of a process or function.
    func typeFixes(_ index: Int) -> Idiom? {
        if text.text(index) == "type",
            text.text(index + 2) == "=" || text.text(index + 2) == "{" || text.text(index + 2) == "struct"
        {
            var first = text.text(index + 2) == "=" ? index + 3 : index + 2
            if text.text(first) == "struct" || text.text(first) == "interface" { first += 1 }
            let end = text.text(first) == "{" ? text.partner[first] + 1 : text.statementEnd(index)
            guard end > first else { return nil }
            let wanted = text.text(first) == "{" ? objectType(first) : typeText(first, end)
            let old = text.slice(first, end)
            if wanted.filter({ !$0.isWhitespace }) == old.filter({ !$0.isWhitespace }), text.text(index + 2) == "=" {
                return nil
            }
            return replacing("type-decl", index, end, by: "type \(text.text(index + 1)) = \(wanted)")
        }
        guard text.text(index) != "type", text.text(index + 2) == "(", text.partner[index + 2] > index else {
            return nil
        }
        var fixes: [Fix] = []
        for item in text.items(index + 2) where item.count > 2 {
            var colon = item.lowerBound + 1
            let isOptional = text.text(colon) == "?:"
            if text.text(colon) == "?" { colon += 1 }
            guard [":", "?:"].contains(text.text(colon)) else { continue }
            let end = text.find(["="], colon, item.upperBound) ?? item.upperBound
            var wanted = typeText(colon + 1, end)
            if isOptional || colon > item.lowerBound + 1 { wanted += " | null" }
            let old = text.slice(colon + 1, item.upperBound)
            if old != wanted {
                fixes.append(
                    Fix(Span(text.tokens[item.lowerBound].end, text.tokens[item.upperBound - 1].end), ": " + wanted)
                )
            }
        }
        let close = text.partner[index + 2]
        if text.text(close + 1) == "->" || text.text(close + 1) == ":" {
            var end = close + 2
            while end < text.count, text.text(end) != "{" || end == close + 2, !text.isFirstOnLine(end) {
                end = text.partner[end] > end ? text.partner[end] + 1 : end + 1
            }
            if end > close + 2, text.text(end) == "{" {
                let wanted = "-> " + typeText(close + 2, end)
                if wanted != text.slice(close + 1, end) { fixes.append(Fix(text.span(close + 1, end), wanted)) }
            }
        }
        guard let first = fixes.first else { return nil }
        return edits(
            "type-decl",
            index,
            close + 1,
            fixes,
            hint:
                "types are `str int float bool list[T] dict any`: write `\(first.replacement.hasPrefix(": ") ? String(first.replacement.dropFirst(2)) : first.replacement)`"
        )
    }

    private func objectType(_ open: Int) -> String {
        var fields: [String] = []
        var at = open + 1
        let close = text.partner[open]
        while at < close {
            if [",", ";"].contains(text.text(at)) { at += 1; continue }
            while ["pub", "readonly", "public", "private", "let", "var"].contains(text.text(at)),
                text.text(at + 1) != ":"
            { at += 1 }
            let name = text.text(at)
            var colon = at + 1
            var isOptional = false
            if text.text(colon) == "?:" {
                isOptional = true
            } else if text.text(colon) == "?" {
                (isOptional, colon) = (true, colon + 1)
            }
            var begin = [":", "?:"].contains(text.text(colon)) ? colon + 1 : at + 1
            if begin >= close { begin = at + 1 }
            var end = begin
            while end < close, !([",", ";"].contains(text.text(end))), end == begin || !text.isFirstOnLine(end) {
                end = text.partner[end] > end ? text.partner[end] + 1 : end + 1
            }
            let type = begin < end ? typeText(begin, end) : "any"
            fields.append("\(name): \(type)\(isOptional && !type.hasSuffix("?") ? "?" : "")")
            at = max(end, at + 1)
        }
        guard text.isFirstOnLine(open + 1) else { return "{ \(fields.joined(separator: ", ")) }" }
        let indent = text.indent(text.place(open))
        return "{\n" + fields.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)}"
    }

    /// A type of another language in our words.
    func typeText(_ from: Int, _ to: Int) -> String {
        let alternatives = text.split(from, to, at: "|").filter { !$0.isEmpty }
        if alternatives.count > 1 {
            if alternatives.allSatisfy({ $0.count == 1 && text.kind($0.lowerBound) == .string }) {
                return "enum[\(alternatives.map { text.text($0.lowerBound) }.joined(separator: ", "))]"
            }
            return alternatives.map { typeText($0.lowerBound, $0.upperBound) }.joined(separator: " | ")
        }
        var (from, to) = (from, to)
        while from < to, ["&", "*", "mut", "const"].contains(text.text(from)) { from += 1 }
        guard from < to else { return "any" }
        if text.text(to - 1) == "?" { return typeText(from, to - 1) + "?" }
        if text.text(to - 1) == "]", text.partner[to - 1] == to - 2, to - 2 > from {
            to -= 2; return "list[\(typeText(from, to))]"
        }
        if text.text(from) == "{" { return text.partner[from] == to - 1 ? objectType(from) : text.slice(from, to) }
        if text.text(from) == "[", text.partner[from] == from + 1, from + 2 < to {
            return "list[\(typeText(from + 2, to))]"
        }
        if text.text(from) == "[", text.partner[from] == to - 1 { return "list[\(typeText(from + 1, to - 1))]" }
        let name = text.text(from)
        let hasArguments = ["<", "["].contains(text.text(from + 1)) && to > from + 3
        let inner = hasArguments ? from + 2..<to - 1 : 0..<0
        switch name {
        case "list", "List", "Vec", "Array", "Set", "set", "array", "Sequence", "Iterable", "ArrayList", "HashSet",
            "ReadonlyArray", "Slice":
            return hasArguments ? "list[\(typeText(inner.lowerBound, inner.upperBound))]" : "list[any]"
        case "Optional", "Option", "Maybe", "Nullable":
            return hasArguments ? typeText(inner.lowerBound, inner.upperBound) + " | null" : "any"
        case "Union" where hasArguments:
            return text.split(inner.lowerBound, inner.upperBound, at: ",").map {
                typeText($0.lowerBound, $0.upperBound)
            }.joined(separator: " | ")
        case "Literal" where hasArguments: return "enum[\(text.slice(inner.lowerBound, inner.upperBound))]"
        case "dict", "Dict", "Map", "HashMap", "Record", "map", "object", "Object", "Mapping", "BTreeMap", "Dictionary",
            "Hash":
            return "dict"
        case "tuple", "Tuple": return "list[any]"
        case "Promise", "Box", "Rc", "Arc", "Result", "Awaitable":
            return hasArguments
                ? typeText(inner.lowerBound, (text.find([","], inner.lowerBound, inner.upperBound) ?? inner.upperBound))
                : "any"
        default: break
        }
        if to == from + 1 {
            switch name {
            case "String", "text", "Text", "char", "Str", "varchar": return "str"
            case "i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64", "usize", "isize", "Int", "Integer", "long",
                "short", "uint", "bigint":
                return "int"
            case "f32", "f64", "double", "Double", "Float", "Number", "decimal": return "float"
            case "Bool", "Boolean": return "bool"
            case "None", "nil", "undefined", "void", "unit", "Null": return "null"
            case "unknown", "Any", "never", "dynamic", "interface": return "any"
            default: return name
            }
        }
        return text.slice(from, to)
    }
}
