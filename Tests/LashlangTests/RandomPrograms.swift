#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// How many random programs a test takes: what a variable of the environment says, or the usual number, of which code that
/// is not optimised does a fifth. `make asan` is optimised, and does all.
func randomCount(usually usual: Int, variable: String) -> Int {
    if let wanted = getenv(variable).flatMap({ Int(String(cString: $0)) }) { return wanted }
    #if DEBUG
    return usual / 5
    #else
    return usual
    #endif
}

/// A fixed sequence of numbers, so that a failure can be repeated from its seed.
struct SeededNumbers {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) &* 0x9E37_79B9_7F4A_7C15 }

    /// A number from 0 up to but without `bound`.
    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }

    /// True once in `count` times.
    mutating func once(in count: Int) -> Bool { below(count) == 0 }

    mutating func element<T>(of items: [T]) -> T { items[below(items.count)] }
}

/// A statement that can be taken away with all that it contains.
indirect enum Fragment: Equatable {
    case line(String)
    case block(head: String, body: [Fragment], otherwise: [Fragment]?)

    var text: String { render(indent: "") }

    private func render(indent: String) -> String {
        switch self {
        case .line(let text): return indent + text
        case .block(let head, let body, let otherwise):
            func lines(_ statements: [Fragment]) -> String {
                statements.map { $0.render(indent: indent + "  ") + "\n" }.joined()
            }
            let tail = otherwise.map { " else {\n\(lines($0))\(indent)}" } ?? ""
            return "\(indent)\(head) {\n\(lines(body))\(indent)}\(tail)"
        }
    }
}

/// The text of some statements.
func programText(_ statements: [Fragment]) -> String { statements.map { $0.text + "\n" }.joined() }

/// Makes programs that are grammatical and otherwise wild: operands of every kind meet every operation.
struct RandomPrograms {
    var numbers: SeededNumbers
    private var loops = 0
    /// Whether statements are those of a function, which sees its parameters and nothing else.
    private var isInFunction = false

    init(seed: Int) { numbers = SeededNumbers(seed: seed) }

    private static let names = ["a", "b", "c", "xs", "r", "s", "n", "t"]
    private static let keys = ["a", "b", "k", "ok", "value", "é"]
    private static let literals = [
        "null", "true", "false", "0", "1", "2", "3", "-1", "-0", "0.5", "1e3", "0.1", "1e300", "9007199254740993",
        "0xff", "1_000", #""""#, #""a""#, #""b""#, #""é""#, #""日本語""#, #""😀x""#, #""12""#, #"" 7 ""#, #""-0""#,
        #""more than fourteen bytes""#, #""ä long text, ä longer one, ä longest""#, "[]", "{}", "()", "(1,)",
        "[1, 2, 3]", "[1, [2, 3]]", #"["x", "é"]"#, "{a: 1}", "{a: {b: 1}}", "{a: [1, 2], b: {k: null}}",
        #"{"é": 1, k: "v"}"#, "[{a: 1}, {a: 2}]", "(1, [2])",
    ]
    private static let operators = ["+", "+", "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "and", "or"]
    private static let unary = [
        "len", "empty", "keys", "values", "trim", "to_string", "to_int", "to_float", "json_parse", "range", "format",
    ]
    private static let untyped = ["sort", "sum", "min", "max", "lower", "upper", "unique", "reverse"]
    private static let binary = [
        "contains", "find", "grep_text", "starts_with", "ends_with", "split", "join", "ceil_div", "floor_div", "push",
        "range", "format",
    ]

    /// The statements of one block; the first one of a session gives the variables their first values.
    mutating func block(isFirst: Bool) -> [Fragment] {
        var statements: [Fragment] = []
        if isFirst {
            statements = Self.names.dropLast().map { .line("\($0) = \(numbers.element(of: Self.literals))") }
            statements += functions()
        } else if numbers.once(in: 3) {
            statements.append(function("first", recursion: false))
        }
        for _ in 0..<(2 + numbers.below(6)) { statements.append(statement(depth: 3)) }
        if numbers.once(in: 2) { statements.append(.line("finish \(expression(2))")) }
        return statements
    }

    // MARK: Functions

    /// One that hides the type of its argument, one that computes, one that calls that one, and one that calls itself.
    private mutating func functions() -> [Fragment] {
        [
            .line("fn id(v: any) -> any { v }"), function("first", recursion: false),
            function("second", recursion: false), function("third", recursion: true),
        ]
    }

    private mutating func function(_ name: String, recursion: Bool) -> Fragment {
        isInFunction = true
        defer { isInFunction = false }
        var body: [Fragment] = [.line("u = p"), .line("w = q")]
        for _ in 0..<(1 + numbers.below(3)) { body.append(statement(depth: 2)) }
        if name == "second" { body.append(.line("u = first(\(expression(1)), w)")) }
        if recursion { body.append(.line("u = q > 0 ? third(\(expression(1)), q - 1) : u")) }
        body.append(.line(numbers.once(in: 3) ? "return \(expression(2))" : "w == w ? \(expression(2)) : w"))
        return .block(head: "fn \(name)(p: any, q: any) -> any", body: body, otherwise: nil)
    }

    /// A call of a function, or of a builtin that would refuse what it knows to be wrong.
    private mutating func functionCall(_ depth: Int) -> String {
        if isInFunction { return "upper(to_string(\(expression(depth))))" }
        let (one, other) = (expression(depth), expression(depth))
        switch numbers.below(8) {
        case 0: return "first(\(one), \(other))"
        case 1: return "second(\(one), \(other))"
        case 2: return "third(\(one), \(numbers.below(4)))"
        case 3: return "(id(\(one)) \(numbers.element(of: ["in", "not in"])) id(\(other)))"
        case 4: return "\(numbers.element(of: Self.untyped))(id(\(one)))"
        case 5: return "\(numbers.element(of: ["sort_by", "min", "max"]))(id(\(one)), id)"
        case 6: return "replace(id(\(one)), id(\(other)), \"é\")"
        default: return "sort_by(id(\(one)), \"a\"\(numbers.once(in: 2) ? ", \"desc\"" : ""))"
        }
    }

    // MARK: Statements

    private mutating func statements(depth: Int) -> [Fragment] {
        (0..<(1 + numbers.below(3))).map { _ in statement(depth: depth) }
    }

    private mutating func statement(depth: Int) -> Fragment {
        switch numbers.below(depth > 0 ? 20 : 14) {
        case 0...2: return .line("\(name) = \(expression(3))")
        case 3...7: return .line(update())
        case 8...9: return .line("\(path()) = \(expression(2))")
        case 10...11: return .line("\(isInFunction ? "w =" : "print") \(expression(3))")
        case 12: return .line(call(2))
        case 13:
            if loops > 0 { return .line(numbers.once(in: 2) ? "break" : "continue") }
            let end = isInFunction ? "return" : "finish"
            return .line(numbers.once(in: 4) ? "\(end) \(expression(2))" : "let \(name) = \(expression(2))")
        case 14...15:
            let body = statements(depth: depth - 1)
            let otherwise = numbers.once(in: 2) ? statements(depth: depth - 1) : nil
            return .block(head: "if \(expression(2))", body: body, otherwise: otherwise)
        case 16...18: return loop("for \(name) in \(iterable())", depth: depth)
        default: return loop("while \(condition())", depth: depth)
        }
    }

    private mutating func loop(_ head: String, depth: Int) -> Fragment {
        loops += 1
        var body = statements(depth: depth - 1)
        if head.hasPrefix("while n <") || head.hasPrefix("while w <") {
            body.insert(.line(isInFunction ? "w = w + 1" : "n = n + 1"), at: numbers.below(body.count + 1))
        }
        loops -= 1
        return .block(head: head, body: body, otherwise: nil)
    }

    private mutating func condition() -> String {
        if numbers.once(in: 8) { return "\(expression(1)) % \(1 + numbers.below(4)) == \(numbers.below(3))" }
        return numbers.once(in: 4) ? expression(2) : "\(isInFunction ? "w" : "n") < \(2 + numbers.below(6))"
    }

    private mutating func iterable() -> String {
        switch numbers.below(8) {
        case 0...1: return "range(\(numbers.below(6)))"
        case 2: return "range(\(expression(1)), \(expression(1)))"
        case 3...5: return name
        case 6: return isInFunction ? name : "given.a"
        default: return expression(2)
        }
    }

    /// Shapes that may run in place: the result must not show it.
    private mutating func update() -> String {
        let (target, key, value) = (name, index(), expression(2))
        switch numbers.below(14) {
        case 0: return "\(target) = push(\(target), \(value))"
        case 1: return "\(target) = \(target) + [\(value)]"
        case 2: return "\(target) = \(target) + \(value)"
        case 3: return "\(target) = \(target) + \(name) + \(name)"
        case 4: return "\(target)[\(key)] = \(target)[\(key)] + \(numbers.element(of: Self.literals))"
        case 5: return "\(target)[\(key)] = \(target)[\(key)] + \(value)"
        case 6: return "\(target).a.b = \(value)"
        case 7: return "\(target).a = push(\(target).a, \(value))"
        case 8: return "\(target).a[\(key)].k = \(value)"
        case 9: return "\(target)[\(key)] = \(target)"
        case 10: return "\(target) = push(\(target), \(target))"
        case 11: return "\(target) = slice(\(target), \(index()), \(index()))"
        case 12: return "\(target) = \(target) \(numbers.element(of: ["+", "-", "*", "%"])) \(1 + numbers.below(3))"
        default: return "\(target) = \(name)"
        }
    }

    private mutating func path() -> String {
        var text = name
        for _ in 0..<(1 + numbers.below(3)) { text += step() }
        return text
    }

    private mutating func step() -> String {
        if numbers.once(in: 2) { return "[\(index())]" }
        let key = numbers.element(of: Self.keys)
        return key == "é" ? ".\"é\"" : ".\(key)"
    }

    // MARK: Expressions

    private var name: String {
        mutating get { numbers.element(of: isInFunction ? ["u", "w", "u", "w", "p"] : Self.names) }
    }

    private mutating func index() -> String {
        switch numbers.below(6) {
        case 0...2: return "\(numbers.below(4))"
        case 3: return "-1"
        case 4: return "\"\(numbers.element(of: Self.keys))\""
        default: return name
        }
    }

    private mutating func expression(_ depth: Int) -> String {
        if depth <= 0 { return leaf() }
        switch numbers.below(16) {
        case 0...2: return leaf()
        case 3...6:
            let operation = numbers.element(of: Self.operators)
            return "(\(expression(depth - 1)) \(operation) \(expression(depth - 1)))"
        case 7: return "(\(expression(depth - 1)) ? \(expression(depth - 1)) : \(expression(depth - 1)))"
        case 8: return numbers.element(of: ["-", "not ", "!"]) + expression(depth - 1)
        case 9...10: return name + step() + (numbers.once(in: 2) ? step() : "")
        case 11...12: return call(depth - 1)
        case 13: return aggregate(depth - 1)
        case 14: return comprehension(depth - 1)
        default: return numbers.once(in: 3) ? "(\(expression(depth - 1)))?" : name
        }
    }

    private mutating func leaf() -> String {
        switch numbers.below(9) {
        case 0...3: return numbers.element(of: Self.literals)
        case 4 where !isInFunction:
            return numbers.element(of: ["given", "given.a", "given.b.c", "given.a[1]", "given.missing"])
        default: return name
        }
    }

    private mutating func aggregate(_ depth: Int) -> String {
        let (one, other) = (expression(depth), expression(depth))
        switch numbers.below(4) {
        case 0: return "[\(one), \(other)]"
        case 1: return "(\(one), \(other))"
        case 2: return "{\(numbers.element(of: ["a", "b", "k"])): \(one), k: \(other)}"
        default: return "[\(one)]"
        }
    }

    private mutating func comprehension(_ depth: Int) -> String {
        let filter = numbers.once(in: 2) ? " if \(expression(depth))" : ""
        let second = numbers.once(in: 4) ? " for \(name) in \(iterable())" : ""
        return "[\(expression(depth)) for \(name) in \(iterable())\(filter)\(second)]"
    }

    private mutating func call(_ depth: Int) -> String {
        switch numbers.below(15) {
        case 12...14: return functionCall(depth)
        case 0...4: return "\(numbers.element(of: Self.unary))(\(expression(depth)))"
        case 5...8: return "\(numbers.element(of: Self.binary))(\(expression(depth)), \(expression(depth)))"
        case 9: return "slice(\(expression(depth)), \(index()), null)"
        case 10: return "format(\"{} é {}\", \(expression(depth)), \(expression(depth)))"
        default: return "validate(\(expression(depth)), Type { a: int | str, k: list[any]? })"
        }
    }
}
