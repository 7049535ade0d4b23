import Lashlang
import Testing

@testable import LashlangCLI

/// `lashlang.json`, and how its changes are noticed.
@Suite struct LanguageServerSettingsTests {
    @Test func settingsAreReadAgainWhenTheyChange() throws {
        let place = Workplace()
        let editor = try Editor("finish shout(board)", in: place)
        #expect(editor.diagnostics.count == 1)
        place.write(#"{"tools": "t.json"}"#, to: "lashlang.json")
        place.write(
            #"{"functions": {"shout": {"parameters": [{"name": "x", "type": "any"}], "result": "str"}}}"#,
            to: "t.json"
        )
        editor.notify("textDocument/didSave", ["textDocument": ["uri": .string(editor.uri)]])
        #expect(editor.diagnostics == [])
    }

    @Test(
        arguments: [
            ("{", "not JSON"), ("[]", "not an object"), (#"{"bnd": {}}"#, "unknown setting `bnd`"),
            (#"{"bind": {"for": 1}}"#, "for"), (#"{"bind": 1}"#, "`bind` needs an object"),
            (#"{"files": {"x": 1}}"#, "needs the name of a file"), (#"{"lazy": {"x": "none.json"}}"#, "No such file"),
            (#"{"files": {"x": "none.json"}}"#, "No such file"), (#"{"tools": "none.json"}"#, "No such file"),
            (#"{"tools": {}}"#, "`tools` needs the name of a file"),
            (#"{"names": {}}"#, "`names` needs a list"), (#"{"names": [1]}"#, "`names` needs a list"),
            (#"{"names": ["for"]}"#, "for"), (#"{"files": {"x": ""}}"#, "needs the name of a file"),
            // Reading these would never end.
            (#"{"files": {"x": "/dev/zero"}}"#, "not a regular file"), (#"{"tools": "/dev/zero"}"#, "not a regular"),
            (#"{"files": {"x": "."}}"#, "not a regular file"), (#"{"lazy": {"x": "/dev/zero"}}"#, "not a file"),
            (#"{"files": {"a=b": "c"}}"#, "`a=b` is no name"),
        ]
    )
    func brokenSettingsAreAWarning(text: String, reason: String) throws {
        let place = Workplace()
        place.write(text, to: "lashlang.json")
        let editor = try Editor("finish 1", in: place)
        #expect(editor.diagnostics.count == 1)
        #expect(editor.diagnostics[0].contains(reason), "\(editor.diagnostics)")
    }

    @Test func diagnosticsFollowSettingsThatARequestFindsChanged() throws {
        let place = Workplace()
        let editor = try Editor("board = 1", in: place)
        #expect(editor.diagnostics == [])
        place.write(#"{"bind": {"board": 1}}"#, to: "lashlang.json")
        _ = editor.ask("textDocument/documentSymbol")
        // Notifications are followed by what has changed meanwhile.
        editor.notify("$/setTrace", [:])
        #expect(editor.diagnostics.count == 1 && editor.diagnostics[0].contains("E0215"))
    }

    @Test(arguments: [true, false])
    func editorsThatCanAreAskedToWatchSettings(canWatch: Bool) {
        let server = LanguageServer()
        let watching: Value = ["workspace": ["didChangeWatchedFiles": ["dynamicRegistration": .bool(canWatch)]]]
        _ = server.receive(
            Editor.bytes(["id": 1, "method": "initialize", "params": ["capabilities": watching]])
        )
        let sent = server.receive(Editor.bytes(["method": "initialized", "params": [:]]))
        #expect(sent.count == (canWatch ? 1 : 0))
        if canWatch {
            #expect("\(sent)".contains("client/registerCapability") && "\(sent)".contains("**/lashlang.json"))
        }
        #expect(server.receive(Editor.bytes(["id": "settings", "result": .null])) == [])
    }

    @Test func aFolderInPlaceOfTheSettingsIsAWarning() throws {
        let place = Workplace()
        #expect(place.shell("mkdir lashlang.json").status == 0)
        let editor = try Editor("finish 1", in: place)
        #expect(editor.diagnostics.count == 1 && editor.diagnostics[0].contains("not a regular file"))
    }

    @Test func namesWithoutValuesCanBeBound() throws {
        let place = Workplace()
        place.write(#"{"names": ["board", "later"], "bind": {"board": 1}}"#, to: "lashlang.json")
        let editor = try Editor("board = 1\nfinish later", in: place)
        #expect(editor.diagnostics.count == 1 && editor.diagnostics[0].contains("E0215"))
        #expect("\(try editor.ask("textDocument/hover", at: "1:8").get())".contains("Bound by the host"))
    }

    @Test func settingsAreLookedForUpToTheOpenFolder() throws {
        let place = Workplace()
        place.write(#"{"bind": {"board": 1}}"#, to: "lashlang.json")
        #expect(place.shell("mkdir -p in/deep").status == 0)
        func readOnly(_ roots: [String]) -> Set<String> {
            ServerSettings(forProgram: place.path + "/in/deep/a.lash", roots: roots).environment.readOnlyNames
        }
        #expect(readOnly([]) == ["board"] && readOnly([place.path]) == ["board"])
        #expect(readOnly([place.path + "/in"]) == [] && readOnly([place.path + "/in/"]) == [])
        #expect(readOnly(["/elsewhere"]) == ["board"])
    }
}
