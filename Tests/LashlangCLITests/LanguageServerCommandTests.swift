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

/// The built command at the end of a pipe, and with a real editor.
@Suite struct LanguageServerCommandTests {
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

    /// A pipe gives what is there, not what belongs together.
    @Test func messagesMayComeThroughAPipeInPieces() {
        let place = Workplace()
        let messages: [Value] = [
            ["id": 1, "method": "initialize", "params": [:]], ["id": 2, "method": "é"],
            ["id": 3, "method": "shutdown"], ["method": "exit"],
        ]
        place.write(
            messages.map { MessageStream.framed(String(decoding: Editor.bytes($0), as: UTF8.self)) }.joined(),
            to: "in"
        )
        let run = place.shell(
            """
            cut() { head -c $1 in | tail -c +$2; sleep 0.1; }
            { cut 7 1; cut 30 8; cut 90 31; cut 130 91; tail -c +131 in; } | "$LASHLANG" lsp
            """
        )
        #expect(run.status == 0 && run.errors == "")
        for id in 1...3 { #expect(run.output.contains("\"id\":\(id),"), "\(run.output)") }
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
