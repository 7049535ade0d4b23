import Lashlang
import Testing

@testable import LashlangCLI

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

@Suite struct LanguageServerRobustnessTests {
    static let requests = [
        "textDocument/codeAction", "textDocument/hover", "textDocument/completion", "textDocument/signatureHelp",
        "textDocument/definition", "textDocument/references", "textDocument/documentHighlight",
        "textDocument/prepareRename", "textDocument/rename", "textDocument/documentSymbol", "textDocument/formatting",
        "textDocument/semanticTokens/full", "textDocument/foldingRange",
    ]

    // MARK: Messages

    @Test func messagesComeInAnyPieces() throws {
        let texts = ["{}", "", String(repeating: "é", count: 3_000), "{\"a\": 1}"]
        let bytes = Array(texts.map { MessageStream.framed($0) }.joined().utf8)
        for size in [1, 2, 3, 7, 1024, bytes.count] {
            var stream = MessageStream()
            var found: [String] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                stream.append(bytes[start..<min(start + size, bytes.count)])
                while let message = try stream.next() { found.append(String(decoding: message, as: UTF8.self)) }
            }
            #expect(found == texts)
        }
    }

    @Test(
        arguments: [
            ("Content-Length: -1\r\n\r\n", "no length: `-1`"), ("Content-Length: x\r\n\r\n", "no length: `x`"),
            ("Content-Length: 99999999999\r\n\r\n", "a message of 99999999999 bytes"),
            ("Content-Length: 99999999999999999999\r\n\r\n", "no length"),
            ("Content-Type: text\r\n\r\n", "without Content-Length"), ("\r\n\r\n", "without Content-Length"),
            (String(repeating: "x", count: 9_000), "without an end"),
        ]
    )
    func headersThatMeanNothingAreErrors(text: String, reason: String) {
        var stream = MessageStream()
        stream.append(text.utf8)
        let error = #expect(throws: MessageStream.Failure.self) { try stream.next() }
        #expect(error?.message.contains(reason) == true, "\(String(describing: error))")
    }

    @Test func aHeaderMayBeWrittenInAnyCase() throws {
        var stream = MessageStream()
        stream.append("content-type: x\r\ncontent-LENGTH:2\r\n\r\n{}".utf8)
        #expect(try stream.next() == Array("{}".utf8))
    }

    @Test(
        arguments: [
            ("{nope", -32700), ("\u{FFFD}", -32700), (String(repeating: "[", count: 100_000), -32700), ("[]", -32600),
            ("1", -32600), ("{\"id\": 1}", -32600), ("{\"id\": 1, \"method\": 2}", -32600),
            ("{\"id\": 1, \"method\": \"nope\"}", -32601),
        ] as [(String, Double)]
    )
    func messagesThatMeanNothingAreAnswered(text: String, code: Double) throws {
        let editor = try Editor("x = 1")
        let answers = editor.server.receive(Array(text.utf8))
        #expect("\(answers)".contains("number(\(code))"), "\(answers)")
        #expect(answers.count == 1)
        #expect(editor.count("textDocument/references", at: "0:0") == 1)
    }

    @Test func invalidUTF8IsAnswered() throws {
        let editor = try Editor("x = 1")
        #expect("\(editor.server.receive([0x7B, 0xFF, 0xFE, 0x7D]))".contains("-32700"))
    }

    @Test func anythingMayStandForAnyParameter() throws {
        let wrong: [Value] = [
            .null, true, 1, -1, 1e300, "text", [], [1, "a"], [:], ["line": 1], ["line": -1, "character": -1],
            ["line": 1e9, "character": 1e9], ["start": [:], "end": 1],
        ]
        let editor = try Editor("fn f(n: int) -> int { n }\nx = f(1)\nfinish x")
        let good: Record = [
            "textDocument": ["uri": .string(editor.uri)], "position": ["line": 1, "character": 4], "newName": "name",
            "range": Editor.range("0:0-1:1"), "context": ["only": ["quickfix"], "includeDeclaration": true],
        ]
        for method in Self.requests {
            for (key, _) in good {
                for value in wrong {
                    var parameters = good
                    parameters[key] = value
                    // An answer or an error, never nothing.
                    #expect(editor.ask(method, parameters: .record(parameters)) != .failure(0), "\(method) \(key)")
                }
            }
            for value in wrong { #expect(editor.ask(method, parameters: value) == .failure(-32602), "\(method)") }
        }
        for method in [
            "textDocument/didOpen", "textDocument/didChange", "textDocument/didClose", "$/cancelRequest", "?",
        ] {
            for value in wrong {
                editor.notify(method, value)
                editor.notify(method, ["textDocument": value])
                editor.notify(
                    method,
                    ["textDocument": ["uri": .string(editor.uri), "version": value], "contentChanges": value]
                )
            }
        }
        let before = editor.count("textDocument/references", at: "0:3")
        #expect(before == 2 || before == -1)
    }

    /// All texts that are the value with one part, however deep, in place of another.
    private static func variants(_ value: Value, _ replacements: [Value]) -> [Value] {
        var all = replacements
        switch value {
        case .record(let record):
            for (key, inner) in record {
                var shorter = record
                shorter[key] = nil
                all.append(.record(shorter))
                for variant in variants(inner, replacements) {
                    var changed = record
                    changed[key] = variant
                    all.append(.record(changed))
                }
            }
        case .list(let items):
            for (index, inner) in items.enumerated() {
                for variant in variants(inner, replacements) {
                    var changed = items
                    changed[index] = variant
                    all.append(.list(changed))
                }
            }
        default: break
        }
        return all
    }

    private static let strange: [Value] = [.null, false, -1, 0.5, 1e300, "", "\0", [], [:], [[:]]]

    @Test func anythingMayStandForAnyPartOfAParameter() throws {
        let editor = try Editor("fn f(n: int) -> int { n }\nx += f(1)\nfinish x")
        let good: Value = [
            "textDocument": ["uri": .string(editor.uri)], "position": ["line": 1, "character": 5], "newName": "name",
            "range": Editor.range("0:0-1:1"), "context": ["only": ["quickfix"], "includeDeclaration": true],
        ]
        for method in Self.requests {
            for parameters in Self.variants(good, Self.strange) {
                #expect(editor.ask(method, parameters: parameters) != .failure(0), "\(method) \(parameters)")
            }
        }
        let initialize: Value = [
            "capabilities": [
                "general": ["positionEncodings": ["utf-8"]],
                "workspace": ["didChangeWatchedFiles": ["dynamicRegistration": true]],
            ],
            "workspaceFolders": [["uri": "file:///a"]], "rootUri": "file:///b",
        ]
        for parameters in Self.variants(initialize, Self.strange) {
            let server = LanguageServer()
            let request: Value = ["id": 1, "method": "initialize", "params": parameters]
            #expect("\(server.receive(Editor.bytes(request)))".contains("capabilities"))
            _ = server.receive(Editor.bytes(["method": "initialized"]))
        }
        let change: Value = [
            "textDocument": ["uri": .string(editor.uri), "version": 2],
            "contentChanges": [["range": Editor.range("0:0-1:1"), "text": "x"]],
        ]
        for method in ["textDocument/didChange", "textDocument/didOpen", "textDocument/didSave"] {
            for parameters in Self.variants(change, Self.strange) { editor.notify(method, parameters) }
        }
        #expect(editor.ask("textDocument/hover", at: "0:0") != .failure(0))
    }

    @Test func brokenBytesNeverEndTheServer() {
        let messages: [Value] = [
            ["id": 1, "method": "initialize", "params": ["capabilities": [:]]],
            [
                "method": "textDocument/didOpen",
                "params": ["textDocument": ["uri": "file:///a.lash", "version": 1, "text": "x = \"é\"\nfinish x"]],
            ],
            [
                "id": 2, "method": "textDocument/rename",
                "params": [
                    "textDocument": ["uri": "file:///a.lash"], "position": ["line": 0, "character": 0], "newName": "y",
                ],
            ],
        ]
        let whole = messages.map { MessageStream.framed(String(decoding: Editor.bytes($0), as: UTF8.self)) }.joined()
        var numbers = Numbers(state: 11)
        for _ in 0..<500 {
            var bytes = Array(whole.utf8)
            for _ in 0...numbers.next(below: 4) {
                let at = numbers.next(below: bytes.count)
                switch numbers.next(below: 3) {
                case 0: bytes[at] = UInt8(numbers.next(below: 256))
                case 1: bytes.remove(at: at)
                default: bytes.removeSubrange(at..<min(bytes.count, at + numbers.next(below: 200)))
                }
                if bytes.isEmpty { bytes = [0] }
            }
            var stream = MessageStream()
            stream.append(bytes)
            let server = LanguageServer()
            // A stream that cannot be understood ends the session; messages that cannot be do not.
            while let message = try? stream.next() {
                for answer in server.receive(message) + server.analyse() { #expect(!Editor.bytes(answer).isEmpty) }
            }
        }
    }

    @Test func changesThatComeTogetherAreLookedAtOnce() throws {
        let editor = try Editor("x = 1")
        for version in 2..<50 {
            let change: Value = [
                "textDocument": ["uri": .string(editor.uri), "version": .number(Double(version))],
                "contentChanges": [["range": Editor.range("0:5-0:5"), "text": "1"]],
            ]
            let sent = editor.server.receive(
                Editor.bytes(["method": "textDocument/didChange", "params": change])
            )
            #expect(sent == [])
        }
        let published = editor.server.analyse()
        try #require(published.count == 1)
        guard case .record(let message) = published[0], case .record(let parameters)? = message["params"] else {
            return
        }
        #expect(parameters["version"] == 49)
        #expect(editor.server.analyse() == [])
    }

    @Test func requestsHaveTheirTime() {
        let server = LanguageServer()
        func code(_ method: String) -> String {
            "\(server.receive(Editor.bytes(["id": 1, "method": .string(method), "params": [:]])))"
        }
        #expect(code("textDocument/hover").contains("-32002"))
        #expect(code("initialize").contains("capabilities"))
        #expect(code("initialize").contains("-32600"))
        #expect(!code("shutdown").contains("error"))
        #expect(code("textDocument/hover").contains("-32600"))
        #expect(server.exitStatus == nil)
        _ = server.receive(Editor.bytes(["method": "exit"]))
        #expect(server.exitStatus == 0)
        let other = LanguageServer()
        _ = other.receive(Editor.bytes(["method": "exit"]))
        #expect(other.exitStatus == 1)
    }

    // MARK: Texts

    /// A generator that gives the same numbers every time.
    private struct Numbers {
        var state: UInt64

        mutating func next(below limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
    }

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
        let editor = try Editor(String(repeating: "x = {a: [1, \"é\"]} ", count: 8_000))
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

    // MARK: The command

    @Test func theCommandSpeaksThroughItsPipes() {
        let place = Workplace()
        let uri = "file://\(place.path)/a.lash"
        let messages: [Value] = [
            ["id": 1, "method": "initialize", "params": [:]],
            [
                "method": "textDocument/didOpen",
                "params": ["textDocument": ["uri": .string(uri), "version": 1, "text": "x += 1"]],
            ],
            ["id": 2, "method": "shutdown"], ["method": "exit"],
        ]
        let input = messages.map { MessageStream.framed(String(decoding: Editor.bytes($0), as: UTF8.self)) }.joined()
        let run = place.lashlang("lsp", input: input)
        #expect(run.status == 0 && run.errors == "")
        #expect(run.output.hasPrefix("Content-Length: "))
        let cut = place.lashlang("lsp", input: "Content-Length: 100\r\n\r\n{}")
        #expect(cut.status == 1 && cut.errors == "")
        let broken = place.lashlang("lsp", input: "GET / HTTP/1.1\r\n\r\n")
        #expect(broken.status == 65)
        #expect(broken.errors.hasPrefix("error: cannot understand the editor: a header without Content-Length"))
    }

    private static let editorIsThere = access("/usr/bin/nvim", X_OK) == 0

    @Test(.enabled(if: editorIsThere, "Neovim is not installed"))
    func aRealEditorGetsAlong() {
        let place = Workplace()
        place.write("total = 0\ntotal += 1\nfinish [ upper(\"é𝄞\"),total ]\n", to: "a.lash")
        let tests = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(separator: "/")
        let script = tests + "/LanguageServer/neovim.lua"
        let run = place.shell(
            "cd \(place.path) && LASHLANG=$LASHLANG PROGRAM=a.lash nvim --headless -u NONE -i NONE -c 'luafile \(script)' 2>&1"
        )
        let steps = [
            "diagnostics", "code action", "no diagnostics", "hover", "completion", "rename", "formatting", "shutdown",
        ]
        for step in steps { #expect(run.output.contains(step + "\n"), "\(run.output)") }
        #expect(run.status == 0)
    }
}
