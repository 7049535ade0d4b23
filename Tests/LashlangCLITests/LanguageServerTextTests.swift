import Lashlang
import Testing

@testable import LashlangCLI

/// Places and changes of texts, and texts of any size.
@Suite struct LanguageServerTextTests {
    @Test(arguments: ["utf-8", "utf-16", "utf-32"])
    func changesGiveTheSameTextAsReplacing(encoding: String) throws {
        let encoding = try #require(PositionEncoding(rawValue: encoding))
        let pieces = ["a", "é", "𝄞", "\n", "\r\n", "\r", "", "x = 1\n", "日本", "\u{301}"]
        var numbers = Numbers(state: 7)
        var document = TextDocument(uri: "x", version: nil, text: "", encoding: encoding)
        for _ in 0..<2_000 {
            let bytes = document.source.bytes
            // Between characters.
            let places = (0...bytes.count).filter { $0 == bytes.count || bytes[$0] & 0xC0 != 0x80 }
            // Not within CR LF, where no editor can stand.
            let stops = places.filter { at in
                !(at > 0 && at < bytes.count && bytes[at - 1] == 0x0D && bytes[at] == 0x0A)
            }
            var (start, end) = (stops[numbers.next(below: stops.count)], stops[numbers.next(below: stops.count)])
            if start > end { swap(&start, &end) }
            if end - start > 6 { end = start }
            let text = pieces[numbers.next(below: pieces.count)]
            for offset in [start, end] { #expect(document.offset(of: document.position(of: offset)) == offset) }
            var wanted = bytes
            wanted.replaceSubrange(start..<end, with: text.utf8)
            document.edit((document.position(of: start), document.position(of: end)), text)
            #expect(document.source.bytes == wanted)
            // What was kept of the lines is what reading the whole text anew gives.
            let whole = String(decoding: wanted, as: UTF8.self)
            let fresh = TextDocument(uri: "x", version: nil, text: whole, encoding: document.encoding)
            #expect(document.lineStarts == fresh.lineStarts)
        }
    }

    @Test(arguments: ["utf-8", "utf-16", "utf-32"])
    func placesInLongLinesAreCounted(encoding: String) throws {
        let encoding = try #require(PositionEncoding(rawValue: encoding))
        let line = String(repeating: "aé𝄞日", count: 300)
        let document = TextDocument(uri: "x", version: nil, text: "x\n" + line + "\r\ny", encoding: encoding)
        var character = 0
        for (offset, byte) in document.source.bytes.enumerated().dropFirst(2).dropLast(3) {
            if byte & 0xC0 != 0x80 {
                #expect(document.position(of: offset) == EditorPosition(line: 1, character: character))
                #expect(document.offset(of: EditorPosition(line: 1, character: character)) == offset)
            }
            character += encoding.units(byte)
        }
    }

    /// A time in proportion to the square of the length would be many minutes.
    @Test(.timeLimit(.minutes(1)), arguments: ["semanticTokens/full", "references", "foldingRange", "documentSymbol"])
    func longLinesTakeNoLongerThanShortOnes(method: String) throws {
        let editor = try Editor(String(repeating: "x = {a: [1, \"é\"]} ", count: 3_000))
        _ = try editor.ask("textDocument/" + method, at: "0:0").get()
    }

    @Test(.timeLimit(.minutes(1)))
    func manyChangesAtOnceTakeLittleTime() throws {
        let editor = try Editor(String(repeating: "x = 1\n", count: 10_000))
        let change: Value = ["range": Editor.range("3:0-3:0"), "text": "y"]
        editor.notify(
            "textDocument/didChange",
            [
                "textDocument": ["uri": .string(editor.uri), "version": 2],
                "contentChanges": .list(Array(repeating: change, count: 2_000)),
            ]
        )
        #expect(editor.server.analyses[editor.uri]?.document.source.bytes.count == 62_000)
    }

    @Test func positionsThatAreNotThereAreTheNearest() {
        let document = TextDocument(uri: "x", version: nil, text: "ab\r\né𝄞", encoding: .utf16)
        func offset(_ line: Int, _ character: Int) -> Int {
            document.offset(of: EditorPosition(line: line, character: character))
        }
        #expect(offset(0, 99) == 2 && offset(1, 99) == 10 && offset(9, 0) == 10 && offset(1, 1) == 6)
        // In the middle of a pair of surrogates.
        #expect(offset(1, 2) == 6)
        let bytes = TextDocument(uri: "x", version: nil, text: "é𝄞", encoding: .utf8)
        #expect((0...7).map { bytes.offset(of: EditorPosition(line: 0, character: $0)) } == [0, 0, 2, 2, 2, 2, 6, 6])
    }

    @Test func addressesOfFilesAreTheirPaths() {
        #expect(FileURI.path("file:///a%20b/%C3%A9.lash") == "/a b/é.lash")
        #expect(FileURI.path("file://host/a") == "/a")
        #expect(FileURI.path("untitled:1") == nil)
        #expect(FileURI.path("file:///%FF") == nil)
        #expect(FileURI.path("file:///a%00b") == nil)
        #expect(FileURI.path("file:///a%2") == "/a%2")
    }

    @Test func largeTextsAreNoTrouble() throws {
        let line = "value = [1, 2, 3] + [upper(\"text\")]\n"
        let editor = try Editor(String(repeating: line, count: 3_000))
        #expect(editor.count("textDocument/references", at: "0:0") == 3_000)
        _ = try editor.ask("textDocument/semanticTokens/full").get()
        let deep = try Editor("x = " + String(repeating: "[", count: 100_000))
        #expect(deep.diagnostics.count >= 1)
        _ = try deep.ask("textDocument/documentSymbol").get()
    }
}

/// A generator that gives the same numbers every time.
struct Numbers {
    var state: UInt64

    mutating func next(below limit: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % limit
    }
}
