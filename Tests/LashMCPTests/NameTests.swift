import Lashlang
import Testing

@testable import LashMCP

@Suite struct NameTests {
    @Test(arguments: [
        ("files", "files"), ("my-server", "my_server"), ("__a__b__", "a_b"), ("io.example/x", "io_example_x"),
        ("ß", ""),
    ]) func aServerHasAnIdentifier(name: String, identifier: String) {
        #expect(ServerName.identifier(name) == identifier)
    }

    @Test func aToolKeepsItsNameWhateverElseThereIs() {
        let few = ToolName.names(of: ["get-item", "get_item"], on: "s")
        let many = ToolName.names(of: ["get.item", "get_item", "get-item", "other"], on: "s")
        #expect(few["get_item"] == "mcp__s__get_item")
        #expect(many["get_item"] == few["get_item"])
        #expect(many["get-item"] == few["get-item"])
        #expect(Set(many.values).count == 4)
        #expect(ToolName.names(of: ["get-item"], on: "s") == ["get-item": "mcp__s__get_item"])
    }
}

@Suite struct LineReaderTests {
    private func lines(_ pieces: [String], limit: Int = 100) throws -> [String] {
        var reader = LineReader(limit: limit)
        var lines: [[UInt8]] = []
        for piece in pieces { lines += try Array(piece.utf8).withUnsafeBytes { try reader.take($0) } }
        if let last = reader.end() { lines.append(last) }
        return lines.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func linesComeHoweverTheyAreCut() throws {
        #expect(try lines(["a\nbc", "d\r\n\n", "e", "f"]) == ["a", "bcd", "ef"])
    }

    @Test func aLineThatIsTooLongIsAnError() throws {
        #expect(try lines(["123\n"], limit: 3) == ["123"])
        #expect(throws: LineTooLong.self) { try lines(["12", "34"], limit: 3) }
        #expect(throws: LineTooLong.self) { try lines(["1234\n"], limit: 3) }
    }
}

@Suite struct SecretsTests {
    @Test func headersQueriesAndKeysAreCutOut() {
        let http = Secrets(
            of: .http("a", url: "https://x/?key=query-secret", headers: ["Authorization": "Bearer header-secret"])
        )
        #expect(http.redacted("Bearer header-secret, header-secret, query-secret") == "[secret], [secret], [secret]")
        let process = Secrets(
            of: .stdio("b", command: "c", environment: ["API_KEY": "a-long-secret", "ROOT": "/home/somebody"])
        )
        #expect(
            process.redacted(["a-long-secret": ["in /home/somebody: a-long-secret"]])
                == ["[secret]": ["in /home/somebody: [secret]"]]
        )
        var dumped = ""
        dump(http, to: &dumped)
        #expect(!dumped.contains("header-secret"))
    }

    @Test func aPieceOfASecretAtTheEndIsTakenAway() {
        let secrets = Secrets(of: .http("a", url: "https://x", headers: ["Authorization": "Bearer abcabcabd"]))
        for (text, shown) in [
            ("no Bearer abcabcabd", "no [secret]"), ("no abcabcab", "no "), ("no abcabc", "no "), ("no", "no"),
            ("no xbc", "no xbc"), ("no Bearer", "no "), ("abcabc", ""), ("", ""), ("abcabcabdabc", "[secret]"),
        ] { #expect(secrets.redacted(cut: text) == shown) }
    }

    @Test func plainHeadersAndParametersAreNoSecrets() {
        let secrets = Secrets(
            of: .http(
                "a",
                url: "https://x/?project=notebooks&api_key=0123456789",
                headers: ["Accept-Language": "de-DE,de;q=0.9", "X-Custom": "custom-secret"]
            )
        )
        #expect(
            secrets.redacted("notebooks in de-DE,de;q=0.9 0123456789 custom-secret")
                == "notebooks in de-DE,de;q=0.9 [secret] [secret]"
        )
    }

    @Test func aShortValueIsNoSecret() {
        #expect(Secrets(of: .http("a", url: "https://x", headers: ["X-Team": "main"])).redacted("main") == "main")
    }
}
