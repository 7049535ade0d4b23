import LashFiles
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct FolderTests {
    let temporary: TemporaryFolder
    let folder: Folder
    init() throws {
        temporary = try TemporaryFolder()
        temporary.makeFolder("docs")
        temporary.makeFolder("docs/b")
        try temporary.write("one", to: "docs/a.txt")
        try temporary.write("two", to: "docs/b/c.txt")
        try temporary.write("secret", to: "outside.txt")
        folder = try Folder(path: "\(temporary.path)/docs")
    }

    private func text(_ path: String) throws -> String? {
        guard let file = try folder.file(at: path) else { return nil }
        let reader = try TextReader(file)
        return try reader.text(from: 0, to: file.size ?? 0)
    }

    @Test func filesAreFoundByTheirPaths() throws {
        #expect(try folder.paths() == ["a.txt", "b/c.txt"])
        #expect(try text("a.txt") == "one")
        #expect(try text("b/c.txt") == "two")
        for path in ["b", "no", "b/no", "a.txt/c", "", ".", "./a.txt", "b//c.txt", "b/", "a\0"] {
            #expect(try text(path) == nil, "\(path)")
        }
    }

    @Test func nothingLeadsOut() throws {
        let docs = folder.name
        temporary.link("docs/out", to: "../outside.txt")
        temporary.link("docs/deep", to: "b/../../outside.txt")
        temporary.link("docs/absolute", to: "\(temporary.path)/docs/a.txt")
        temporary.link("docs/up", to: "..")
        #expect(message { _ = try text("../outside.txt") } == "\(docs)/../outside.txt: `..` is not allowed")
        #expect(message { _ = try text("b/../a.txt") } == "\(docs)/b/../a.txt: `..` is not allowed")
        #expect(message { _ = try text("/etc/passwd") } == "\(docs)//etc/passwd: leads out of the folder")
        for path in ["out", "deep", "absolute", "up/outside.txt"] {
            #expect(message { _ = try text(path) } == "\(docs)/\(path): the link leads out of the folder")
        }
        #expect(try folder.paths() == ["a.txt", "b/c.txt"])
    }

    @Test func linksInsideAreFollowed() throws {
        temporary.link("docs/alias", to: "b/./../a.txt")
        temporary.link("docs/b/up", to: "..")
        #expect(try text("alias") == "one")
        #expect(try text("b/up/b/up/a.txt") == "one")
        #expect(try folder.paths() == ["a.txt", "alias", "b/c.txt"])
    }

    @Test func linksInCirclesAreRefused() {
        temporary.link("docs/x", to: "y")
        temporary.link("docs/y", to: "x")
        #expect(message { _ = try text("x") } == "\(folder.name)/x: Too many levels of symbolic links")
    }

    @Test func whatIsNoFileIsRefusedAndNotListed() throws {
        #expect(mkfifo("\(folder.name)/pipe", 0o600) == 0)
        #expect(message { _ = try text("pipe") } == "\(folder.name)/pipe: is not a file")
        #expect(try folder.paths() == ["a.txt", "b/c.txt"])
    }

    @Test func namesThatAreNotUTF8AreRefused() throws {
        let name: [CChar] = Array("\(folder.name)/".utf8CString.dropLast()) + [-1, 0]
        let file = open(name, O_CREAT | O_WRONLY, 0o600)
        // Some file systems have no such names.
        guard file >= 0 else { return }
        close(file)
        #expect(message { _ = try folder.paths() } == "\(folder.name): holds a name that is not valid UTF-8")
        unlink(name)
    }

    @Test func aFolderMustBeThere() {
        #expect(message { _ = try Folder(path: "/nowhere/at/all") } == "/nowhere/at/all: No such file or directory")
        #expect(message { _ = try Folder(path: "\(folder.name)/a.txt") } == "\(folder.name)/a.txt: Not a directory")
    }
}
