import Testing

@testable import LashFiles

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct GzipTests {
    let folder: TemporaryFolder
    init() throws { folder = try TemporaryFolder() }

    /// What gzip makes of some bytes.
    private func compressed(_ bytes: [UInt8], _ options: String = "") throws -> [UInt8] {
        let path = try folder.write(bytes, to: "plain")
        let gzip = try #require(popen("gzip \(options) -c \(path) > \(path).gz", "r"))
        #expect(pclose(gzip) == 0)
        let file = try RegularFile(path: path + ".gz")
        return try file.bytes(from: 0, to: file.size ?? 0)
    }

    private func source(_ bytes: [UInt8]) throws -> GzipSource {
        try GzipSource(MemorySource(bytes, name: "file.gz"))
    }

    /// Words, numbers and bytes at random: all kinds of blocks.
    private func contents() -> [UInt8] {
        var random = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        for i in 0..<20_000 { bytes.append(contentsOf: "row \(i % 977) of many, \(i * i)\n".utf8) }
        for _ in 0..<100_000 { bytes.append(UInt8.random(in: 0...255, using: &random)) }
        bytes.append(contentsOf: [UInt8](repeating: 7, count: 100_000))
        return bytes
    }

    @Test(arguments: ["-1", "-6", "-9"])
    func contentsAreThoseOfTheFile(options: String) throws {
        let bytes = contents()
        let source = try source(try compressed(bytes, options))
        #expect(try source.bytes(from: 0, to: bytes.count + 9) == bytes)
        for offset in [bytes.count - 5, 0, 300_000, 299_990, 70_000, 500_000] {
            let end = min(bytes.count, offset + 40)
            #expect(try source.bytes(from: offset, to: end) == Array(bytes[offset..<end]))
        }
        #expect(try source.bytes(from: bytes.count, to: bytes.count + 1) == [])
        #expect(try source.bytes(from: bytes.count + 1000, to: bytes.count + 1001) == [])
    }

    @Test func filesMayHaveSeveralMembersAndPadding() throws {
        let two = try compressed(Array("one\n".utf8)) + compressed(Array("two\n".utf8)) + [0, 0, 0]
        #expect(try source(two).bytes(from: 0, to: 100) == Array("one\ntwo\n".utf8))
        #expect(try source(try compressed([])).bytes(from: 0, to: 100) == [])
    }

    @Test func placesBehindOthersAreFoundAgain() throws {
        // Larger than the distance of the places that are remembered.
        let bytes = [UInt8](repeating: 9, count: 6 << 20) + Array("end".utf8)
        let source = try source(try compressed(bytes, "-1"))
        #expect(try source.bytes(from: bytes.count - 3, to: bytes.count) == Array("end".utf8))
        #expect(try source.bytes(from: 5, to: 7) == [9, 9])
        #expect(try source.bytes(from: bytes.count - 4, to: bytes.count) == Array("\u{9}end".utf8))
    }

    @Test func damagedFilesAreRefused() throws {
        let plain = Array("some text that is compressed, text that is compressed".utf8)
        let bytes = try compressed(plain)
        func read(_ bytes: [UInt8]) -> String? { message { _ = try source(bytes).bytes(from: 0, to: 1000) } }
        #expect(read(Array("plain".utf8)) == "file.gz: is not a gzip file")
        #expect(read([]) == "file.gz: is not a gzip file")
        #expect(read(Array(bytes.dropLast(9))) == "file.gz: the gzip file is cut off")
        #expect(read(Array(bytes.dropLast(1))) == "file.gz: the gzip file is cut off")
        #expect(read(bytes + [1, 2, 3]) == "file.gz: has bytes behind its end that are not gzip")
        var wrong = bytes
        wrong[bytes.count - 5] ^= 1
        #expect(read(wrong) == "file.gz: the checksum of the gzip file is wrong")
        // Whatever is wrong, it is an error and no trap.
        for place in 10..<bytes.count - 8 {
            for bit in 0..<8 {
                wrong = bytes
                wrong[place] ^= 1 << UInt8(bit)
                // The name of the file and the bits behind the last code mean nothing.
                let isFound = read(wrong) != nil
                #expect(try isFound || source(wrong).bytes(from: 0, to: 1000) == plain)
            }
        }
    }

    @Test func rowsOfACompressedFile() throws {
        let lines = (0..<5000).map { "line \($0)" }
        let source = try source(try compressed(Array(lines.joined(separator: "\n").utf8)))
        var reader = RowReader(source, rule: .lines, from: 0)
        #expect(try finish { try reader.length() } == 5000)
        let row = try #require(try finish { try reader.row(4321) })
        #expect(try reader.bytes(of: row) == Array("line 4321".utf8))
    }
}
