import Lashlang
import Testing

/// Bytes of a suspended run that were changed are refused, or they are the bytes of some other run; never anything worse.
@Suite struct DamagedRunTests {
    private static let environment: HostEnvironment = {
        var catalog = HostCatalog()
        try? catalog.addModule("files", type: "Files")
        try? catalog.addOperation("read", to: "files", input: .any, output: .any, description: "", hostOperation: nil)
        return HostEnvironment(abilities: .all, readOnlyNames: ["given"], catalog: catalog)
    }()

    /// Programs that stand still with everything in their registers that code takes for granted.
    private static let texts = [
        // Iterations, borrowed elements, saved variables.
        "x = [[1, \"a text of more than fourteen bytes\"], [2]]\nfor y in x { for i in range(3) { print [y[0], to_string(i)] } }",
        // New lists, of which nothing else knows.
        "xs = [[a, b, to_string(a)] for a in range(3) for b in [to_string(a), 2] if b]\nprint xs",
        "xs = [\((0..<70).map { "to_string(\($0))" }.joined(separator: ", "))]",
        // Text that is known to be text.
        "s = \"a text of more than fourteen bytes\"\nfor i in range(3) { s = s + to_string(i) + join([s, s], \"-\") }\nprint s",
        // Numbers that are known to be numbers.
        "t = 0\ni = 1\nwhile i < 4 { if i % 2 == 0 { t = t + i / 2 } else { t = t * i - 1 } print t\ni = i + 1 }",
        "t = 0\nfor k in range(3) { for j in range(2) { t = t + k * j % 7 } print [t, \"a text of more than fourteen bytes\"] }",
        // Borrowed parts while something else is evaluated.
        "r = {a: [\"a text of more than fourteen bytes\", {b: [1]}]}\nprint [r.a[1].b, r.a[0], join([to_string(r)], r.a[0]), given.a]",
        // Paths, keys and moved operands.
        "r = {a: {b: [1, 2]}}\nr.a[to_string(\"b\")][0] = to_string(r)\nr.a.b = push(r.a.b, to_string(r.a))\nprint r",
        // Calls that wait, alone and several at once.
        "x = files.read(given.a)?\ny = await [files.read(x), [files.read(2)?, to_string(x)], {k: files.read(3)}]\nprint y",
        "y = await [files.read(p)? for p in [1, 2] if to_string(p)]\nsleep for to_string(5)\nz = await y\nprint z",
    ]

    private static func bindings() throws -> ProjectedBindings {
        var bindings = ProjectedBindings()
        try bindings.bind("given", ["a": [1, "another text of more than fourteen bytes", .tuple([nil, ["k": true]])]])
        return bindings
    }

    @Test(arguments: texts.indices) func damageIsNoDisaster(number: Int) throws {
        let program = try Program(Self.texts[number], environment: Self.environment)
        let session = Session()
        try session.set("other", to: ["a": 1])
        let run = session.start(program, bindings: try Self.bindings())
        run.pauseInterval = 1
        var stops: [[UInt8]] = []
        try go(run) { stops.append(try run.snapshot(includingSource: false)) }
        var accepted = 0
        // The first stops and some of the later ones.
        for bytes in stops.prefix(6)
            + stops.dropFirst(6).enumerated().filter({ $0.offset.isMultiple(of: 9) }).map(\.element)
        {
            for position in bytes.indices {
                for change in [0x01, 0x04, 0x80] as [UInt8] {
                    var damaged = bytes
                    damaged[position] ^= change
                    guard
                        let run = try? Run(
                            snapshot: damaged,
                            program: program,
                            limits: Limits(fuel: 3_000, memory: 4_000_000)
                        )
                    else { continue }
                    accepted += 1
                    let again = try run.snapshot()
                    let copy = try Run(snapshot: again, program: program)
                    #expect(try copy.snapshot() == again)
                    try? go(run) {}
                    run.close()
                    #expect(run.session.strayObjects == 0)
                }
            }
        }
        #expect(accepted > 0)
    }

    /// Carries a run to its end; answers whatever it asks.
    private func go(_ run: Run, _ stop: () throws -> Void) throws {
        for turn in 0..<300 {
            try stop()
            switch try run.resume() {
            case .asked(let calls):
                for position in calls.indices {
                    // The third call is one whose failure the program looks at.
                    let failure = CallResult.failure(CallFailure(class: "io", code: "gone", message: "it is gone"))
                    run.answer(position == 2 ? failure : .value([.number(Double(turn))]), at: position)
                    if position < 2 { try stop() }
                }
            case .requested: run.answer(.value(.null))
            case .reading: run.answer([ProjectionAnswer.unanswered])
            case .printed, .paused: continue
            case .ended: return
            }
        }
    }
}
