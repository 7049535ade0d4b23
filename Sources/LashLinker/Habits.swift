public import LashSyntax

/// What is probably not meant in a program that runs, because the same text means something else in other languages.
///
/// Only asked for where somebody will read the answer; costs about as much as linking.
public func likelyMistakes(in tree: SyntaxTree, environment: HostEnvironment = HostEnvironment()) -> [Diagnostic] {
    var finder = HabitFinder(tree: tree, environment: environment)
    finder.search()
    return finder.found.sorted { ($0.span?.start ?? 0, $0.code) < ($1.span?.start ?? 0, $1.code) }
}

/// The warnings about habits. Messages say what the program does, hints what to write.
enum Habit {
    case textNotFilled(String)
    case escapeLost(String)
    case yieldsBoolean(String)
    case precedence(String)
    case neverEqual(String)
    case comment(String)
    case wrapper(String)
    case tuple(String)
    case copy(String)
    case alwaysTrue(String)
    case fixedKey(String)
    case missingField(String)
    case keywordAssigned(String)
    case arithmeticOnText(String)
    case restored(String)
    case argumentOrder(String)

    var code: String {
        switch self {
        case .textNotFilled: "W0221"
        case .escapeLost: "W0222"
        case .yieldsBoolean: "W0223"
        case .precedence: "W0224"
        case .neverEqual: "W0225"
        case .comment: "W0226"
        case .wrapper: "W0227"
        case .tuple: "W0228"
        case .copy: "W0229"
        case .alwaysTrue: "W0230"
        case .fixedKey: "W0231"
        case .missingField: "W0232"
        case .keywordAssigned: "W0233"
        case .arithmeticOnText: "W0234"
        case .restored: "W0235"
        case .argumentOrder: "W0236"
        }
    }

    var message: String {
        switch self {
        case .textNotFilled(let part): "`\(part)` in a text stays as it is"
        case .escapeLost(let escape): "`\(escape)` loses its backslash"
        case .yieldsBoolean(let word): "`\(word)` gives true or false, not one of its operands"
        case .precedence(let text): "this means `\(text)`"
        case .neverEqual(let reason): "this comparison is always the same: \(reason)"
        case .comment(let mark): "what follows `\(mark)` here is \(mark == "//" ? "a comment" : "subtracted")"
        case .wrapper(let text): text
        case .tuple(let text): text
        case .copy(let name): "`\(name)` is a copy: what it was taken from stays as it is"
        case .alwaysTrue(let what): "\(what) is always true"
        case .fixedKey(let name): "the key is the word \"\(name)\", not the value of `\(name)`"
        case .missingField(let name): "`\(name)` has no field of this name, so it reads as null"
        case .keywordAssigned(let word): "this assigns to a variable called `\(word)`"
        case .arithmeticOnText(let text): "`*` takes \(text) for a number"
        case .restored(let name): "`\(name)` gets its old value back after the loop"
        case .argumentOrder(let name): "`\(name)` takes the text to search first"
        }
    }

    func diagnostic(_ span: Span, hint: String, fixes: [Fix] = []) -> Diagnostic {
        Diagnostic(code: code, stage: .link, message: message, span: span, hint: hint, fixes: fixes)
    }
}

/// Walks a tree with a stack of its own.
struct HabitFinder {
    let tree: SyntaxTree
    let environment: HostEnvironment
    let layout: Layout
    var found: [Diagnostic] = []
    var facts: NameFacts

    /// A node, and where it stands.
    struct Place {
        var node: NodeID
        /// Its value is the whole value of a `finish`, an assignment, an argument.
        var isWhole = false
        /// It is asked for true or false.
        var isCondition = false
        /// It is a template of `format`, or text that a function reads in its own way.
        var isTemplate = false
    }

    init(tree: SyntaxTree, environment: HostEnvironment) {
        self.tree = tree
        self.environment = environment
        layout = Layout(bytes: tree.source.bytes)
        facts = NameFacts(tree, environment)
    }

    static let limit = 20

    mutating func search() {
        checkComments()
        var pending = ([tree.main] + tree.declarations).reversed().map { Place(node: $0) }
        while let place = pending.popLast(), found.count < Self.limit {
            check(place)
            for child in children(place).reversed() { pending.append(child) }
        }
    }

    mutating func add(_ habit: Habit, _ span: Span, _ hint: String, _ fixes: [Fix] = []) {
        found.append(habit.diagnostic(span, hint: hint, fixes: fixes))
    }

    func text(_ node: NodeID) -> String { tree.source[tree.span(of: node)] }

    /// The name of a plain variable.
    func variable(_ node: NodeID) -> String? {
        if case .variable(let name) = tree[node] { return tree.text(of: name) }
        return nil
    }

    /// A closing parenthesis stands right behind a node.
    func isGrouped(_ node: NodeID) -> Bool {
        var at = tree.span(of: node).end
        let bytes = tree.source.bytes
        while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x0A || bytes[at] == 0x09 { at += 1 }
        return at < bytes.count && bytes[at] == UInt8(ascii: ")")
    }

    private func children(_ place: Place) -> [Place] {
        switch tree[place.node] {
        case .ifStatement(let condition, let then, let otherwise):
            return [Place(node: condition, isCondition: true), Place(node: then)]
                + (otherwise.map { [Place(node: $0)] } ?? [])
        case .whileLoop(let condition, let body): return [Place(node: condition, isCondition: true), Place(node: body)]
        case .ifClause(let condition): return [Place(node: condition, isCondition: true)]
        case .conditional(let condition, let then, let otherwise):
            return [
                Place(node: condition, isCondition: true), Place(node: then, isWhole: true),
                Place(node: otherwise, isWhole: true),
            ]
        case .not(let operand): return [Place(node: operand, isCondition: true)]
        case .binary(.and, let left, let right), .binary(.or, let left, let right):
            return [
                Place(node: left, isCondition: place.isCondition), Place(node: right, isCondition: place.isCondition),
            ]
        case .finish(let value), .print(let value): return [Place(node: value, isWhole: true)]
        case .assign(_, let steps, let value):
            return steps.map { Place(node: $0) } + [Place(node: value, isWhole: true)]
        case .call(let name, let arguments):
            let callee = tree.text(of: name)
            let isReader = ["format", "json_parse", "validate"].contains(callee)
            return arguments.enumerated().map { Place(node: $0.element, isTemplate: isReader && $0.offset == 0) }
        default: return tree.parts(of: place.node).map { Place(node: $0.node) }
        }
    }

    private mutating func check(_ place: Place) {
        switch tree[place.node] {
        case .string: checkText(place)
        case .binary(let operation, let left, let right): checkBinary(place, operation, left, right)
        case .ifStatement(let condition, _, _), .whileLoop(let condition, _): checkCondition(condition)
        case .not(let operand): if place.isCondition { checkEmptiness(operand) }
        case .finish(let value): checkFinish(value)
        case .print(let value): checkPrint(value)
        case .tuple(let items): checkNumbers(place.node, Array(items))
        case .field(let target, let name): checkField(place.node, target, name)
        case .record(let entries): checkKeys(entries)
        case .call(let name, let arguments): checkCall(place.node, name, Array(arguments))
        case .block(let statements): checkStatements(Array(statements))
        case .forLoop(let binding, let iterable, let body): checkLoop(place.node, binding, iterable, body)
        default: break
        }
    }

    // MARK: Texts

    private mutating func checkText(_ place: Place) {
        let span = tree.span(of: place.node)
        let source = tree.source[span]
        guard !source.hasPrefix("r"), source.utf8.count < 4_000 else { return }
        checkEscapes(source, span)
        if !place.isTemplate { checkPlaces(source, span) }
    }

    /// `\u00e9`, `\x41`, `\d`
    private mutating func checkEscapes(_ source: String, _ span: Span) {
        let bytes = Array(source.utf8)
        var fixes: [Fix] = []
        var first: String?
        var isPattern = false
        var at = 0
        while at + 1 < bytes.count {
            guard bytes[at] == UInt8(ascii: "\\") else {
                at += 1
                continue
            }
            let next = bytes[at + 1]
            switch next {
            case UInt8(ascii: "u"), UInt8(ascii: "x"):
                let isBraced = at + 2 < bytes.count && bytes[at + 2] == UInt8(ascii: "{")
                let begin = at + (isBraced ? 3 : 2)
                var end = begin
                let most = isBraced ? 6 : next == UInt8(ascii: "u") ? 4 : 2
                while end < bytes.count, end < begin + most, Self.isHex(bytes[end]) { end += 1 }
                let digits = String(decoding: bytes[begin..<end], as: UTF8.self)
                if end - begin >= (isBraced ? 1 : most), let value = UInt32(digits, radix: 16),
                    let scalar = Unicode.Scalar(value), value >= 0x20
                {
                    let stop = isBraced ? end + 1 : end
                    first = first ?? String(decoding: bytes[at..<min(stop, bytes.count)], as: UTF8.self)
                    let plain =
                        scalar == "\"" || scalar == "\\" || scalar == "'" ? "\\" + String(scalar) : String(scalar)
                    fixes.append(Fix(Span(span.start + at, span.start + stop), plain))
                }
            case UInt8(ascii: "d"), UInt8(ascii: "w"), UInt8(ascii: "s"), UInt8(ascii: "D"), UInt8(ascii: "W"),
                UInt8(ascii: "S"), UInt8(ascii: "."),
                UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "+"), UInt8(ascii: "*"), UInt8(ascii: "b"):
                isPattern = true
                first = first ?? "\\" + String(UnicodeScalar(next))
            default: break
            }
            at += 2
        }
        guard let first else { return }
        if isPattern, fixes.isEmpty {
            add(
                .escapeLost(first),
                span,
                "keep backslashes with a raw text: `r\(shortened(source))`",
                source.contains("\\n") ? [] : [Fix(Span(span.start, span.start), "r")]
            )
        } else if !fixes.isEmpty {
            add(.escapeLost(first), span, "write the character itself: `\(fixes[0].replacement)`", fixes)
        }
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || (byte | 0x20) &- UInt8(ascii: "a") < 6
    }

    func shortened(_ text: String) -> String { text.count > 50 ? String(text.prefix(47)) + "…" : text }

    /// `{name}`, `${name}`, `#{name}` and `{{name}}` with the name of a variable.
    private mutating func checkPlaces(_ source: String, _ span: Span) {
        var at = source.startIndex
        while let open = source[at...].firstIndex(of: "{") {
            let inner = source.index(after: open)
            guard inner < source.endIndex, let close = source[inner...].firstIndex(of: "}") else { return }
            let isDoubled = source[inner] == "{"
            let begin = isDoubled ? source.index(after: inner) : inner
            let name = begin <= close ? String(source[begin..<close]) : ""
            let root = name.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
            let rest = name.dropFirst(root.count)
            if !root.isEmpty,
                rest.isEmpty
                    || rest.hasPrefix(".") && rest.dropFirst().allSatisfy({ $0.isLetter || $0 == "_" || $0 == "." }),
                facts.isKnown(String(root))
            {
                let before = open > source.startIndex ? source[source.index(before: open)] : " "
                let mark = before == "$" || before == "#" ? String(before) : ""
                let shown = mark + (isDoubled ? "{{\(name)}}" : "{\(name)}")
                let template = source.split(separator: shown, omittingEmptySubsequences: false).joined(separator: "{}")
                add(.textNotFilled(shown), span, "write `format(\(shortened(String(template))), \(name))`")
                return
            }
            at = source.index(after: close)
        }
    }

    // MARK: Comments

    /// `n // 2`, `x = 5 -- half of it`
    private mutating func checkComments() {
        let bytes = tree.source.bytes
        var line = 0
        while line < bytes.count {
            var end = line
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            checkLine(line, end)
            line = end + 1
        }
    }

    private mutating func checkLine(_ start: Int, _ end: Int) {
        let bytes = tree.source.bytes
        var at = start
        while at + 1 < end {
            if bytes[at] == UInt8(ascii: "#") || bytes[at] == UInt8(ascii: "\"") || bytes[at] == UInt8(ascii: "'") {
                return
            }
            if bytes[at] == UInt8(ascii: "/"), bytes[at + 1] == UInt8(ascii: "/") { break }
            at += 1
        }
        guard at + 1 < end, at > start else { return }
        var before = at - 1
        while before > start, bytes[before] == 0x20 { before -= 1 }
        let last = bytes[before]
        let isOperand =
            (last | 0x20) &- UInt8(ascii: "a") < 26 || last &- UInt8(ascii: "0") < 10 || last == UInt8(ascii: ")")
            || last == UInt8(ascii: "]") || last == UInt8(ascii: "_")
        guard isOperand, at - before <= 2 else { return }
        var rest = trimmed(tree.source[Span(at + 2, end)])
        let isAssignment = rest.hasPrefix("=")
        if isAssignment { rest = trimmed(String(rest.dropFirst())) }
        let isNumber = !rest.isEmpty && rest.allSatisfy { $0.isNumber || $0 == "." }
        let isName = facts.isKnown(rest)
        guard isNumber || isName else { return }
        var left = before
        while left > start, bytes[left - 1] != 0x20, bytes[left - 1] != UInt8(ascii: "("),
            bytes[left - 1] != UInt8(ascii: "=")
        { left -= 1 }
        let operand = tree.source[Span(left, before + 1)]
        let call = "floor_div(\(operand), \(rest))"
        let fixed = isAssignment ? "\(operand) = \(call)" : call
        add(.comment("//"), Span(at, end), "write `\(fixed)`", [Fix(Span(left, end), fixed)])
    }

    private func trimmed(_ text: String) -> String {
        var result = text[...]
        while result.first?.isWhitespace == true { result.removeFirst() }
        while result.last?.isWhitespace == true { result.removeLast() }
        return String(result)
    }
}
