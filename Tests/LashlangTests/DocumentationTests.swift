import LashCases
import LashTestSupport
import Lashlang
import Testing

/// What the documents show is true.
@Suite struct DocumentationTests {
    /// A fenced block of a document.
    struct Fence: Sendable, CustomStringConvertible {
        var document: String
        var line: Int
        var text = ""
        var description: String { "\(document):\(line)" }
    }

    @Test(arguments: [
        "README.md", "Sources/Lashlang/Lashlang.docc/Language.md", "Sources/Lashlang/Lashlang.docc/Compatibility.md",
    ])
    func programsDoWhatTheySay(document: String) throws {
        let fences = try Self.fences(of: "lash", in: document)
        #expect(!fences.isEmpty)
        for fence in fences {
            let file: CaseFile
            do { file = try CaseFile(text: fence.text, path: fence.document) } catch {
                Issue.record("the block at \(fence): \(error)")
                continue
            }
            #expect(!file.cases.isEmpty)
            for result in file.cases.map({ $0.run() }) where result.status != .passed {
                Issue.record("the block at \(fence): \(result.report)")
            }
        }
    }

    @Test func embeddingExampleIsTheOneThatRuns() throws {
        let fences = try Self.fences(of: "swift", in: "README.md")
        #expect(fences.map(\.text) == [try ProjectFiles.text("Tests/LashlangTests/EmbeddingExample.swift")])
        let orders = Array(#"[{"cents": 1250}, {"cents": 990}]"#.utf8)
        #expect(try total(of: orders) == 2240)
    }

    /// The examples of the articles are those that other tests run.
    @Test(arguments: [
        ("Hosts.md", "HostExample.swift"), ("Processes.md", "ProcessExample.swift"),
        ("Snapshots.md", "SuspensionExample.swift"), ("Projections.md", "Projections/ProjectionExample.swift"),
        ("Files.md", "Files/FileExample.swift"), ("Limits.md", "LimitExample.swift"),
        ("Testing.md", "MockExample.swift"),
    ])
    func articlesShowWhatRuns(article: String, example: String) throws {
        let fences = try Self.fences(of: "swift", in: "Sources/Lashlang/Lashlang.docc/" + article)
        #expect(fences.map(\.text) == [try ProjectFiles.text("Tests/LashlangTests/" + example)])
    }

    @Test func theInstructionsOfTheArticleAreThoseOfItsProgram() throws {
        let article = "Sources/Lashlang/Lashlang.docc/Speed.md"
        let program = try #require(try Self.fences(of: "lash", in: article).first)
        let shown = try Self.fences(of: "text", in: article).map(\.text)
        let code = try Program(program.text).disassembly()
        #expect(shown.contains { $0.trimmingNewlines == code.trimmingNewlines }, "\(code)")
    }

    @Test func theProjectionOfTheArticleReadsOneText() throws {
        let texts = Texts(["a", "b", "c"]) { title in
            if title != "b" { throw ProjectionError(message: "nobody needs \(title)") }
            return "hay needle"
        }
        let (outcome, receipts) = try lookUp("b", of: texts)
        #expect(outcome == .finished(["texts": 3, "at": 4]))
        #expect(receipts.map(\.reads) == [2])
    }

    @Test func theJudgeOfTheArticleStopsEveryProgram() throws {
        #expect(try judge("finish len(orders)", with: [1, 2]) == .value(2))
        #expect(try judge("x = 1", with: []) == .mistake("the program ends without `finish`"))
        #expect(try judge("finish orders[0].x", with: [1]) != .value(.null))
        guard case .mistake(let report) = try judge("orders = 1", with: []) else {
            throw ProjectFiles.Missing(path: "error")
        }
        #expect(report.hasPrefix("line 1: "))
        for text in [
            "while true {}", "s = \"ab\" while true { s = s + s }", "while true { print orders }",
            "xs = [] while true { xs = push(xs, [1]) }",
        ] {
            guard case .tooMuch = try judge(text, with: [1]) else {
                Issue.record("\(text) is not stopped")
                continue
            }
        }
    }

    @Test func theRehearsalOfTheArticleSeesEveryCall() throws {
        let host = """
            {"tools": {"files.read": {"sequence": [{"returns": "a"}, {"error": {"code": "gone", "message": "gone"}}], \
            "delay_ms": 60000}}, "functions": {"twice": {"parameters": [{"name": "n", "type": "int"}], "returns": 4}}}
            """
        let text = """
            first = await files.read({path: "x"})
            print first.value
            second = await files.read({path: "y"})
            finish [second.ok, twice(2)]
            """
        let rehearsal = try rehearse(text, host: host)
        #expect(rehearsal.outcome == .finished([false, 4]))
        #expect(rehearsal.prints == ["a"])
        #expect(rehearsal.calls == ["files.read", "files.read", "twice"])
    }

    @Test func theHostOfTheArticleReadsAllTexts() async throws {
        let found = try await notes(on: Library(texts: ["a": "one two", "b": "three"]))
        #expect(found == [Note(title: "a", words: 2), Note(title: "b", words: 1)])
    }

    /// Links to files of the project lead somewhere.
    @Test(arguments: [
        "README.md", "CONTRIBUTING.md", "SECURITY.md", "Sources/Lashlang/Lashlang.docc/Language.md",
        "Sources/Lashlang/Lashlang.docc/Architecture.md",
        "Sources/Lashlang/Lashlang.docc/Compatibility.md", "Sources/Lashlang/Lashlang.docc/Snapshots.md",
        "Benchmarks/README.md", "Sources/Lashlang/Lashlang.docc/Limits.md", "Sources/Lashlang/Lashlang.docc/Testing.md",
    ])
    func linksLeadSomewhere(document: String) throws {
        let folder = document.split(separator: "/").dropLast().map { $0 + "/" }.joined()
        for part in try ProjectFiles.text(document).split(separator: "](").dropFirst() {
            let target = part.prefix { $0 != ")" && $0 != "#" }
            if target.isEmpty || target.contains(":") { continue }
            let path = folder + target
            #expect(ProjectFiles.exists(path), "\(document) links to \(target)")
        }
    }

    private static func fences(of language: String, in document: String) throws -> [Fence] {
        var fences: [Fence] = []
        var open: Fence?
        for (number, line) in ProjectFiles.lines(try ProjectFiles.text(document)).enumerated() {
            if var fence = open {
                if line == "```" {
                    fences.append(fence)
                    open = nil
                } else {
                    fence.text += line + "\n"
                    open = fence
                }
            } else if line == "```\(language)" {
                open = Fence(document: document, line: number + 1)
            }
        }
        return fences
    }
}

extension String {
    fileprivate var trimmingNewlines: Substring {
        let start = drop { $0.isNewline }
        return start[..<(start.lastIndex { !$0.isNewline }.map { start.index(after: $0) } ?? start.startIndex)]
    }
}
