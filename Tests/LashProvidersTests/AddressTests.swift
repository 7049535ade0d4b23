import LashAgent
import LashTestServers
import Testing

@testable import LashHTTP
@testable import LashProviders

@Suite struct AddressTests {
    @Test(arguments: [
        ("https://api.openai.com/v1", "https://api.openai.com/v1/x"),
        ("http://localhost:11434/v1/", "http://localhost:11434/v1/x"),
        ("HTTP://[::1]:80//", "http://[::1]:80/x"), ("https://Example.COM", "https://example.com/x"),
    ])
    func resourcesLieBelowTheAddress(text: String, url: String) throws {
        #expect(try WebAddress(text).url("/x") == url)
    }

    @Test(arguments: [
        ("api.openai.com", "it has to begin with http:// or https://"),
        ("ftp://x", "it has to begin with http:// or https://"),
        ("http://", "it names no host and port"), ("http://x:0", "it names no host and port"),
        ("http://x:y", "it names no host and port"), ("http://[::1", "it names no host and port"),
        ("http://x/v1?key=1", "there is a character in it that does not belong there"),
        ("http://x y", "there is a character in it that does not belong there"),
    ])
    func whatIsNoAddressIsRefused(text: String, reason: String) {
        let error = #expect(throws: ModelError.self) { try OpenAIModel("m", baseURL: text, environment: { _ in nil }) }
        #expect(error == ModelError(.configuration, "`\(text)` is no address of a service: \(reason)"))
    }

    @Test func aKeyInAnAddressIsRefusedAndNotRepeated() {
        let error = #expect(throws: ModelError.self) { try WebAddress("https://sk-secret@x/v1") }
        #expect(error?.message == "`…@x/v1` is no address of a service: a key does not belong into it")
    }
}

@Suite struct ProxyTests {
    private func proxy(_ url: String, _ environment: [String: String]) throws -> ProxySetting? {
        try ProxySetting.forAddress(WebAddress(url)) { environment[$0] }
    }

    @Test func theSchemeChoosesTheProxy() throws {
        let environment = ["https_proxy": "http://secure:3128", "HTTP_PROXY": "plain", "all_proxy": "socks5://rest"]
        #expect(try proxy("https://x", environment)?.host == "secure")
        #expect(try proxy("http://x", environment)?.host == "plain")
        #expect(try proxy("http://x", environment)?.port == 80)
        #expect(try proxy("https://x", ["ALL_PROXY": "socks5://u:p%40@rest"])?.kind == .socks)
        #expect(try proxy("https://x", ["ALL_PROXY": "http://u:p%40@rest:1/"])?.credentials == "u:p@")
        #expect(try proxy("https://x", ["https_proxy": ""]) == nil)
        #expect(try proxy("https://x", [:]) == nil)
    }

    @Test(arguments: [
        ("https://api.example.com", "example.com", true), ("https://api.example.com", ".example.com", true),
        ("https://api.example.com", "*.example.com", true), ("https://example.com", "a, example.com:443", true),
        ("https://example.com", "example.com:80", false), ("https://badexample.com", "example.com", false),
        ("https://x", "*", true), ("https://x", "", false), ("http://127.0.0.1:80", "", true),
        ("http://localhost", "", true), ("http://[::1]", "", true),
    ])
    func hostsCanBeExempt(url: String, list: String, isExempt: Bool) throws {
        let environment = ["http_proxy": "p:1", "https_proxy": "p:1", "no_proxy": list]
        #expect(try (proxy(url, environment) == nil) == isExempt)
    }

    @Test(arguments: ["ftp://x", "http://", "http://u:%zz@x", "x:99999"])
    func whatIsNoProxyIsRefusedWithoutRepeatingIt(text: String) {
        let error = #expect(throws: ModelError.self) { try proxy("https://x", ["HTTPS_PROXY": text]) }
        #expect(
            error
                == ModelError(
                    .configuration,
                    "HTTPS_PROXY is no address of a proxy, such as http://proxy.example:3128"
                )
        )
    }

    @Test func requestsGoThroughTheProxy() async throws {
        let server = try await TranscriptServer([
            [.bytes([UInt8]("HTTP/1.1 200 OK\r\n\r\n".utf8))], .stream(shortAnswer),
        ])
        let environment = ["http_proxy": "http://user:pass@127.0.0.1:\(server.port)"]
        let model = try OpenAIModel("m", baseURL: "http://service.example/v1", environment: { environment[$0] })
        #expect(try await model.stream(hello).response().text == "Hi")
        let requests = server.requests
        #expect(
            requests.map(\.line) == [
                "CONNECT service.example:80 HTTP/1.1", "POST /v1/chat/completions HTTP/1.1",
            ]
        )
        #expect(requests.map { $0.header("proxy-authorization") } == ["Basic dXNlcjpwYXNz", nil])
    }

    @Test func aProxyThatRefusesIsAnError() async throws {
        let server = try await TranscriptServer(.response(407, body: ""))
        let environment = ["http_proxy": "http://127.0.0.1:\(server.port)"]
        let model = try OpenAIModel("m", baseURL: "http://x", retries: .never, environment: { environment[$0] })
        #expect(
            await failure(model)
                == ModelError(
                    .configuration,
                    "the proxy does not accept the user and the password given to it"
                )
        )
    }
}

@Suite struct RetryAfterTests {
    @Test(arguments: [
        ("retry-after", "12", 12_000.0), ("retry-after", "0.5", 500), ("retry-after-ms", "250", 250),
        ("retry-after", "Sun, 06 Nov 1994 08:49:37 GMT", 7000), ("retry-after", "Thu, 01 Jan 1970 00:00:00 GMT", 0),
    ])
    func servicesSayItInSeveralWays(name: String, text: String, milliseconds: Double) {
        let now = 784_111_770_000.0
        #expect(RetryAfter.wait({ $0 == name ? text : nil }, now: now) == .milliseconds(milliseconds))
    }

    @Test(arguments: ["soon", "-1", "nan", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 06 Nov 1994 25:49:37 GMT", ""])
    func whatIsNoTimeIsIgnored(text: String) {
        #expect(RetryAfter.wait({ $0 == "retry-after" ? text : nil }, now: 0) == nil)
    }

    @Test func leapDaysCount() {
        let text = "Thu, 29 Feb 2024 00:00:00 GMT"
        #expect(RetryAfter.wait({ $0 == "retry-after" ? text : nil }, now: 1_709_164_799_000) == .seconds(1))
    }
}
