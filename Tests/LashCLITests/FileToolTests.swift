import LashAgent
import Lashlang
import Testing

@testable import LashCLI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct FileToolTests {
    private let place = Workplace()
    private let folder: ConfinedFolder

    init() throws {
        mkdir("\(place.path)/in", 0o700)
        mkdir("\(place.path)/in/sub", 0o700)
        mkdir("\(place.path)/in/.git", 0o700)
        place.write("secret\n", to: "out.txt")
        place.write("one\ntwo\nthree\n", to: "in/a.txt")
        place.write("two again\n", to: "in/sub/b.txt")
        place.write("two hidden\n", to: "in/.git/config")
        place.write("\u{0}two", to: "in/binary")
        symlink("../out.txt", "\(place.path)/in/link.txt")
        symlink("..", "\(place.path)/in/up")
        symlink("a.txt", "\(place.path)/in/inner.txt")
        mkfifo("\(place.path)/in/pipe", 0o600)
        folder = try ConfinedFolder("\(place.path)/in")
    }

    private func call(_ kind: FileTools.Kind, _ arguments: Value) async throws -> Value {
        let tool = FileTools(kind, folder: folder)
        var configuration = AgentConfiguration(
            model: ScriptedModel([
                ScriptedReply("<lashlang>\nr = await files.\(kind.rawValue)(arguments)\nfinish r\n</lashlang>")
            ]),
            limits: try ModelLimits(contextWindow: 100_000)
        )
        configuration.tools = [tool]
        var bindings = ProjectedBindings()
        try bindings.bind("arguments", arguments)
        let session = try await AgentCore(configuration).session("s").open()
        let value = try #require(try await session.turn(TurnInput.text("Go").project(bindings)).run().value)
        guard case .record(let result) = value else { return value }
        if let found = result["value"], result["ok"] == true { return found }
        guard case .record(let error)? = result["error"] else { return value }
        return error["message"] ?? value
    }

    @Test func filesAreReadWholeOrInPart() async throws {
        #expect(try await call(.read, ["path": "a.txt"]) == "one\ntwo\nthree\n")
        #expect(try await call(.read, ["path": "./sub//b.txt"]) == "two again\n")
        #expect(try await call(.read, ["path": "a.txt", "line": 2, "lines": 1]) == "two")
        #expect(try await call(.read, ["path": "a.txt", "line": 9]) == "")
    }

    @Test(arguments: [
        ("../out.txt", "`../out.txt` has `..` in it: there is no way out of the folder that is shared"),
        ("sub/../../out.txt", "`sub/../../out.txt` has `..` in it: there is no way out of the folder that is shared"),
        ("/etc/passwd", "`/etc/passwd` is absolute: paths begin below the folder that is shared"),
        ("link.txt", "`link.txt` leads over a link, and links are not followed"),
        ("inner.txt", "`inner.txt` leads over a link, and links are not followed"),
        ("up/out.txt", "`up/out.txt` leads over something that is no folder; links are not followed"),
        ("a.txt/b", "`a.txt/b` leads over something that is no folder; links are not followed"),
        ("none.txt", "`none.txt` does not exist"), ("sub", "`sub` is a folder"), ("", "`` is a folder"),
        ("pipe", "`pipe` is no file"), ("binary\u{0}", "a path has no character NUL"),
    ])
    func thereIsNoWayOut(path: String, message: String) async throws {
        #expect(try await call(.read, ["path": .string(path)]) == .string(message))
    }

    @Test func whatIsNoTextIsRefused() async throws {
        guard let file = fopen("\(place.path)/in/latin", "wb") else { return }
        fputc(0xE9, file)
        fclose(file)
        #expect(try await call(.read, ["path": "latin"]) == "`latin` is no text")
        place.write(String(repeating: "x", count: (1 << 20) + 1), to: "in/long")
        #expect(try await call(.read, ["path": "long"]) == "`long` is longer than 1048576 bytes")
    }

    @Test func foldersAreListed() async throws {
        #expect(
            try await call(.list, ["path": "sub"])
                == [["name": "b.txt", "kind": "file", "size": 10]]
        )
        guard case .list(let entries) = try await call(.list, [:]) else { return }
        #expect(entries.contains(["name": "up", "kind": "other", "size": 0]))
        #expect(entries.contains(["name": "sub", "kind": "folder", "size": 0]))
        #expect(
            try await call(.list, ["path": "up"])
                == "`up` leads over something that is no folder; links are not followed"
        )
    }

    @Test func textsAreFoundWithTheirPlaces() async throws {
        #expect(
            try await call(.search, ["text": "two"]) == [
                ["path": "a.txt", "line": 2, "text": "two"], ["path": "sub/b.txt", "line": 1, "text": "two again"],
            ]
        )
        #expect(
            try await call(.search, ["text": "two", "limit": 1])
                == [["path": "a.txt", "line": 2, "text": "two"]]
        )
        #expect(try await call(.search, ["text": "secret"]) == [])
        #expect(try await call(.search, ["text": ""]) == "there is no text to search for")
    }
}
