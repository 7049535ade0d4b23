import Lashlang

@testable import LashlangCLI

/// An editor with one document, as the language server sees it.
final class Editor {
    static let uri = "file:///nowhere/a.lash"

    struct Unexpected: Error {
        var text: String
    }

    /// An answer, or the code of the error.
    enum Answer: Equatable {
        case success(Value)
        case failure(Int)

        func get() throws -> Value {
            guard case .success(let value) = self else { throw Unexpected(text: "\(self)") }
            return value
        }
    }

    struct Action {
        var title: String
        var edits: [(range: String, text: String)]
    }

    let server = LanguageServer()
    let uri: String
    private(set) var diagnostics: [String] = []
    private(set) var lastError = ""
    private var text: String
    private var requests = 0

    init(_ text: String, in place: Workplace? = nil, encodings: [String] = []) throws {
        self.text = text
        uri = place.map { "file://\($0.path)/a.lash" } ?? Self.uri
        let offered: Value = ["general": ["positionEncodings": .list(encodings.map { .string($0) })]]
        _ = try ask("initialize", parameters: ["capabilities": offered]).get()
        notify("initialized", [:])
        notify("textDocument/didOpen", ["textDocument": ["uri": .string(uri), "version": 1, "text": .string(text)]])
    }

    func notify(_ method: String, _ parameters: Value) {
        take(server.receive(Self.bytes(["jsonrpc": "2.0", "method": .string(method), "params": parameters])))
        take(server.analyse())
    }

    func change(_ range: String, _ text: String) {
        let change: Value = ["range": Self.range(range), "text": .string(text)]
        let document: Value = ["uri": .string(uri), "version": 2]
        notify("textDocument/didChange", ["textDocument": document, "contentChanges": [change]])
    }

    func ask(_ method: String, at position: String? = nil, _ more: Record = [:]) -> Answer {
        var parameters: Record = ["textDocument": ["uri": .string(uri)]]
        if let position { parameters["position"] = Self.position(position) }
        for (key, value) in more { parameters[key] = value }
        return ask(method, parameters: .record(parameters))
    }

    func ask(_ method: String, parameters: Value) -> Answer {
        requests += 1
        let id = Value.number(Double(requests))
        let request: Value = ["jsonrpc": "2.0", "id": id, "method": .string(method), "params": parameters]
        for message in server.receive(Self.bytes(request)) {
            guard case .record(let message) = message, message["id"] == id else { continue }
            if let result = message["result"] { return .success(result) }
            if case .record(let error)? = message["error"], case .number(let code)? = error["code"] {
                if case .string(let text)? = error["message"] { lastError = text }
                return .failure(Int(code))
            }
        }
        return .failure(0)
    }

    func count(_ method: String, at position: String) -> Int {
        guard case .success(.list(let items)) = ask(method, at: position) else { return -1 }
        return items.count
    }

    func actions(_ range: String, only: String? = nil) -> [Action] {
        let context: Value = only.map { ["diagnostics": [], "only": [.string($0)]] } ?? ["diagnostics": []]
        guard
            case .success(.list(let items)) = ask(
                "textDocument/codeAction",
                ["range": Self.range(range), "context": context]
            )
        else { return [] }
        return items.compactMap { item in
            guard case .record(let action) = item, case .string(let title)? = action["title"],
                let edits = Self.changes(action["edit"] ?? .null)
            else { return nil }
            return Action(title: title, edits: edits)
        }
    }

    // MARK: Edits

    /// The edits of the one document that a workspace edit changes.
    static func changes(_ edit: Value) -> [(range: String, text: String)]? {
        guard case .record(let edit) = edit, case .record(let changes)? = edit["changes"], changes.count == 1 else {
            return nil
        }
        return edits(changes[0].value)
    }

    static func edits(_ value: Value) -> [(range: String, text: String)]? {
        guard case .list(let edits) = value else { return nil }
        return edits.compactMap { edit in
            guard case .record(let edit) = edit, case .string(let text)? = edit["newText"], let range = edit["range"]
            else { return nil }
            return (Self.text(of: range), text)
        }
    }

    /// The document with edits, the last one first, as the protocol wants it.
    func text(after edits: [(range: String, text: String)]) -> String {
        var document = TextDocument(uri: uri, version: nil, text: text, encoding: server.encoding)
        for edit in edits.reversed() {
            let parts = edit.range.split(separator: "-").map { Self.place(String($0)) }
            document.edit((parts[0], parts[1]), edit.text)
        }
        return String(decoding: document.source.bytes, as: UTF8.self)
    }

    // MARK: Places

    /// `line:character`, from 0.
    static func place(_ text: String) -> EditorPosition {
        let parts = text.split(separator: ":").compactMap { Int($0) }
        return EditorPosition(line: parts[0], character: parts[1])
    }

    static func position(_ text: String) -> Value {
        let place = place(text)
        return ["line": .number(Double(place.line)), "character": .number(Double(place.character))]
    }

    static func range(_ text: String) -> Value {
        let parts = text.split(separator: "-").map { position(String($0)) }
        return ["start": parts[0], "end": parts[1]]
    }

    private static func text(of range: Value) -> String {
        guard case .record(let range) = range else { return "" }
        let parts = ["start", "end"].map { name in
            guard case .record(let place)? = range[name], case .number(let line)? = place["line"],
                case .number(let character)? = place["character"]
            else { return "" }
            return "\(Int(line)):\(Int(character))"
        }
        return parts.joined(separator: "-")
    }

    // MARK: Messages

    static func bytes(_ message: Value) -> [UInt8] { Array(((try? message.json()) ?? "").utf8) }

    private func take(_ messages: [Value]) {
        for message in messages {
            guard case .record(let message) = message,
                message["method"] == "textDocument/publishDiagnostics",
                case .record(let parameters)? = message["params"], case .list(let items)? = parameters["diagnostics"]
            else { continue }
            diagnostics = items.map { item in
                guard case .record(let item) = item, case .string(let text)? = item["message"] else { return "" }
                let code = if case .string(let code)? = item["code"] { " " + code } else { "" }
                return "\(Self.text(of: item["range"] ?? .null))\(code) \(text)"
            }
        }
    }
}
