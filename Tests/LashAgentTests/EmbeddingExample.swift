import LashAgent
import Lashlang

struct Order: Codable, Sendable {
    var id: Int
    var cents: Int
}

/// Answers a question about orders, with a value of a known shape.
func total(of orders: [Order], answeredBy model: any LanguageModel, log: any TurnEventSink) async throws -> Value? {
    let core = try AgentCore(model: model, limits: ModelLimits(contextWindow: 200_000)) { core in
        core.prompt.contribute(.guidance("App", "You work for the accountants of a shop."))
        try core.host.function("euros", parameters: ["cents"], description: "An amount as people write it") {
            (cents: Int) in "\(cents / 100),\(cents % 100 < 10 ? "0" : "")\(cents % 100) EUR"
        }
    }
    let session = try await core.session("customer-42").open()
    var bindings = ProjectedBindings()
    try bindings.bind("orders", ValueEncoder().encode(orders))
    let result = try await session.turn(.text("What is the total?").project(bindings))
        .requireFinish(schema: [
            "type": "object",
            "properties": ["total": ["type": "string"]],
            "required": ["total"],
        ])
        .stream(to: log)
    return result.value
}
