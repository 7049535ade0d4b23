import Lashlang
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct LazyFileTests {
    /// A file that goes away with its owner.
    private final class TemporaryFile {
        let path: String

        init(_ text: String, suffix: String) throws {
            var template = Array("/tmp/lash-lazy-XXXXXX\(suffix)".utf8CString)
            let file = mkstemps(&template, Int32(suffix.utf8.count))
            try #require(file >= 0)
            close(file)
            path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            try write(text)
        }

        deinit { unlink(path) }

        func write(_ text: String) throws {
            let file = try #require(fopen(path, "w"))
            fputs(text, file)
            fclose(file)
        }
    }

    private func run(
        _ program: String,
        _ bindings: ProjectedBindings,
        in session: Session = Session(),
        limits: Limits = Limits()
    ) throws -> Outcome {
        let program = try Program(
            program,
            environment: HostEnvironment(readOnlyNames: Set(bindings.names))
        )
        return try session.run(program, bindings: bindings, limits: limits)
    }

    private func bind(_ file: TemporaryFile) throws -> ProjectedBindings {
        var bindings = ProjectedBindings()
        try bindings.bind("x", projecting: LazyFile.open(file.path))
        return bindings
    }

    @Test func theExampleOfTheArticleCounts() throws {
        let file = try TemporaryFile(
            #"{"at": 1, "level": "info"}"# + "\n" + #"{"at": 2, "level": "error"}"# + "\n",
            suffix: ".jsonl"
        )
        #expect(try countFailures(in: file.path) == .finished(["all": 2, "failures": 1, "first": 1]))
    }

    @Test func aFileThatChangesIsAnErrorOfTheProgram() throws {
        for (suffix, program) in [
            (".jsonl", "finish x[0]"), (".txt", "finish x"), (".json", "finish x"), (".csv", "finish x[0]"),
        ] {
            let file = try TemporaryFile("1\n2\n", suffix: suffix)
            let bindings = try bind(file)
            try file.write("a longer text\nthan before\n")
            let error = #expect(throws: RuntimeError.self) { try run(program, bindings) }
            #expect(
                error?.diagnostic.message.contains("has changed while it was in use") == true,
                "\(String(describing: error))"
            )
            // What is read may be there still, but never what was not in the file when it was opened.
            try file.write("")
            #expect(throws: RuntimeError.self) { try run(program, bindings) }
        }
    }

    @Test func variablesKeepPlainValuesAndNoticeChangesOfWhatIsLarger() throws {
        let file = try TemporaryFile(#"{"a": {"b": [1, 2]}}"#, suffix: ".json")
        let session = Session()
        _ = try run("y = x.a\nz = y.b[1]", try bind(file), in: session)
        #expect(try run("finish y.b", ProjectedBindings(), in: session) == .finished([1, 2]))
        try file.write("gone")
        #expect(try run("finish z", ProjectedBindings(), in: session) == .finished(2))
        let error = #expect(throws: RuntimeError.self) { try run("finish y.b", ProjectedBindings(), in: session) }
        #expect(error?.diagnostic.message.contains("has changed while it was in use") == true)
    }

    @Test func longListsMeetTheMemoryLimitWhileTheyAreRead() throws {
        let rows = (0..<20_000).map { "{\"id\": \($0), \"text\": \"abcdefghijklmnopqrstuvwxyz\"}" }.joined(
            separator: "\n"
        )
        let bindings = try bind(TemporaryFile(rows, suffix: ".jsonl"))
        let limits = Limits(memory: 1 << 20)
        let loop = "n = 0\nfor r in x { n = n + r.id }\nfinish [n, len(x)]"
        #expect(try run(loop, bindings, limits: limits) == .finished([199_990_000, 20_000]))
        let error = #expect(throws: RuntimeError.self) { try run("y = push(x, 1)", bindings, limits: limits) }
        #expect(error?.diagnostic.message.contains("memory") == true)
    }

    @Test func threadsShareAFile() async throws {
        let rows = (0..<3000).map { "{\"id\": \($0)}" }.joined(separator: "\n")
        let bindings = try bind(TemporaryFile(rows, suffix: ".jsonl"))
        try await withThrowingTaskGroup(of: Outcome.self) { group in
            for number in 0..<8 {
                group.addTask {
                    try run("n = 0\nfor r in x { n = n + r.id }\nfinish [n, x[\(number * 300)].id, len(x)]", bindings)
                }
            }
            var sums = 0
            for try await outcome in group {
                guard case .finished(.list(let values)) = outcome else { continue }
                #expect(values[0] == 4_498_500 && values[2] == 3000)
                sums += 1
            }
            #expect(sums == 8)
        }
    }

    @Test func formatsFollowNames() {
        #expect(FileFormat.of("a/b.JSON") == (.json, false))
        #expect(FileFormat.of("b.ndjson.gz") == (.jsonLines, true))
        #expect(FileFormat.of("b.tsv") == (.tsv, false))
        #expect(FileFormat.of("dir.csv/notes") == (.text, false))
        #expect(FileFormat.of(".json") == (.text, false))
        #expect(FileFormat.of("x.gz") == (.text, true))
    }

    @Test func aFormatCanBeSaid() throws {
        let file = try TemporaryFile("{\"a\": 1}", suffix: ".data")
        var bindings = ProjectedBindings()
        try bindings.bind("x", projecting: LazyFile.open(file.path, format: .json))
        #expect(try run("finish x.a", bindings) == .finished(1))
        #expect(try LazyFile.open(file.path).summary == "text, 8 bytes")
    }
}
