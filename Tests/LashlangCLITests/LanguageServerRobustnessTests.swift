import Lashlang
import Testing

@testable import LashlangCLI

@Suite struct LanguageServerRobustnessTests {
    static let requests = [
        "textDocument/codeAction", "textDocument/hover", "textDocument/completion", "textDocument/signatureHelp",
        "textDocument/definition", "textDocument/references", "textDocument/documentHighlight",
        "textDocument/prepareRename", "textDocument/rename", "textDocument/documentSymbol", "textDocument/formatting",
        "textDocument/semanticTokens/full", "textDocument/foldingRange",
    ]

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
}
