import Lashlang
import Testing

/// Every operation of the language with every kind of projected operand: the result, or the error, is that of the plain
/// value.
@Suite struct ProjectionTableTests {
    /// How a value is handed over.
    enum Form: String, CaseIterable {
        /// A projection whose parts are projections, which answers what it can.
        case lazy
        /// A projection that says nothing but the whole.
        case bare
        /// The same, whose kind is not known beforehand.
        case unknown
        /// Inside a record that is a projection.
        case derived
        /// An element of a list that is a projection.
        case element
        /// Inside a plain record.
        case nested
        /// A projection whose answers have to be waited for.
        case late
        /// A projection that says nothing but the whole, later.
        case lateBare

        /// The binding, and how programs write the operand.
        func binding(_ value: Value) -> (value: Value, operand: String) {
            func projection(_ descriptor: any ProjectionDescriptor) -> Value {
                .projection(Projection(descriptor, name: "p"))
            }
            switch self {
            case .lazy: return (projection(ValueProjection(value)), "p")
            case .bare: return (projection(Whole(ProjectionKind(value), value)), "p")
            case .unknown: return (projection(Whole(.unknown, value)), "p")
            case .derived: return (projection(ValueProjection(["v": value])), "p.v")
            case .element: return (projection(ValueProjection([0, value])), "p[1]")
            case .nested: return (["v": projection(ValueProjection(value))], "p.v")
            case .late: return (projection(LateProjection(ValueProjection(value))), "p")
            case .lateBare: return (projection(LateProjection(Whole(ProjectionKind(value), value))), "p")
            }
        }
    }

    /// Says nothing but the whole.
    private final class Whole: ProjectionDescriptor {
        let kind: ProjectionKind
        private let value: Value

        init(_ kind: ProjectionKind, _ value: Value) {
            self.kind = kind
            self.value = value
        }

        func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
            question == .materialize ? .value(value) : .unanswered
        }
    }

    static let values: [Value] = [
        nil, true, 0, 2, -1.5, "", "2", "a,b\nä x", "a text that is longer than what fits beside a tag",
        [], [1, 2, 3], ["a", "b", "a"], [[1], ["k": 2], nil], .tuple([]), .tuple([1, "x"]),
        [:], ["k": 1, "v": ["k": [1, 2]]], ["ok": true, "value": 7], ["ok": false, "error": ["message": "broken"]],
        ["$lash_type": ["type": "object"]], ["1": "one", "true": 2, "null": 3],
    ]

    /// `P` is the operand. What a program prints counts too.
    static let programs: [String] = [
        "finish P in [2, [1, 2, 3]]", "finish 2 in P", "finish \"k\" in P", "finish \"a\" not in P", "finish P in P",
        "finish P in {k: 1}", "finish P in \"a2b\"", "finish sort(P)", "finish sort(P, \"desc\")", "finish sum(P)",
        "finish min(P)", "finish max(P)", "finish min(P, 1)", "finish unique(P)", "finish reverse(P)",
        "finish lower(P)",
        "finish upper(P)", "finish replace(P, \"a\", \"b\")", "finish replace(\"a2\", P, \"c\")",
        "finish unique([P, P, 1])",
        "finish sort([P, 1])", "finish sum([P, 1])", "finish max([1, P])", "finish reverse([P, 1])",
        "finish sort_by(P, \"k\")",
        "finish sort_by([{k: P}, {k: 1}], \"k\")",
        "finish P", "print P", "print [P, {k: P}]", "finish [P]", "finish {k: P, t: (P,)}", "x = P\nfinish x",
        "x = [P]\nfinish x[0]", "x = {}\nx.k = P\nfinish x", "x = [0]\nx[0] = P\nfinish x", "finish P + 1",
        "finish 1 + P", "finish P + P", "finish P + \"s\"", "finish \"s\" + P", "finish P + [9]", "finish [9] + P",
        "finish P + (9,)", "finish \"a\" + 1 + P + \"b\"", "s = \"s\"\ns = s + P\nfinish s",
        "t = 1\nt = t + P\nfinish t", "xs = [1]\nxs = xs + P\nfinish xs", "xs = [1]\nxs = xs + [P]\nfinish xs",
        "finish P - 1", "finish 8 * P", "finish P / 2", "finish 7 % P", "finish -P", "finish not P", "finish !P",
        "finish P == null", "finish P == P", "finish P == 2", "finish [P] == [P]", "finish P != \"2\"",
        "finish P == [1, 2, 3]", "finish P == {k: 1, v: {k: [1, 2]}}", "finish [P, 1] == [2, 1]",
        "finish {k: P} == {k: []}", "finish P < 3", "finish \"b\" > P", "finish P <= P", "finish P >= \"a\"",
        "if P { finish 1 } else { finish 2 }", "finish P ? 1 : 2", "finish P and true", "finish false or P",
        "while P { finish 1 }\nfinish 2", "n = 0\nwhile not P { n = n + 1\nif n > 2 { finish n } }\nfinish n",
        "finish [1 for i in [1, 2] if P]", "for x in P { print x }", "for x in P { print [x] }\nfinish 1",
        "finish [x for x in P]", "finish [[x] for x in P if x]", "t = 0\nfor x in P { t = t + x }\nfinish t",
        "for i in range(P) { print i }", "for i in range(0, P) { print i }", "for i in range(3, 0, P) { print i }",
        "finish P.k", "finish P.missing", "finish P.v.k", "finish P.v.k[1]", "finish P.k.k", "finish P.size",
        "finish P[0]", "finish P[-1]", "finish P[99]", "finish P[1.5]", "finish P[\"k\"]", "finish P[\"1\"]",
        "finish P[1]", "finish P[true]", "finish P[null]", "finish P[[1]]", "finish P[P]", "finish P[0][0]",
        "finish P[1].k", "finish [10, 20, 30][P]", "finish {k: 5, \"2\": 6}[P]", "finish \"text\"[P]",
        "finish (1, 2, 3)[P]", "finish P?", "finish (P)?.k", "finish ({ok: P, value: 1})?",
        "finish ({ok: false, error: P})?", "finish ({ok: true, value: P})?", "finish len(P)", "finish empty(P)",
        "finish keys(P)", "finish values(P)", "finish trim(P)", "finish to_string(P)", "finish to_string([P])",
        "finish to_string((P, \"q\"))", "finish to_int(P)", "finish to_float(P)", "finish json_parse(P)",
        "finish contains(P, \"a\")", "finish contains(P, 2)", "finish contains(P, [1])",
        "finish contains([1, P], 2)", "finish contains([[1, 2, 3], \"2\"], P)", "finish contains(\"a,b 2\", P)",
        "finish contains({k: 1, \"2\": 1}, P)", "finish contains(P, P)", "finish find(P, \"x\")",
        "finish find(P, \"\", 1)", "finish find(P, 2)", "finish find(\"xx2\", P)",
        "finish find(\"a2b2\", \"2\", P)", "finish find(P, [1])", "finish find(P, \"a\", -1)",
        "finish grep_text(P, \"b\")", "finish grep_text(P, \"\")", "finish grep_text(\"a2\\nb\", P)",
        "finish starts_with(P, \"a\")", "finish ends_with(P, \"x\")", "finish starts_with(\"2x\", P)",
        "finish ends_with(\"x2\", P)", "finish split(P, \",\")", "finish split(P, \"\")",
        "finish split(\"a2b\", P)", "finish join(P, \"-\")", "finish join([P, 1], \"-\")",
        "finish join([1, 2], P)", "finish slice(P, 0, 1)", "finish slice(P, -1, null)",
        "finish slice(P, null, -1)", "finish slice(P, 1, 99)", "finish slice(P, null, null)",
        "finish slice([1, 2, 3], P, null)", "finish slice(\"text\", 0, P)",
        "finish slice(slice(P, 1, null), 0, 1)", "finish slice(P, \"x\", 1)", "finish push(P, 1)",
        "finish push([1], P)", "x = []\nx = push(x, P)\nfinish x", "finish push(P, P)", "finish range(P)",
        "finish range(0, P)", "finish ceil_div(P, 2)", "finish floor_div(7, P)", "finish format(\"{}\", P)",
        "finish format(\"{1} {0}\", P, [P])", "finish format(P, 1)", "finish format(\"{}\", (P,))",
        "finish validate(P, Type { k: int })", "finish validate({v: P}, Type { v: int })", "finish validate(1, P)",
        "finish validate({v: P}, Type { v: list[int] })", "finish validate({v: P}, Type { v: any })",
        "t = P\nfinish validate({k: 1}, Type { k: t })", "x = P\nx.k = 5\nfinish [x, P]",
        "x = P\nx.k = x.k + 1\nfinish x", "x = P\nx[0] = 5\nfinish [x, P]", "x = P\nx[\"n\"] = 1\nfinish x",
        "x = P\nx[0] = x[0] + 1\nfinish x", "x = P\nx.v.k = 1\nfinish x", "x = P\nx.v.k[0] = 9\nfinish [x, P]",
        "x = P\nx.v.k = push(x.v.k, 3)\nfinish x", "x = P\nx.v.k[1] = x.v.k[1] + 1\nfinish x",
        "x = [P]\nx[0].k = 2\nfinish x", "x = {a: P}\nx.a.k = x.a.k + P\nfinish x",
        "x = [P]\nx[0] = x[0] + 1\nfinish x", "x = [P]\nx[0] = x[0] + \"s\"\nfinish x",
        "x = [P]\nx[0] = push(x[0], 4)\nfinish x", "x = [1, 2, 3]\nx[P] = 9\nfinish x",
        "x = {}\nx[P] = 9\nfinish x", "x = {}\nx[P] = x[P] + 1\nfinish x",
        "x = {a: [1, 2, 3]}\nx.a[P] = x.a[P] + P\nfinish x", "x = {a: \"s\"}\nx.a = x.a + P\nfinish x",
        "x = [[1], [2]]\nx[0][0] = P\nfinish x", "x = P\nx = x + x\nfinish x", "x = P\nx = push(x, x)\nfinish x",
        "finish await P", "finish await [P]", "finish {k: [P, {k: P}]}", "a = P\nb = a\nfinish [a == b, a, b]",
        "x = [P, P]\ny = x\ny[0] = 1\nfinish [x, y]",
    ]

    /// What comes of a program: its prints, and its result or error.
    private struct Trace: Equatable {
        var prints: [Value] = []
        var end = ""
    }

    private func trace(_ text: String, _ value: Value) async throws -> Trace {
        var bindings = ProjectedBindings()
        try bindings.bind("p", value)
        let environment = HostEnvironment(readOnlyNames: ["p"])
        var trace = Trace()
        let program: Program
        do throws(Diagnostics) { program = try Program(text, environment: environment) } catch {
            trace.end = error.all.map(\.message).joined()
            return trace
        }
        let session = Session()
        do throws(RuntimeError) {
            let limits = Limits(fuel: 1_000_000)
            let outcome = try await session.run(program, host: Host(), bindings: bindings, limits: limits) {
                trace.prints.append($0)
            }
            // The notation tells all kinds apart.
            if case .finished(let value) = outcome { trace.end = value.literal } else { trace.end = "\(outcome)" }
        } catch {
            trace.end = "\(error.diagnostic.code) \(error.diagnostic.message)"
        }
        for name in session.variableNames { try session.set(name, to: nil) }
        #expect(session.strayObjects == 0, "\(text) leaves objects behind")
        return trace
    }

    @Test(arguments: Form.allCases) func isTheSameAsThePlainValue(form: Form) async throws {
        var combinations = 0
        for value in Self.values {
            let (bound, operand) = form.binding(value)
            for program in Self.programs {
                let plain = try await trace(program.replacing("P", with: "p"), value)
                let projected = try await trace(program.replacing("P", with: operand), bound)
                combinations += 1
                if plain != projected {
                    let what = "\(form) \(value.literal): \(program.debugDescription)"
                    Issue.record("\(what): plain \(plain), projected \(projected)")
                }
            }
        }
        #expect(combinations >= 3_000)
    }

    /// What fails, fails with its own error, wherever it is looked at, and nothing takes it for null, 0 or empty.
    @Test func aFailingProjectionIsNeverTakenForSomethingElse() async throws {
        for kind in ProjectionKind.allCases {
            let failing = ScriptedProjection(kind) { _ in throw ProjectionError(message: "gone") }
            for program in Self.programs {
                let text = program.replacing("P", with: "p")
                let trace = try await trace(text, .projection(Projection(failing, name: "p")))
                // What the kind alone decides needs no reading.
                let allowed = try await Self.values.filter { ProjectionKind($0) == kind }.asyncMap {
                    try await self.trace(text, $0)
                }
                let isRead = trace.end == "E0502 projection `p` failed: gone"
                #expect(isRead || allowed.contains(trace), "\(kind): \(text): \(trace)")
            }
        }
    }
}

extension Array {
    fileprivate func asyncMap<T>(_ body: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await body(element)) }
        return results
    }
}

extension String {
    /// `P` stands alone wherever it is the operand.
    fileprivate func replacing(_ name: Character, with operand: String) -> String {
        var result = ""
        var previous: Character = " "
        for (position, character) in zip(indices, self) {
            let next = index(after: position) < endIndex ? self[index(after: position)] : " "
            let isAlone = !previous.isLetter && !next.isLetter && !next.isNumber
            result += character == name && isAlone ? operand : String(character)
            previous = character
        }
        return result
    }
}
