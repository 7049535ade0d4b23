import LashAgent
import Lashlang
import Testing

/// The examples of the articles on tools and contexts do what the articles say.
@Suite struct ToolDocumentationTests {
    @Test func theBankAsksBeforeItPays() async throws {
        let paid = Sayings()
        let tools = try bankTools { payment, key in paid.say("\(payment.to) \(payment.cents) \(key)") }
        let sandbox = try AgentSandbox([
            AgentSandbox.block(
                """
                mine = await bank.accounts({})?
                r = await [bank.pay({to: "bob", cents: 500}), bank.pay({to: "eve", cents: mine[0].cents})]
                finish [x.ok for x in r]
                """
            )
        ]) { $0.tools = [tools] }
        let session = try await sandbox.session()
        let result = try await answer("Pay Bob.", in: session) { request in
            request.arguments == ["to": "bob", "cents": 500] ? .allow : .deny(reason: "who is that?")
        }
        #expect(result.value == [true, false])
        #expect(paid.words == ["bob 500 lash-tool:s:s:turn:1:0:2:pay"])
    }

    @Test func theCoreForLongConversationsOpens() async throws {
        let model = ScriptedModel(["Hello."])
        let session = try await core(answeredBy: model).session("s").open()
        #expect(try await session.turn("Hi").run().message == "Hello.")
        let system = model.requests[0].messages[0].text
        #expect(system.contains("#### control.continue_as(") && system.contains("#### agents.spawn("))
    }
}
