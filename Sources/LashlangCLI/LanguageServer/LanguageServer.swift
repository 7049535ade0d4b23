import Lashlang

/// A language server for lashlang: messages of an editor go in, and those for it come out.
///
/// It does no input or output but for `lashlang.json` and what that names, and it never runs a program. Documents are
/// analysed when there is nothing else to do: `analyse()` sends what was found.
final class LanguageServer {
    /// An answer that says why there is none.
    struct Failure: Error {
        enum Code: Int {
            case parse = -32700
            case invalidRequest = -32600
            case unknownMethod = -32601
            case invalidParameters = -32602
            case notInitialized = -32002
            case refused = -32803
        }

        var code: Code
        var message: String

        init(_ code: Code, _ message: String) {
            self.code = code
            self.message = message
        }
    }

    private enum State { case new, running, shutDown }

    private var state = State.new
    private(set) var encoding = PositionEncoding.utf16
    private(set) var analyses: [String: Analysis] = [:]
    private var changed: [String] = []
    /// Whether the editor can tell when files change.
    private var canWatch = false
    /// The folders that the editor has open.
    private var roots: [String] = []
    private var outgoing: [Value] = []
    /// The exit status once the editor has said that this is the end.
    private(set) var exitStatus: Int32?

    // MARK: Messages

    /// Takes one message; gives what is to be sent.
    func receive(_ message: [UInt8]) -> [Value] {
        do throws(JSONParseError) {
            handle(try Value(json: message))
        } catch {
            respond(nil, .failure(Failure(.parse, "not JSON: \(error.message)")))
        }
        defer { outgoing = [] }
        return outgoing
    }

    private func handle(_ message: Value) {
        guard case .record(let message) = message, case .string(let method)? = message["method"] else {
            // Answers to requests of a server; this one needs none.
            if case .record(let message) = message, message["result"] != nil || message["error"] != nil { return }
            return respond(nil, .failure(Failure(.invalidRequest, "not a request: `method` is missing")))
        }
        let parameters = Parameters(message["params"] ?? .null)
        guard let id = message["id"] else { return notify(method, parameters) }
        respond(id, Result { () throws(Failure) in try answer(method, parameters) })
    }

    private func notify(_ method: String, _ parameters: Parameters) {
        if method == "exit" {
            exitStatus = state == .shutDown ? 0 : 1
            return
        }
        guard state == .running else { return }
        // Whoever sends a notification gets no answer, and a wrong one must not change anything.
        do throws(Failure) {
            switch method {
            case "initialized": if canWatch { watch() }
            case "textDocument/didOpen": try open(parameters)
            case "textDocument/didChange": try change(parameters)
            case "textDocument/didClose": try close(parameters)
            case "textDocument/didSave", "workspace/didChangeWatchedFiles", "workspace/didChangeConfiguration":
                changed = analyses.keys.sorted()
            default: break
            }
        } catch {
            send("window/logMessage", ["type": 2, "message": .string("\(method): \(error.message)")])
        }
    }

    private func answer(_ method: String, _ parameters: Parameters) throws(Failure) -> Value {
        switch (method, state) {
        case ("initialize", .new): return initialize(parameters)
        case (_, .new): throw Failure(.notInitialized, "`initialize` comes first")
        case ("initialize", _), (_, .shutDown): throw Failure(.invalidRequest, "`\(method)` cannot come here")
        case ("shutdown", _):
            state = .shutDown
            return .null
        default: break
        }
        switch method {
        case "textDocument/codeAction": return try codeActions(parameters)
        case "textDocument/hover": return try hover(parameters)
        case "textDocument/completion": return try completion(parameters)
        case "textDocument/signatureHelp": return try signatureHelp(parameters)
        case "textDocument/definition": return try definition(parameters)
        case "textDocument/references": return try references(parameters)
        case "textDocument/documentHighlight": return try highlights(parameters)
        case "textDocument/prepareRename": return try prepareRename(parameters)
        case "textDocument/rename": return try rename(parameters)
        case "textDocument/documentSymbol": return try symbols(parameters)
        case "textDocument/formatting": return try formatting(parameters)
        case "textDocument/foldingRange": return try folds(parameters)
        case "textDocument/semanticTokens/full": return try semanticTokens(parameters)
        default: throw Failure(.unknownMethod, "unknown method `\(method)`")
        }
    }

    private func respond(_ id: Value?, _ result: Result<Value, Failure>) {
        var message: Record = ["jsonrpc": "2.0", "id": id ?? .null]
        switch result {
        case .success(let value): message["result"] = value
        case .failure(let failure):
            message["error"] = ["code": .number(Double(failure.code.rawValue)), "message": .string(failure.message)]
        }
        outgoing.append(.record(message))
    }

    func send(_ method: String, _ parameters: Value) {
        outgoing.append(["jsonrpc": "2.0", "method": .string(method), "params": parameters])
    }

    private func initialize(_ parameters: Parameters) -> Value {
        state = .running
        let offered = parameters.optional("capabilities")?.optional("general")?.optional("positionEncodings")
        if case .list(let names)? = offered?.value {
            // Bytes are what the compiler counts in.
            encoding = [.utf8, .utf32].first { names.contains(.string($0.rawValue)) } ?? .utf16
        }
        let watching = parameters.optional("capabilities")?.optional("workspace")?.optional("didChangeWatchedFiles")
        canWatch = watching?.optional("dynamicRegistration")?.value == .bool(true)
        if case .list(let folders)? = parameters.optional("workspaceFolders")?.value {
            roots = folders.compactMap { Self.root(Parameters($0).optional("uri")) }
        } else if let root = Self.root(parameters.optional("rootUri")) {
            roots = [root]
        }
        return [
            "serverInfo": ["name": "lashlang", "version": .string(LashlangCommand.version)],
            "capabilities": [
                "positionEncoding": .string(encoding.rawValue),
                "textDocumentSync": ["openClose": true, "change": 2, "save": true],
                "codeActionProvider": ["codeActionKinds": ["quickfix", "source.fixAll"]],
                "hoverProvider": true,
                "completionProvider": ["triggerCharacters": ["."]],
                "signatureHelpProvider": ["triggerCharacters": ["(", ","]],
                "definitionProvider": true,
                "referencesProvider": true,
                "documentHighlightProvider": true,
                "renameProvider": ["prepareProvider": true],
                "documentSymbolProvider": true,
                "documentFormattingProvider": true,
                "foldingRangeProvider": true,
                "semanticTokensProvider": [
                    "legend": [
                        "tokenTypes": .list(SemanticToken.allCases.map { .string($0.rawValue) }), "tokenModifiers": [],
                    ],
                    "full": true,
                ],
            ],
        ]
    }

    /// Asks to be told when settings change.
    private func watch() {
        let options: Value = ["watchers": [["globPattern": .string("**/\(ServerSettings.fileName)")]]]
        let registration: Value = [
            "id": "settings", "method": "workspace/didChangeWatchedFiles", "registerOptions": options,
        ]
        outgoing.append(
            [
                "jsonrpc": "2.0", "id": "settings", "method": "client/registerCapability",
                "params": ["registrations": [registration]],
            ]
        )
    }

    private static func root(_ uri: Parameters?) -> String? {
        guard case .string(let text)? = uri?.value else { return nil }
        return FileURI.path(text)
    }

    // MARK: Documents

    private func open(_ parameters: Parameters) throws(Failure) {
        let item = try parameters.member("textDocument")
        let uri = try item.string("uri")
        let version = item.optional("version")?.integer
        let document = TextDocument(uri: uri, version: version, text: try item.string("text"), encoding: encoding)
        analyses[uri] = Analysis(document, ServerSettings(forProgram: FileURI.path(uri), roots: roots))
        mark(uri)
    }

    private func change(_ parameters: Parameters) throws(Failure) {
        let item = try parameters.member("textDocument")
        let uri = try item.string("uri")
        guard var document = analyses[uri]?.document, let settings = analyses[uri]?.settings else {
            throw Failure(.invalidParameters, "`\(uri)` is not open")
        }
        guard case .list(let changes)? = parameters.optional("contentChanges")?.value else {
            throw Failure(.invalidParameters, "`contentChanges` must be a list")
        }
        for change in changes {
            let change = Parameters(change)
            let range = try change.optional("range").map { value throws(Failure) in try value.range() }
            document.edit(range, try change.string("text"))
        }
        document.setVersion(item.optional("version")?.integer)
        analyses[uri] = Analysis(document, settings)
        mark(uri)
    }

    private func close(_ parameters: Parameters) throws(Failure) {
        let uri = try parameters.member("textDocument").string("uri")
        analyses[uri] = nil
        changed.removeAll { $0 == uri }
        send("textDocument/publishDiagnostics", ["uri": .string(uri), "diagnostics": []])
    }

    private func mark(_ uri: String) { if !changed.contains(uri) { changed.append(uri) } }

    /// Looks at what has changed; gives what is to be sent. For moments in which nothing else waits.
    func analyse() -> [Value] {
        for uri in changed {
            guard let analysis = current(uri) else { continue }
            publish(analysis)
        }
        changed = []
        defer { outgoing = [] }
        return outgoing
    }

    /// The analysis of a document, anew where its settings have changed.
    private func current(_ uri: String) -> Analysis? {
        guard let analysis = analyses[uri] else { return nil }
        if analysis.settings.isCurrent { return analysis }
        // Its diagnostics may be others now.
        mark(uri)
        let fresh = Analysis(analysis.document, ServerSettings(forProgram: FileURI.path(uri), roots: roots))
        analyses[uri] = fresh
        return fresh
    }

    /// The document that a request is about.
    func analysis(_ parameters: Parameters) throws(Failure) -> Analysis {
        let uri = try parameters.member("textDocument").string("uri")
        guard let analysis = current(uri) else { throw Failure(.invalidParameters, "`\(uri)` is not open") }
        return analysis
    }
}
