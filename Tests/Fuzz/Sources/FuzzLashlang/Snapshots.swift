import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#endif

let noAnswer = CallResult.failure(CallFailure("the host answers no effects but print and finish"))

/// The same run in a session of its own, made from its bytes.
func resumed(_ run: Run, _ limits: Limits) -> Run {
    do {
        let bytes = try run.snapshot(includingSource: false)
        let copy = try Run(snapshot: bytes, program: run.program, limits: limits)
        promise(try copy.snapshot(includingSource: false) == bytes, "a resumed run has the same bytes")
        return copy
    } catch {
        // The heap of a copy has other slack, so only the limit of memory may keep it from existing.
        promise(error.message.contains("memory limit"), "a suspended run can be resumed: \(error.message)")
        return run
    }
}

/// Any bytes are a snapshot or are refused; what is accepted can be written again, and a run goes on without harm.
func checkSnapshot(_ bytes: [UInt8]) {
    if let session = try? Session(snapshot: bytes) { checkSnapshot(of: session) }
    let limits = Limits(fuel: 20_000, memory: 4_000_000)
    // Without its text the snapshot belongs to one of these programs.
    let runs =
        [try? Run(snapshot: bytes, environment: SeedPrograms.environment, limits: limits)]
        + SeedPrograms.all.map { try? Run(snapshot: bytes, program: $0, limits: limits) }
    for run in runs {
        guard var run else { continue }
        for turn in 0..<200 {
            if turn < 4 { run = resumed(run, limits) }
            run.pauseInterval = turn < 20 ? 1 : nil
            guard let event = try? run.resume() else { break }
            if case .ended = event { break }
            SeedPrograms.answer(event, run, turn)
        }
        run.close()
        promise(run.session.strayObjects == 0, "\(run.session.strayObjects) objects are left behind")
        checkSnapshot(of: run.session)
    }
}

/// Programs that stand still with everything in their registers that code takes for granted.
enum SeedPrograms {
    static let environment: HostEnvironment = {
        var catalog = HostCatalog()
        try? catalog.addModule("files", type: "Files")
        try? catalog.addOperation("read", to: "files", input: .any, output: .any)
        return HostEnvironment(abilities: .all, readOnlyNames: ["given"], catalog: catalog)
    }()

    private static let texts = [
        "x = [[1, \"a text of more than fourteen bytes\"], [2]]\nfor y in x { for i in range(3) { print [y[0], to_string(i)] } }",
        "xs = [[a, b, to_string(a)] for a in range(3) for b in [to_string(a), 2] if b]\nprint xs",
        "xs = [\((0..<70).map { "to_string(\($0))" }.joined(separator: ", "))]",
        "s = \"a text of more than fourteen bytes\"\nfor i in range(3) { s = s + to_string(i) + join([s, s], \"-\") }\nprint s",
        "r = {a: [\"a text of more than fourteen bytes\", {b: [1]}]}\n"
            + "print [r.a[1].b, r.a[0], join([to_string(r)], r.a[0]), given.a]",
        "r = {a: {b: [1, 2]}}\nr.a[to_string(\"b\")][0] = to_string(r)\nr.a.b = push(r.a.b, to_string(r.a))\nprint r",
        "x = files.read(given.a)?\ny = await [files.read(x), [files.read(2)?, to_string(x)], {k: files.read(3)}]\nprint y",
        "y = await [files.read(p)? for p in [1, 2] if to_string(p)]\nsleep for to_string(5)\nz = await y\nprint z",
        "t = Type { a: list[int] }\nu = [x for x in [t, {t: t}]]\nprint validate({a: [1]}, t)\nprint [u, given, \"ä\" + u]",
    ]

    static let all: [Program] = texts.compactMap { try? Program(SourceText($0), environment: environment) }

    /// Gives whatever is asked an answer that depends on the turn only.
    static func answer(_ event: Run.Event, _ run: Run, _ turn: Int) {
        switch event {
        case .asked(let calls):
            for position in calls.indices {
                let failure = CallResult.failure(CallFailure(class: "io", code: "gone", message: "it is gone"))
                run.answer(position == 2 ? failure : .value([.number(Double(turn))]), at: position)
            }
        case .requested: run.answer(.value(.null))
        case .reading: run.answer([ProjectionAnswer.unanswered])
        case .printed, .paused, .ended: break
        }
    }

    /// Snapshots at all stops of the programs, and of the variables afterwards.
    static func snapshots() -> [[UInt8]] {
        var found: [[UInt8]] = []
        var bindings = ProjectedBindings()
        try? bindings.bind(
            "given",
            ["a": [1, "another text of more than fourteen bytes", .tuple([nil, ["k": true]])]]
        )
        for (number, program) in all.enumerated() {
            let session = Session()
            try? session.set("other", to: ["a": 1, "i": .image(Image(id: "i", mime: "m", label: "l", size: 1))])
            let run = session.start(program, bindings: bindings)
            run.pauseInterval = 1
            for turn in 0..<40 {
                guard let bytes = try? run.snapshot(includingSource: turn == number) else { break }
                found.append(bytes)
                guard let event = try? run.resume() else { break }
                if case .asked = event { run.answer(.value("a text of more than fourteen bytes"), at: 0) }
                if let waiting = try? run.snapshot(includingSource: false) { found.append(waiting) }
                answer(event, run, turn)
            }
            if let bytes = try? session.snapshot() { found.append(bytes) }
        }
        return found
    }
}

/// Called by libFuzzer before anything else. Where the environment names a folder, seeds are written there.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
    promise(SeedPrograms.all.count == 9, "all programs compile")
    guard let folder = getenv("LASH_SEEDS") else { return 0 }
    for (number, bytes) in SeedPrograms.snapshots().enumerated() {
        guard let file = fopen("\(String(cString: folder))/snapshot-\(number)", "wb") else { continue }
        let seed = Array("S".utf8) + bytes
        fwrite(seed, 1, seed.count, file)
        fclose(file)
    }
    return 0
}
