import Lashlang
import Testing

/// The variables of a session as bytes.
@Suite struct SnapshotTests {
    private let session = Session()

    private func run(_ text: String) throws { _ = try session.run(Program(text)) }

    private static let header: [UInt8] = [0x89] + Array("lash".utf8) + [0x0D, 0x0A, 0x1A]

    @Test func everyKindOfValueComesBack() throws {
        var handle: Record = ["id": "p1"]
        handle.role = .handle
        let values: [(String, Value)] = [
            ("null", nil), ("bool", true), ("number", 1.5), ("text", "é"), ("list", [1, [2]]),
            ("long", "a text of more than fourteen bytes"),
            ("longer", "ein Text mit Umlauten: äöü und mehr als vierzehn"),
            ("tuple", .tuple([1, .tuple([])])), ("record", ["b": 1, "a": ["c": 2], "": 3]), ("nothing", [:]),
            ("infinite", .list([.number(.infinity), .number(-.infinity)])),
            ("image", .image(Image(id: "i", mime: "image/png", label: "l", size: 9, width: 1))),
            ("resource", .resource(Resource(type: "Tools", alias: "tools"))),
            (
                "keys",
                .record(Record((0..<40).map { ("a key of more than fourteen bytes \($0)", .number(Double($0))) }))
            ),
            ("handle", .record(handle)), ("a name that is no identifier", 1),
        ]
        for (name, value) in values { try session.set(name, to: value) }
        let copy = try Session(snapshot: session.snapshot())
        #expect(copy.variables == session.variables)
        #expect(copy.variables.keys == values.map(\.0))
        guard case .record(let record)? = copy["handle"] else { return }
        #expect(record.role == .handle)
        #expect(try copy.snapshot() == session.snapshot())
        #expect(copy.strayObjects == 0)
    }

    @Test func everyBitOfANumberComesBack() throws {
        let bits: [UInt64] = [
            0x8000_0000_0000_0000, 0x7FF8_0000_0000_0001, 0xFFF0_0000_0000_0001, 1, 0x7FEF_FFFF_FFFF_FFFF,
        ]
        try session.set("x", to: .list(bits.map { .number(Double(bitPattern: $0)) }))
        guard case .list(let values)? = try Session(snapshot: session.snapshot())["x"] else {
            Issue.record("x is gone")
            return
        }
        let back = values.map { value -> UInt64? in
            if case .number(let number) = value { number.bitPattern } else { nil }
        }
        #expect(back == bits)
    }

    @Test func deepValuesComeBack() throws {
        try run("x = 1\ny = 1\nz = 1\nfor i in range(511) { x = [x]\ny = (y,)\nz = {a: z} }")
        let copy = try Session(snapshot: session.snapshot())
        #expect(copy.variables == session.variables)
        #expect(throws: RuntimeError.self) { try copy.run(Program("x = [[x]]")) }
        #expect(copy.strayObjects == 0)
    }

    @Test func whatValuesShareIsWrittenOnce() throws {
        try run(
            "x = [\"a text of more than fourteen bytes\"]\ny = x\nfor i in range(500) { x = [x, x] }\nz = {x: x, y: y}"
        )
        let bytes = try session.snapshot()
        #expect(bytes.count < 6_000)
        let copy = try Session(snapshot: bytes)
        #expect(try copy.snapshot() == bytes)
        // Sharing is not seen by programs: what one of them changes, the other does not.
        _ = try copy.run(Program("y = push(y, 1)\nn = len(z.y)"))
        #expect(copy["n"] == 1)
        #expect(copy.strayObjects == 0)
    }

    @Test func recordsThatWereBuiltAlikeShareTheirKeys() throws {
        try run("xs = [{identifier: i, description: i} for i in range(1000)]")
        let bytes = try session.snapshot()
        #expect(bytes.count < 1000 * 22 + 200)
        let copy = try Session(snapshot: bytes)
        _ = try copy.run(Program("for i in range(1000) { xs[i][\"k\" + i % 3] = i }\nfinish xs[7]"))
        #expect(copy.strayObjects == 0)
    }

    @Test func variablesKeepWhatTheyHaveFromPrograms() throws {
        for number in 0..<100 {
            try run("v\(number) = {key\(number): \"a text that is longer than fourteen bytes \(number)\"}")
            if number % 30 == 0 {
                #expect(try Session(snapshot: session.snapshot()).variables == session.variables)
            }
        }
        var copy = try Session(snapshot: session.snapshot())
        #expect(copy.variables == session.variables)
        for _ in 0..<3 { copy = try Session(snapshot: copy.snapshot()) }
        #expect(copy.variables == session.variables)
        for number in 0..<100 { _ = try copy.run(Program("w\(number) = v\(number)\nv\(number).more = \"\(number)\"")) }
        #expect(copy["w7"] == session["v7"])
        #expect(copy.strayObjects == 0)
    }

    @Test func equalHistoriesGiveEqualBytes() throws {
        let text = "r = {}\nfor i in range(100) { r[\"key\" + i] = [i, r] }\nt = (r, \"ä\", 0.1)"
        try run(text)
        let other = Session()
        _ = try other.run(Program("unrelated = range(1000)\nunrelated = null"))
        try other.set("unrelated", to: nil)
        _ = try other.run(Program(text))
        #expect(try session.snapshot() == other.snapshot())
    }

    private static let others: [([UInt8], String)] = [
        ([], "not a snapshot of lashlang"),
        (Array("not a snapshot".utf8), "not a snapshot of lashlang"),
        (Array(#"{"lashlang_snapshot":1,"variables":{}}"#.utf8), "not a snapshot of lashlang"),
        (Array(header.prefix(5)), "not a snapshot of lashlang"),
        (header + [1, 1, 0], "a snapshot of format 1; this version of lashlang reads format 2"),
        (header + [2, 2, 0], "a snapshot of a suspended run, not of variables"),
        (header + [2, 3, 0], "a damaged snapshot: an unknown content at byte 10"),
        (header + [2, 1], "a damaged snapshot: the end at byte 10"),
        (header + [2, 1, 5], "a damaged snapshot: a count of 5 at byte 11"),
        (header + [2, 1, 0], "a damaged snapshot: the end at byte 11"),
        (header + [2, 1, 0, 0, 0], "a damaged snapshot: more than a snapshot at byte 12"),
        (header + [2, 1, 0, 1, 0, 1, 0x78], "a damaged snapshot: a function that is none at byte 15"),
    ]

    @Test(arguments: others)
    func whatIsNoSnapshotIsRefused(bytes: [UInt8], message: String) {
        #expect(throws: SnapshotError(message: message)) { try Session(snapshot: bytes) }
    }

    /// One variable `x` of these bytes.
    private func variable(_ value: [UInt8]) -> [UInt8] { Self.header + [2, 1, 1, 1, 0x78] + value + [0] }

    private static let malformed: [([UInt8], String)] = [
        ([0x10 + 3, 0x61, 0xC3, 0x28], "text that is not UTF-8 at byte 17"),
        ([0x20, 2, 0x61, 0x62], "a malformed text at byte 17"),
        ([0x20, 15] + Array(repeating: 0xFF, count: 15), "text that is not UTF-8 at byte 30"),
        ([0x23, 15] + Array(repeating: 0x61, count: 15), "a malformed text at byte 30"),
        ([0x1F], "an unknown kind of value at byte 14"),
        ([0x24, 0xFF, 0xFF, 0xFF, 0x7F], "a count of 268435455 at byte 18"),
        ([0x24, 0x80, 0x00], "a number with a zero at its end at byte 16"),
        ([0x24, 0x02], "a count of 2 at byte 15"),
        ([0x25, 1, 0x04, 0], "a reference to object 0 at byte 17"),
        ([0x05, 0], "a reference to constant 0 at byte 15"),
        ([0x2C, 1, 1, 1, 0x11, 0x61], "the end at byte 20"),
        ([0x2C, 0, 1, 2, 0x11, 0x61, 0x11, 0x61], "a key that occurs twice at byte 21"),
        ([0x2C, 2, 1, 1, 0x11, 0x61, 0, 0], "more fields than keys at byte 19"),
        ([0x2C, 1, 4, 0], "unknown keys at byte 16"), ([0x2C, 1, 3, 0], "unknown keys at byte 17"),
        ([0x2C, 1, 1, 1, 0x03, 0], "a key that is no text at byte 18"),
        ([0x2E, 1, 1, 1, 0x11, 0x61, 0], "unknown keys at byte 16"),
        ([0x26, 1, 0x24, 0], "a value that may change in one that may not at byte 16"),
        ([0x30, 9, 0, 0], "an unknown role at byte 15"),
        ([0x34, 0, 0, 0, 0, 0, 0], "a malformed image at byte 20"),
        ([0x38, 0x10, 0], "a malformed module authority at byte 16"),
        ([0x3C, 0], "an unknown kind of value at byte 14"),
        ([0x27, 0], "calls at byte 15"),
    ]

    @Test(arguments: malformed)
    func whatCannotBeAValueIsRefused(bytes: [UInt8], message: String) {
        #expect(throws: SnapshotError(message: "a damaged snapshot: \(message)")) {
            try Session(snapshot: variable(bytes))
        }
    }

    @Test func valuesThatNestTooDeepAreRefused() throws {
        func nested(_ levels: Int) -> [UInt8] { variable((0..<levels).flatMap { _ in [0x24, 1] as [UInt8] } + [0]) }
        #expect(throws: Never.self) { try Session(snapshot: nested(512)) }
        #expect(throws: SnapshotError.self) { try Session(snapshot: nested(513)) }
        #expect(throws: SnapshotError.self) { try Session(snapshot: nested(100_000)) }
        // Through references: each list holds the one before twice.
        var bytes = Self.header + [2, 1, 0x84, 0x04]
        for number in 0..<516 {
            bytes += [4] + Array("\(1000 + number)".utf8)
            let last = max(0, number - 1)
            let reference: [UInt8] = last < 128 ? [4, UInt8(last)] : [4, UInt8(last & 0x7F) | 0x80, UInt8(last >> 7)]
            bytes += number == 0 ? [0x25, 0] : [0x25, 2] + reference + reference
        }
        #expect(throws: SnapshotError.self) { try Session(snapshot: bytes) }
    }

    /// Bytes that are missing or changed: refused, or other values, and never anything worse.
    @Test func damageIsNoDisaster() throws {
        try session.set("x", to: ["a": [1, "a text of more than fourteen bytes", .tuple([nil, true])], "é": [:]])
        try session.set("i", to: .image(Image(id: "i", mime: "image/png", label: "l", size: 9, width: 1)))
        try run("y = x\nz = [x, x.a, {b: \"a constant of the program, longer than\", a: 1}]")
        let bytes = try session.snapshot()
        for count in 0..<bytes.count {
            #expect(throws: SnapshotError.self) { try Session(snapshot: Array(bytes.prefix(count))) }
        }
        for position in bytes.indices {
            for change in [0x01, 0x02, 0x04, 0x20, 0x80, 0xFF] as [UInt8] {
                var damaged = bytes
                damaged[position] ^= change
                guard let read = try? Session(snapshot: damaged) else { continue }
                let again = try read.snapshot()
                #expect(try Session(snapshot: again).snapshot() == again)
                #expect(read.strayObjects == 0)
            }
        }
    }
}
