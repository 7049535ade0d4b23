import Lashlang
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// References of files in one folder.
@Suite struct FileProjectionResolverTests {
    /// A folder with some files, which goes away with its owner.
    private final class Place {
        let path: String

        init() throws {
            var template = Array("/tmp/lash-refs-XXXXXX".utf8CString)
            try #require(mkdtemp(&template) != nil)
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            try #require(mkdir("\(path)/root", 0o700) == 0 && mkdir("\(path)/root/deep", 0o700) == 0)
            try write("{\"n\": 1}\n{\"n\": 2}\n{\"n\": 3}\n", to: "root/deep/rows.jsonl")
            try write("{\"n\"", to: "root/cut.json")
            try write("", to: "root/empty.json")
            try write("outside", to: "secret.txt")
            try #require(symlink("../secret.txt", "\(path)/root/link.txt") == 0)
            try #require(symlink("/etc/hostname", "\(path)/root/absolute.txt") == 0)
            try #require(symlink("deep/rows.jsonl", "\(path)/root/inside.jsonl") == 0)
            try #require(mkfifo("\(path)/root/pipe", 0o600) == 0)
        }

        deinit {
            for file in [
                "deep/rows.jsonl", "cut.json", "empty.json", "link.txt", "absolute.txt", "inside.jsonl", "pipe",
            ] {
                unlink("\(path)/root/\(file)")
            }
            unlink("\(path)/secret.txt")
            for folder in ["/root/deep", "/root", ""] { rmdir(path + folder) }
        }

        func write(_ text: String, to file: String) throws {
            let file = try #require(fopen("\(path)/\(file)", "w"))
            fputs(text, file)
            fclose(file)
        }

        func resolver() throws -> FileProjectionResolver {
            try FileProjectionResolver(root: "\(path)/root", called: "data")
        }
    }

    private let place: Place

    init() throws { place = try Place() }

    @Test func variablesWithFilesGoOnInAnotherProcess() async throws {
        let files = try place.resolver()
        var bindings = ProjectedBindings()
        try bindings.bindLazy("rows", files.ref("deep/rows.jsonl"))
        let session = Session()
        let keeping = try program("all = rows\nlast = [rows[2]]\npart = slice(rows, 1, null)", reading: ["rows"])
        _ = try await session.run(keeping, host: Host(), bindings: bindings, resolver: files)
        let restored = try Session(snapshot: session.snapshot())
        let program = try Program("finish [len(all), last[0].n, part[0].n, [r.n for r in part]]")
        let outcome = try await restored.run(program, host: Host(), resolver: try place.resolver())
        #expect(outcome == .finished([3, 3, 2, [2, 3]]))
    }

    @Test func aSuspendedRunGoesOnInAnotherProcess() async throws {
        let files = try place.resolver()
        var bindings = ProjectedBindings()
        try bindings.bindLazy("rows", files.ref("deep/rows.jsonl"))
        let text = "t = 0\nfor r in rows { print r.n\nt = t + r.n }\nfinish t"
        var run = Session().start(
            try program(text, reading: ["rows"]),
            bindings: try await bindings.resolved(by: files)
        )
        var prints: [Value] = []
        while true {
            switch try run.resume() {
            case .printed(let value):
                prints.append(value)
                run = try Run(snapshot: run.snapshot())
                await run.resolve(try place.resolver())
            case .ended(let outcome):
                #expect(outcome == .finished(6) && prints == [1, 2, 3])
                return
            default: continue
            }
        }
    }

    @Test func linksInsideAndOtherFormatsAreFollowed() async throws {
        let files = try place.resolver()
        var bindings = ProjectedBindings()
        try bindings.bindLazy("rows", files.ref("inside.jsonl"))
        try bindings.bindLazy("text", files.ref("inside.jsonl", format: .text))
        let program = try program("finish [rows[1].n, find(text, \"2\")]", reading: ["rows", "text"])
        #expect(
            try await Session().run(program, host: Host(), bindings: bindings, resolver: files) == .finished([2, 15])
        )
    }

    private static let refused: [(key: Value, message: String)] = [
        (["path": "gone.jsonl"], #"projection ref unavailable: kind `file`, key {"path":"gone.jsonl"}"#),
        (["path": "deep"], #"projection ref unavailable: kind `file`, key {"path":"deep"}"#),
        (["path": "../secret.txt"], "data/../secret.txt: `..` is not allowed"),
        (["path": "deep/../cut.json"], "data/deep/../cut.json: `..` is not allowed"),
        (["path": "/etc/hostname"], "data//etc/hostname: leads out of the folder"),
        (["path": "link.txt"], "data/link.txt: the link leads out of the folder"),
        (["path": "absolute.txt"], "data/absolute.txt: the link leads out of the folder"),
        (["path": "pipe"], "data/pipe: is not a file"),
        (["path": "empty.json"], "data/empty.json: is empty: that is no JSON"),
        ("cut.json", "file projection ref key must be `{path, format?}`"),
        (["path": 1], "file projection ref key must be `{path, format?}`"),
        (
            ["path": "cut.json", "format": "xml"],
            "file projection ref format must be one of `json`, `jsonLines`, `csv`, `tsv`, `text`"
        ),
    ]

    @Test(arguments: refused)
    func whatIsNotThereOrRefusedIsAnErrorAndNeverNull(_ key: Value, _ message: String) async throws {
        var bindings = ProjectedBindings()
        try bindings.bindLazy("x", ProjectionRef(kind: "file", key: key))
        let program = try program("finish x == null", reading: ["x"])
        let files = try place.resolver()
        let error = await #expect(throws: RuntimeError.self) {
            try await Session().run(program, host: Host(), bindings: bindings, resolver: files)
        }
        #expect(error?.diagnostic.code == "E0503")
        #expect(error?.diagnostic.message == message)
    }

    @Test func aFileThatIsGoneAfterASnapshotIsAnErrorWhereItIsLookedAt() async throws {
        let files = try place.resolver()
        var bindings = ProjectedBindings()
        try bindings.bindLazy("rows", files.ref("deep/rows.jsonl"))
        let session = Session()
        _ = try await session.run(
            program("first = rows[0]", reading: ["rows"]),
            host: Host(),
            bindings: bindings,
            resolver: files
        )
        let bytes = try session.snapshot()
        unlink("\(place.path)/root/deep/rows.jsonl")
        let message = #"projection ref unavailable: kind `file`, key {"path":"deep/rows.jsonl"}"#
        for resolver in [files, nil] {
            let error = await #expect(throws: RuntimeError.self) {
                let restored = try Session(snapshot: bytes)
                return try await restored.run(Program("finish first.n == null"), host: Host(), resolver: resolver)
            }
            #expect(error?.diagnostic.code == "E0503" && error?.diagnostic.message == message)
        }
    }

    @Test func otherKindsAreLeftToOthers() async throws {
        let registry = ProjectionRegistry()
        let files = try place.resolver()
        let both = ProjectionResolvers([FileProjectionResolver.kind: files, ProjectionRegistry.kind: registry])
        let ref = registry.registerMemory(ValueProjection([1]))
        #expect(try await both.resolve(ref).kind == .list)
        #expect(try await both.resolve(files.ref("deep/rows.jsonl")).kind == .list)
        await #expect(throws: ProjectionError.unavailable(ref)) { try await files.resolve(ref) }
        #expect(throws: LazyFileError.self) { try FileProjectionResolver(root: "/nowhere/at/all") }
        #expect(throws: LazyFileError.self) { try FileProjectionResolver(root: "\(place.path)/secret.txt") }
    }
}
