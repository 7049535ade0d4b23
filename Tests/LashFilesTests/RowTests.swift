import Testing

@testable import LashFiles

@Suite struct RowTests {
    private func rows(_ text: String, _ rule: RowReader.Rule) throws -> [String] {
        let source = MemorySource(Array(text.utf8), name: "rows")
        var reader = RowReader(source, rule: rule, from: 0)
        var found: [String] = []
        for index in 0..<(try finish { try reader.length() }) {
            let row = try #require(try finish { try reader.row(index) })
            found.append(String(decoding: try reader.bytes(of: row), as: UTF8.self))
        }
        #expect(try finish { try reader.row(found.count) } == nil)
        return found
    }

    @Test func linesLeaveBlankOnesOut() throws {
        #expect(try rows("a\n\n  \t\r\nb\r\n c", .lines) == ["a", "b\r", " c"])
        #expect(try rows("", .lines) == [])
        #expect(try rows("\n\n", .lines) == [])
        #expect(try rows("a\n", .lines) == ["a"])
    }

    @Test func piecesAreOneMoreThanSeparators() throws {
        #expect(try rows("a\n\nb\n", .pieces(separator: 10)) == ["a", "", "b", ""])
        #expect(try rows("", .pieces(separator: 10)) == [""])
    }

    @Test func quotedValuesOfRecordsGoOnBehindLines() throws {
        let rule = RowReader.Rule.records(separator: UInt8(ascii: ","))
        #expect(try rows("a,b\r\n\"x\ny\",\"\"\"\n\"\n\nc\"d,e\n", rule) == ["a,b", "\"x\ny\",\"\"\"\n\"", "c\"d,e"])
        #expect(
            message { _ = try rows("a,\"b\n", rule) }
                == "rows: a quoted value that begins at byte 2 has no closing quote"
        )
    }

    @Test func rowsAreFoundInAnyOrderBehindManyOthers() throws {
        let path = try TemporaryFolder()
        var bytes: [UInt8] = []
        for i in 0..<40_000 { bytes.append(contentsOf: i % 7 == 0 ? "\n{\"id\":\(i)}\n".utf8 : "{\"id\":\(i)}\n".utf8) }
        let file = try RegularFile(path: path.write(bytes, to: "rows"))
        var reader = RowReader(file, rule: .lines, from: 0)
        for index in [5, 30_000, 30_001, 3, 39_999, 20_000] {
            let row = try #require(try finish { try reader.row(index) })
            #expect(String(decoding: try reader.bytes(of: row), as: UTF8.self) == "{\"id\":\(index)}")
        }
        #expect(try finish { try reader.row(40_000) } == nil)
        #expect(try finish { try reader.length() } == 40_000)
    }

    @Test func countingGoesOnWhereItStopped() throws {
        // More than what is read in one piece.
        let path = try TemporaryFolder()
        var bytes = [UInt8](repeating: UInt8(ascii: "x"), count: 70 << 20)
        for line in 1...70 { bytes[line << 20 - 1] = 10 }
        var reader = RowReader(try RegularFile(path: path.write(bytes, to: "rows")), rule: .lines, from: 0)
        guard case .again = try reader.length() else {
            Issue.record("was done at once")
            return
        }
        #expect(try finish { try reader.length() } == 70)
    }

    // MARK: Tables

    private func table(_ text: String) throws -> [String] {
        let source = MemorySource(Array(text.utf8), name: "table")
        let table = try TableReader(source, separator: UInt8(ascii: ","))
        let reader = table.rows()
        var next = table.rowsStart
        var found: [String] = []
        while let at = next, let row = try reader.row(from: at) {
            let record = try table.record(try reader.bytes(of: row), number: found.count + 1)
            found.append(String(decoding: record, as: UTF8.self))
            next = row.next
        }
        return found
    }

    @Test func rowsOfATableAreRecordsByItsHeader() throws {
        let rows = try table("\u{FEFF}name,\"the \"\"note\"\"\"\r\nann,\"a, b\nc\"\r\n\r\n,\"\"\nbob,x\"y")
        #expect(
            rows == [
                #"{"name":"ann","the \"note\"":"a, b\u000ac"}"#, #"{"name":"","the \"note\"":""}"#,
                #"{"name":"bob","the \"note\"":"x\"y"}"#,
            ]
        )
        #expect(try table("") == [])
        #expect(try table("a,b") == [])
        #expect(try table("a\n\nx") == [#"{"a":"x"}"#])
    }

    @Test func tablesThatDoNotFitTheirHeaderAreRefused() {
        #expect(message { _ = try table("a,b,a\n1,2,3") } == "table: the column `a` appears twice")
        #expect(message { _ = try table("a,b\n1,2\n3") } == "table: row 2 has 1 value, the header has 2")
        #expect(message { _ = try table("a\n1,2") } == "table: row 1 has 2 values, the header has 1")
        #expect(message { _ = try table("a\n\"1\"x") } == "table: row 1 has text after the closing quote of a value")
    }

    @Test func headersMustBeShortAndUTF8() {
        let long = MemorySource([UInt8](repeating: 97, count: 1 << 19), name: "table")
        #expect(
            message { _ = try TableReader(long, separator: 44) } == "table: the header takes more than 262144 bytes"
        )
        let broken = MemorySource([0xFF, 10], name: "table")
        #expect(message { _ = try TableReader(broken, separator: 44) } == "table: the header is not valid UTF-8")
    }
}
