import Lashlang
import Testing

/// Random literals of calls, handles and values are awaited and give what each part of them gives.
@Suite struct RandomBatchTests {
    struct Jobs: ProcessHandler {
        func answer(_ request: HostRequest, of program: Program) async -> CallResult {
            guard case .start(let start) = request, let number = start.arguments["n"] else {
                return .failure(CallFailure("no"))
            }
            return .value(.handle("job", id: number.text))
        }

        func result(of handle: Value) async -> CallResult {
            guard case .record(let record) = handle, let id = record["id"] else { return .failure(CallFailure("no")) }
            return .value(.string("result \(id.text) and some more text"))
        }
    }

    /// A literal as text, and what awaiting it gives; `nil` where a call in it fails and is unwrapped.
    struct Part {
        var text: String
        var value: Value?
    }

    struct Generator {
        var numbers: SeededNumbers
        /// Whether parts that keep a literal from being one batch are among it.
        var mixes = false
        private var count = 0

        init(seed: Int) {
            numbers = SeededNumbers(seed: seed)
            mixes = numbers.once(in: 3)
        }

        static func result(_ value: Value) -> Value { ["ok": true, "value": value] }

        mutating func part(_ depth: Int) -> Part {
            if depth > 0 && !numbers.once(in: 3) { return container(depth) }
            count += 1
            let text = "a text of number \(count)"
            switch numbers.below(mixes ? 13 : 11) {
            case 0: return Part(text: "t.now(\"\(text)\")", value: Self.result(.string(text)))
            case 1: return Part(text: "t.now([\(count)])?", value: [.number(Double(count))])
            case 2: return Part(text: "t.later(\"\(text)\")?", value: .string(text))
            // A handle inside the arguments of a call is only an argument.
            case 3: return Part(text: "t.later(len([h1, \(count)]))", value: Self.result(2))
            case 4: return Part(text: "h1", value: Self.result("result 1 and some more text"))
            case 5: return Part(text: "start p(n: 3)", value: Self.result("result 3 and some more text"))
            case 6: return Part(text: "plain", value: [["a": [1, "a text that is longer than others"]], nil])
            case 7:
                let second = Self.result("result 2 and some more text")
                return Part(text: "shared", value: [second, .tuple([second, ["x": second]]), 1])
            case 8: return Part(text: "t.fail()", value: ["ok": false, "error": "no"])
            case 9 where numbers.once(in: 8): return Part(text: "t.fail()?", value: nil)
            case 11: return Part(text: "t.now(\(count))? + 1", value: .number(Double(count + 1)))
            case 12: return Part(text: "[await t.later(\(count))?][0]", value: .number(Double(count)))
            default: return Part(text: "\"\(text)\"", value: .string(text))
            }
        }

        private mutating func container(_ depth: Int) -> Part {
            let kind = numbers.below(5)
            if kind == 4 {
                let turns = numbers.below(4)
                let call = numbers.element(of: ["t.now(i)", "t.later(i)"])
                let items = (0..<turns).map { Self.result(.number(Double($0))) }
                if numbers.once(in: 2) { return Part(text: "[\(call) for i in range(\(turns))]", value: .list(items)) }
                let awaited = Self.result("result 1 and some more text")
                let pairs = items.map { Value.list([$0, awaited]) }
                return Part(text: "[[\(call), h1] for i in range(\(turns))]", value: .list(pairs))
            }
            // Once in a while more than the compiler gathers at once.
            let length = numbers.once(in: 12) ? 70 : numbers.below(5)
            let parts = (0..<length).map { _ in part(length > 10 ? 0 : depth - 1) }
            let isComplete = parts.allSatisfy { $0.value != nil }
            let values = parts.compactMap(\.value)
            let texts = parts.map(\.text)
            switch kind {
            case 0: return Part(text: "[\(texts.joined(separator: ", "))]", value: isComplete ? .list(values) : nil)
            case 1:
                let text = texts.count == 1 ? "(\(texts[0]),)" : "(\(texts.joined(separator: ", ")))"
                return Part(text: text, value: isComplete ? .tuple(values) : nil)
            default:
                let fields = zip(texts.indices, texts).map { "k\($0): \($1)" }
                let record = Record(zip(texts.indices, values).map { ("k\($0)", $1) })
                return Part(text: "{\(fields.joined(separator: ", "))}", value: isComplete ? .record(record) : nil)
            }
        }
    }

    private static func host() throws -> Host {
        var host = Host()
        host.abilities = .all
        host.processes = Jobs()
        try host.module("t", type: "T") { t in
            try t.operation("now") { (value: Value) in value }
            try t.operation("later") { (value: Value) async in
                await Task.yield()
                return value
            }
            try t.operation("fail") { () throws -> Int in throw CallFailure("no") }
        }
        return host
    }

    @Test(arguments: 0..<12)
    func whatIsAwaitedGivesWhatItsPartsGive(block: Int) async throws {
        let host = try Self.host()
        for seed in block * 40..<block * 40 + 40 {
            var generator = Generator(seed: seed)
            let session = Session()
            let setUp = """
                process p(n: int) {}
                h1 = start p(n: 1)
                h2 = start p(n: 2)
                plain = [{a: [1, "a text that is longer than others"]}, null]
                shared = [h2, (h2, {x: h2}), 1]
                """
            _ = try await session.run(Program(setUp, environment: host.environment()), host: host)
            let before = session.variables
            for _ in 0..<4 {
                let part = generator.part(4)
                let program = try Program(
                    "process p(n: int) {}\nv = await \(part.text)\nfinish v",
                    environment: host.environment()
                )
                do throws(RuntimeError) {
                    let outcome = try await session.run(program, host: host)
                    #expect(part.value.map(Outcome.finished) == outcome, "seed \(seed): \(part.text)")
                } catch {
                    #expect(part.value == nil, "seed \(seed): \(part.text): \(error.diagnostic.message)")
                    #expect(error.diagnostic.message == "`?` unwrapped failed module operation: no")
                }
                #expect(session.strayObjects == 0, "seed \(seed): \(part.text)")
                for name in before.keys { #expect(session[name] == before[name], "seed \(seed): \(part.text)") }
            }
        }
    }
}
