internal import LashSyntax

// The heads of loops.
extension IdiomFinder {
    /// Where the head of a loop ends: at its brace, its colon, or `do`.
    private func headEnd(_ index: Int) -> Int? {
        let lineEnd = text.lineEnd(text.place(index))
        var at = index + 1
        while at < text.count, text.place(at) < lineEnd {
            if text.text(at) == "{", at > index + 1, !["in", "of", "=", "(", ","].contains(text.text(at - 1)) {
                return at
            }
            if text.text(at) == "{", at == index + 1, text.partner[at] > at, text.text(text.partner[at] + 1) != "=" {
                return at
            }
            if text.text(at) == ":", text.isFirstOnLine(at + 1) || !["(", "["].contains(text.text(text.parent[at])) {
                if at > index + 1 { return at }
            }
            if text.text(at) == "do", text.kind(at) == .word { return at }
            at = text.partner[at] > at ? text.partner[at] + 1 : at + 1
        }
        return nil
    }

    func forHead(_ index: Int) -> Idiom? {
        guard let end = headEnd(index) else { return nil }
        var (from, to) = (index + 1, end)
        var isAwait = false
        if text.text(from) == "await" || text.text(from) == "each" { (from, isAwait) = (from + 1, true) }
        if from == to {
            return replacing("for-head", index, index + 1, by: "while true", hint: "write `while true { … }`")
        }
        var isGrouped = false
        if text.text(from) == "(", text.partner[from] == to - 1 { (from, to, isGrouped) = (from + 1, to - 1, true) }
        if let idiom = counting(index, from, to, isGrouped ? to + 1 : to) { return idiom }
        let first = from
        while Self.declarationWords.contains(text.text(from))
            || (Self.typeWords.contains(text.text(from)) && text.kind(from + 1) == .word && text.text(from + 1) != "in")
        {
            from += 1
        }
        let separators: Set<String> = ["in", "of", ":", "range", "as", ":=", "="]
        guard let separator = text.find(separators, from, to) else {
            // Go's `for condition {`
            if !isGrouped, hasOperator(from, to), text.text(end) == "{" {
                return replacing(
                    "for-head",
                    index,
                    index + 1,
                    by: "while",
                    hint: Self.writeHint("while \(text.slice(from, to)) { … }")
                )
            }
            return nil
        }
        var source = separator + 1
        if text.text(separator) == ":=" || text.text(separator) == "=", text.text(separator + 1) == "range" {
            source = separator + 2
        }
        if text.text(source) == "ref" || text.text(source) == "&" { source += 1 }
        guard source < to else { return nil }
        // `foreach (xs as k => v)`
        var variables = from..<separator
        var iterable = source..<to
        if text.text(separator) == "as" { (variables, iterable) = (separator + 1..<to, from..<separator) }
        var names = text.split(
            variables.lowerBound,
            variables.upperBound,
            at: text.text(separator) == "as" ? "=>" : ","
        )
        if names.count == 1, names[0].count > 1, ["(", "["].contains(text.text(names[0].lowerBound)) {
            names = text.items(names[0].lowerBound)
        }
        guard names.allSatisfy({ $0.count == 1 && text.kind($0.lowerBound) == .word }), !names.isEmpty else {
            return nil
        }
        let words = names.map { text.text($0.lowerBound) }
        let isForeign =
            isGrouped || isAwait || from > first || text.text(separator) != "in" || words.count > 1
            || text.text(index) == "foreach"
        guard isForeign else { return simpleHead(index, words[0], iterable, end) }
        // A head in parentheses that is a value: `for (x) in …` was unpacked above.
        let declared = from > first
        return loopHead(
            index,
            words,
            iterable,
            end,
            isIndexing: text.text(separator) == "in" && declared,
            isRange: text.text(separator + 1) == "range"
        )
    }

    /// `for i in 1 to 3`, `for x in r.items()`; ranges have a rule of their own.
    private func simpleHead(_ index: Int, _ name: String, _ iterable: Range<Int>, _ end: Int) -> Idiom? {
        if let to = text.find(["to", "until", "through"], iterable.lowerBound, iterable.upperBound),
            to > iterable.lowerBound
        {
            let last =
                text.text(to) == "until"
                ? text.slice(to + 1, iterable.upperBound) : successor(to + 1, iterable.upperBound)
            return replacing(
                "for-head",
                iterable.lowerBound,
                iterable.upperBound,
                by: "range(\(text.slice(iterable.lowerBound, to)), \(last))"
            )
        }
        return nil
    }

    /// An expression plus one.
    func successor(_ from: Int, _ to: Int) -> String {
        if to == from + 1, let number = Int(text.text(from)) { return String(number + 1) }
        return "\(hasOperator(from, to) ? "(" + text.slice(from, to) + ")" : text.slice(from, to)) + 1"
    }

    // MARK: Counting

    /// `let i = 0; i < n; i++`, `i = 1 to n`, `i = 1, n`
    private func counting(_ index: Int, _ from: Int, _ to: Int, _ headEnd: Int) -> Idiom? {
        let parts = semicolonParts(from, to)
        if parts.count == 3 { return cStyle(index, parts, headEnd) }
        guard parts.count == 1 else { return nil }
        var name = from
        while Self.declarationWords.contains(text.text(name)) || Self.typeWords.contains(text.text(name)) { name += 1 }
        guard text.kind(name) == .word,
            text.text(name + 1) == "=" || text.text(name + 1) == "from" || text.text(name + 1) == ":="
        else { return nil }
        if text.text(name + 2) == "range" { return nil }
        let begin = name + 2
        let variable = text.text(name)
        if let mark = text.find(["to", "downto", "until"], begin, to) {
            let stepMark = text.find(["step", "by"], mark, to)
            let last = mark + 1..<(stepMark ?? to)
            let step = stepMark.map { text.slice($0 + 1, to) }
            var range = "range(\(text.slice(begin, mark)), "
            if text.text(mark) == "downto" {
                range += "\(text.slice(last.lowerBound, last.upperBound)) - 1, -1)"
            } else {
                range +=
                    (text.text(mark) == "until"
                        ? text.slice(last.lowerBound, last.upperBound) : successor(last.lowerBound, last.upperBound))
                range += step.map { ", \($0))" } ?? ")"
            }
            return replacing("for-head", index, headEnd, by: "for \(variable) in \(range)")
        }
        // Lua
        let bounds = text.split(begin, to, at: ",")
        if text.text(name + 1) == "=", bounds.count == 2 || bounds.count == 3 {
            let last = successor(bounds[1].lowerBound, bounds[1].upperBound)
            let step = bounds.count == 3 ? ", " + text.slice(bounds[2].lowerBound, bounds[2].upperBound) : ""
            return replacing(
                "for-head",
                index,
                headEnd,
                by:
                    "for \(variable) in range(\(text.slice(bounds[0].lowerBound, bounds[0].upperBound)), \(last)\(step))"
            )
        }
        return nil
    }

    private func semicolonParts(_ from: Int, _ to: Int) -> [Range<Int>] {
        var parts: [Range<Int>] = []
        var begin = from
        for at in from..<max(from, to) where text.text(at) == ";" {
            parts.append(begin..<at)
            begin = at + 1
        }
        parts.append(begin..<max(begin, to))
        return parts
    }

    private func cStyle(_ index: Int, _ parts: [Range<Int>], _ headEnd: Int) -> Idiom? {
        if parts.allSatisfy(\.isEmpty) { return replacing("for-head", index, headEnd, by: "while true") }
        var name = parts[0].lowerBound
        while Self.declarationWords.contains(text.text(name)) || Self.typeWords.contains(text.text(name)),
            text.kind(name + 1) == .word
        { name += 1 }
        let variable = text.text(name)
        guard ["=", ":="].contains(text.text(name + 1)), name + 2 < parts[0].upperBound, parts[1].count >= 3 else {
            return nil
        }
        let start = text.slice(name + 2, parts[0].upperBound)
        let test = parts[1].lowerBound
        guard text.text(test) == variable, let step = stepOf(variable, parts[2]) else {
            return advice(
                "for-head",
                index,
                headEnd,
                "count with `for \(variable) in range(start, end, step) { … }`, or use `while`"
            )
        }
        let bound = test + 2..<parts[1].upperBound
        var last: String
        switch text.text(test + 1) {
        case "<", ">", "!=", "!==": last = text.slice(bound.lowerBound, bound.upperBound)
        case "<=": last = successor(bound.lowerBound, bound.upperBound)
        case ">=":
            last =
                Int(text.slice(bound.lowerBound, bound.upperBound)).map { String($0 - 1) } ?? text.slice(
                    bound.lowerBound,
                    bound.upperBound
                ) + " - 1"
        default: return nil
        }
        if let dot = lengthField(bound) { last = dot + (text.text(test + 1) == "<=" ? " + 1" : "") }
        let range =
            step == "1"
            ? (start == "0" ? "range(\(last))" : "range(\(start), \(last))") : "range(\(start), \(last), \(step))"
        return replacing("for-head", index, headEnd, by: "for \(variable) in \(range)")
    }

    /// `xs.length` as `len(xs)`
    private func lengthField(_ range: Range<Int>) -> String? {
        guard range.count >= 3, ["length", "size", "count"].contains(text.text(range.upperBound - 1)),
            text.text(range.upperBound - 2) == "."
        else { return nil }
        return "len(\(text.slice(range.lowerBound, range.upperBound - 2)))"
    }

    /// `i++`, `++i`, `i += 2`, `i = i - 1`
    private func stepOf(_ name: String, _ part: Range<Int>) -> String? {
        let words = part.map { text.text($0) }
        switch words.count {
        case 2 where words.contains("++"): return "1"
        case 2 where words.contains("--"): return "-1"
        case 3... where words[0] == name && words[1] == "+=": return text.slice(part.lowerBound + 2, part.upperBound)
        case 3... where words[0] == name && words[1] == "-=":
            return "-" + text.slice(part.lowerBound + 2, part.upperBound)
        case 5 where words[0] == name && words[1] == "=" && words[2] == name:
            return words[3] == "+" ? words[4] : words[3] == "-" ? "-" + words[4] : nil
        default: return nil
        }
    }

    // MARK: Iterating

    /// What a loop with several variables goes through.
    private enum Source {
        case plain(Range<Int>)
        case indexed(Range<Int>, from: String?)
        case pairs(Range<Int>)
        case zipped([Range<Int>])
    }

    private func source(of iterable: Range<Int>, count: Int, isRange: Bool) -> Source {
        let (from, to) = (iterable.lowerBound, iterable.upperBound)
        let call = text.text(from)
        if text.text(from + 1) == "(", text.partner[from + 1] == to - 1 {
            let arguments = text.items(from + 1)
            if ["enumerate", "ipairs", "each_with_index", "with_index"].contains(call), let first = arguments.first {
                var start: String?
                if arguments.count > 1 {
                    let range = arguments[1]
                    start =
                        text.text(range.lowerBound) == "start"
                        ? text.slice(range.lowerBound + 2, range.upperBound)
                        : text.slice(range.lowerBound, range.upperBound)
                }
                return .indexed(first, from: start)
            }
            if call == "zip", arguments.count == count { return .zipped(arguments) }
            if ["pairs", "items", "iter", "entries"].contains(call), let first = arguments.first {
                return .pairs(first)
            }
        }
        if text.slice(from, min(to, from + 3)) == "Object.entries", text.text(from + 3) == "(",
            let first = text.items(from + 3).first
        {
            return .pairs(first)
        }
        if text.text(to - 1) == ")", text.partner[to - 1] == to - 2, text.text(to - 4) == "." {
            switch text.text(to - 3) {
            case "items", "iteritems", "entries", "iter", "pairs", "each_pair", "to_vec":
                let inner = from..<to - 4
                if text.text(to - 3) == "entries", looksLike(inner) == .list { return .indexed(inner, from: nil) }
                return .pairs(inner)
            case "enumerate", "enumerated", "each_with_index", "with_index", "withIndex":
                var inner = from..<to - 4
                // `xs.iter().enumerate()`
                if text.text(inner.upperBound - 1) == ")",
                    ["iter", "into_iter", "each"].contains(text.text(inner.upperBound - 3))
                {
                    inner = from..<inner.upperBound - 4
                }
                return .indexed(inner, from: nil)
            default: break
            }
        }
        if isRange { return looksLike(iterable) == .record ? .pairs(iterable) : .indexed(iterable, from: nil) }
        if looksLike(iterable) == .record { return .pairs(iterable) }
        return .plain(iterable)
    }

    private func loopHead(
        _ index: Int,
        _ names: [String],
        _ iterable: Range<Int>,
        _ end: Int,
        isIndexing: Bool,
        isRange: Bool
    ) -> Idiom? {
        if names.count == 1 {
            var value = text.slice(iterable.lowerBound, iterable.upperBound)
            if isRange || isIndexing {
                if looksLike(iterable) == .list {
                    value = "range(len(\(value)))"
                } else if isIndexing {
                    value = "keys(\(value))"
                }
            }
            return replacing("for-head", index, end, by: "for \(names[0]) in \(value) ".trimmedEnd(text.isGlued(end)))
        }
        guard
            names.count == 2
                || {
                    if case .zipped = source(of: iterable, count: names.count, isRange: isRange) { true } else { false }
                }()
        else {
            return pairLoop(index, names, iterable, end)
        }
        switch source(of: iterable, count: names.count, isRange: isRange) {
        case .plain(let range): return pairLoop(index, names, range, end)
        case .pairs(let range):
            let (holder, hoisted) = held(range, index)
            if names[0] == "_" { return rewritten(index, end, "for \(names[1]) in values(\(holder))", [], hoisted) }
            return rewritten(
                index,
                end,
                "for \(names[0]) in keys(\(holder))",
                names[1] == "_" ? [] : ["\(names[1]) = \(holder)[\(names[0])]"],
                hoisted
            )
        case .indexed(let range, let start):
            let (holder, hoisted) = held(range, index)
            if names[0] == "_" {
                return rewritten(
                    index,
                    end,
                    "for \(names[1]) in \(text.slice(range.lowerBound, range.upperBound))",
                    [],
                    nil
                )
            }
            if let start {
                let counter = text.freshName("k")
                return rewritten(
                    index,
                    end,
                    "for \(counter) in range(len(\(holder)))",
                    ["\(names[0]) = \(counter) + \(start)", "\(names[1]) = \(holder)[\(counter)]"],
                    hoisted
                )
            }
            return rewritten(
                index,
                end,
                "for \(names[0]) in range(len(\(holder)))",
                names[1] == "_" ? [] : ["\(names[1]) = \(holder)[\(names[0])]"],
                hoisted
            )
        case .zipped(let ranges):
            let counter = text.freshName("i")
            let sources = ranges.map { text.slice($0.lowerBound, $0.upperBound) }
            guard ranges.allSatisfy({ text.postfixEnd($0.lowerBound) >= $0.upperBound }) else { return nil }
            return rewritten(
                index,
                end,
                "for \(counter) in range(len(\(sources[0])))",
                zip(names, sources).map { "\($0) = \($1)[\(counter)]" },
                nil
            )
        }
    }

    private func pairLoop(_ index: Int, _ names: [String], _ iterable: Range<Int>, _ end: Int) -> Idiom {
        let pair = text.freshName("pair")
        let lines = names.enumerated().filter { $0.element != "_" }.map { "\($0.element) = \(pair)[\($0.offset)]" }
        return rewritten(
            index,
            end,
            "for \(pair) in \(text.slice(iterable.lowerBound, iterable.upperBound))",
            lines,
            nil
        )
    }

    /// A name for a value that is read several times, and the line that makes it.
    private func held(_ range: Range<Int>, _ index: Int) -> (name: String, hoisted: Fix?) {
        let value = text.slice(range.lowerBound, range.upperBound)
        if text.kind(range.lowerBound) == .word, text.postfixEnd(range.lowerBound) >= range.upperBound,
            !value.contains("(")
        {
            return (value, nil)
        }
        let name = text.freshName("xs")
        return (name, hoist(["\(name) = \(value)"], before: index))
    }

    private func rewritten(_ index: Int, _ end: Int, _ head: String, _ lines: [String], _ hoisted: Fix?) -> Idiom {
        var fixes = [Fix(Span(text.place(index), text.tokens[end - 1].end), head)]
        if let hoisted { fixes.append(hoisted) }
        if !lines.isEmpty {
            let place = text.tokens[end].end
            if text.isFirstOnLine(end + 1), end + 1 < text.count {
                let indent =
                    text.text(end + 1) == "}" ? text.indent(text.place(index)) + "  " : text.indent(text.place(end + 1))
                fixes.append(Fix(Span(place, place), lines.map { "\n" + indent + $0 }.joined()))
            } else {
                fixes.append(Fix(Span(place, place), lines.map { " \($0);" }.joined()))
            }
        }
        return edits(
            "for-head",
            index,
            end,
            fixes,
            hint: Self.writeHint(([head + " {"] + lines).joined(separator: "\n") + "\n… }")
        )
    }

    // MARK: In comprehensions

    /// `[… for i, x in enumerate(xs) …]`
    func comprehensionFor(_ index: Int) -> Idiom? {
        let open = text.parent[index]
        guard open >= 0, text.text(open) == "[" || text.text(open) == "(", text.partner[open] > index else {
            return nil
        }
        let close = text.partner[open]
        guard let separator = text.find(["in", "of"], index + 1, close) else { return nil }
        var items = text.split(index + 1, separator, at: ",")
        if items.count == 1, ["(", "["].contains(text.text(index + 1)) { items = text.items(index + 1) }
        let names = items.map { text.text($0.lowerBound) }
        guard names.count == 2, items.allSatisfy({ $0.count == 1 }) else {
            return text.text(separator) == "of"
                ? replacing("for-head", separator, separator + 1, by: "in", hint: "write `in`") : nil
        }
        let end = text.find(["for", "if"], separator + 1, close) ?? close
        var replacements: [String: String] = [:]
        let head: String
        switch source(of: separator + 1..<end, count: 2, isRange: false) {
        case .indexed(let range, let start):
            let holder = grouped(range.lowerBound, range.upperBound)
            let counter = start == nil && names[0] != "_" ? names[0] : text.freshName("k")
            if let start { replacements[names[0]] = "(\(counter) + \(start))" }
            replacements[names[1]] = "\(holder)[\(counter)]"
            head = "for \(counter) in range(len(\(text.slice(range.lowerBound, range.upperBound))))"
        case .pairs(let range):
            let holder = grouped(range.lowerBound, range.upperBound)
            let key = names[0] == "_" ? text.freshName("k") : names[0]
            replacements[names[1]] = "\(holder)[\(key)]"
            head = "for \(key) in keys(\(text.slice(range.lowerBound, range.upperBound)))"
        case .zipped(let ranges):
            let counter = text.freshName("i")
            for (name, range) in zip(names, ranges) {
                replacements[name] = "\(grouped(range.lowerBound, range.upperBound))[\(counter)]"
            }
            head = "for \(counter) in range(len(\(text.slice(ranges[0].lowerBound, ranges[0].upperBound))))"
        case .plain(let range):
            let pair = text.freshName("pair")
            replacements = [names[0]: "\(pair)[0]", names[1]: "\(pair)[1]"]
            head = "for \(pair) in \(text.slice(range.lowerBound, range.upperBound))"
        }
        let element = substituted(open + 1..<index, replacements)
        let rest = substituted(end..<close, replacements)
        return replacing("for-head", open + 1, close, by: element + " " + head + (rest.isEmpty ? "" : " " + rest))
    }

    // MARK: Guesses

    enum Shape { case list, string, record, unknown }

    /// What a value looks like: its first character, or that of what its name was given.
    func looksLike(_ range: Range<Int>) -> Shape {
        guard let first = range.first else { return .unknown }
        if let shape = literalShape(first), text.postfixEnd(first) >= range.upperBound || text.text(first) == "[" {
            return shape
        }
        if text.kind(first) == .word, text.text(first + 1) == "(", range.count > 2 {
            switch text.text(first) {
            case "split", "keys", "values", "range", "push", "sorted", "list", "sort", "reverse", "unique": return .list
            case "join", "to_string", "trim", "format", "str", "upper", "lower", "replace", "chr": return .string
            default: return .unknown
            }
        }
        guard range.count == 1, text.kind(first) == .word else { return .unknown }
        for at in text.tokens.indices
        where text.text(at) == text.text(first) && text.text(at + 1) == "=" && at + 2 < text.count {
            if at + 2 == first { continue }
            if let shape = literalShape(at + 2) { return shape }
            if text.text(at + 3) == "(" { return looksLike(at + 2..<text.postfixEnd(at + 2)) }
        }
        return .unknown
    }

    private func literalShape(_ index: Int) -> Shape? {
        switch text.kind(index) {
        case .string, .template: return text.text(index + 1) == "*" ? .string : .string
        case .mark where text.text(index) == "[": return .list
        case .mark where text.text(index) == "{": return .record
        default: return nil
        }
    }
}

extension String {
    /// Without its last space, where a brace follows anyway.
    fileprivate func trimmedEnd(_ isGlued: Bool) -> String { isGlued ? self : String(dropLast()) }
}
