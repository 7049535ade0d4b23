import LashFiles
import Testing

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct RegularFileTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    private func read(_ file: RegularFile, at offset: Int, count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let got = try bytes.withUnsafeMutableBytes { try file.read(at: offset, into: $0) }
        return Array(bytes.prefix(got))
    }

    @Test func readsFromAnyPlaceToTheEnd() throws {
        let file = try RegularFile(path: folder.write("hello", to: "a"))
        #expect(file.size == 5)
        #expect(try read(file, at: 1, count: 3) == Array("ell".utf8))
        #expect(try read(file, at: 3, count: 9) == Array("lo".utf8))
        #expect(try read(file, at: 9, count: 9) == [])
    }

    @Test func refusesWhatIsNoFile() throws {
        #expect(mkfifo("\(folder.path)/pipe", 0o600) == 0)
        #expect(
            message { _ = try RegularFile(path: "\(folder.path)/pipe") } == "\(folder.path)/pipe: is a pipe, not a file"
        )
        #expect(message { _ = try RegularFile(path: "/dev/zero") } == "/dev/zero: is a device, not a file")
        #expect(message { _ = try RegularFile(path: folder.path) } == "\(folder.path): is a folder, not a file")
    }

    @Test func refusesFilesThatAreMadeWhileTheyAreRead() {
        #if os(Linux)
        let text = "/proc/self/status: is a file of the system, whose size is not known"
        #expect(message { _ = try RegularFile(path: "/proc/self/status") } == text)
        #endif
    }

    @Test func saysWhyAFileCannotBeOpened() throws {
        let missing = "\(folder.path)/missing"
        #expect(message { _ = try RegularFile(path: missing) } == "\(missing): No such file or directory")
        #expect(message { _ = try RegularFile(path: "a\0b") }?.hasSuffix(": No such file or directory") == true)
        let secret = try folder.write("x", to: "secret")
        chmod(secret, 0)
        if geteuid() != 0 {
            #expect(message { _ = try RegularFile(path: secret) } == "\(secret): Permission denied")
        }
    }

    @Test func noticesThatAFileHasBecomeShorter() throws {
        let path = try folder.write(String(repeating: "x", count: 100), to: "a")
        let file = try RegularFile(path: path)
        #expect(truncate(path, 10) == 0)
        #expect(
            message { _ = try read(file, at: 50, count: 10) }
                == "\(path): the file has become shorter while it was in use"
        )
        #expect(message { _ = try read(file, at: 0, count: 5) } == "\(path): the file has changed while it was in use")
    }

    @Test func noticesThatAFileHasGrown() throws {
        let path = try folder.write("abc", to: "a")
        let file = try RegularFile(path: path)
        try folder.write("abcdef", to: "a")
        #expect(message { _ = try read(file, at: 0, count: 3) } == "\(path): the file has changed while it was in use")
    }
}
