import LashAgent
import Lashlang
import Testing

@Suite struct ModelCodingTests {
    @Test func aRequestHasOneForm() throws {
        let request = ModelRequest(
            messages: [
                ModelMessage(.system, "Be brief.", endsCachedPrefix: true),
                ModelMessage(
                    .user,
                    [.text("What is this?"), .image(ModelImage(mime: "image/png", bytes: [1, 2, 255]))]
                ),
            ],
            effort: "high",
            maximumOutputTokens: 100
        )
        let value = try ValueEncoder().encode(request)
        #expect(
            try value.json()
                == #"{"messages":[{"role":"system","content":"Be brief.","ends_cached_prefix":true},"#
                + #"{"role":"user","content":[{"type":"text","text":"What is this?"},"#
                + #"{"type":"image","mime":"image/png","data":"AQL/"}]}],"effort":"high","max_output_tokens":100}"#
        )
        #expect(try ValueDecoder().decode(from: value) == request)
    }

    @Test func errorsAndResponsesComeBackAsTheyWere() throws {
        let error = ModelError(.rateLimit, "slow down", status: 429, retryAfter: .milliseconds(1500))
        #expect(try ValueDecoder().decode(from: ValueEncoder().encode(error)) == error)
        let response = ModelResponse(text: "a", usage: ModelUsage(input: 1, cacheRead: 2), stopReason: .toolUse)
        #expect(try ValueDecoder().decode(from: ValueEncoder().encode(response)) == response)
        #expect(try ValueDecoder().decode(ModelUsage.self, from: ["output": 3]) == ModelUsage(output: 3))
    }

    @Test(
        arguments: [
            ([], ""), ([102], "Zg=="), ([102, 111], "Zm8="), ([102, 111, 111], "Zm9v"),
            ([102, 111, 111, 98], "Zm9vYg=="), ([251, 255], "+/8="),
        ] as [([UInt8], String)]
    )
    func bytesAreTextOfTheUsualAlphabet(bytes: [UInt8], text: String) throws {
        let value: Value = ["mime": "a/b", "data": .string(text)]
        let image = ModelImage(mime: "a/b", bytes: bytes)
        #expect(try ValueEncoder().encode(image) == value)
        #expect(try ValueDecoder().decode(from: value) == image)
    }

    @Test(arguments: ["Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Z!==", "Zg==Zg=="])
    func whatIsNotBase64IsRefused(text: String) {
        #expect(throws: ValueCodingError.self) {
            try ValueDecoder().decode(ModelImage.self, from: ["mime": "a/b", "data": .string(text)])
        }
    }

    @Test func usageAddsUp() {
        var usage = ModelUsage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4, reasoning: 1)
        usage += usage
        #expect(usage == ModelUsage(input: 2, output: 4, cacheRead: 6, cacheWrite: 8, reasoning: 2))
        #expect(usage.total == 20)
        #expect(usage.prompt == 16)
    }
}
