import LashAgent
import Lashlang

struct Payment: Codable {
    var to: String
    var cents: Int
}

struct Account: Codable, Equatable {
    var owner: String
    var cents: Int
}

/// Tools of a bank. Looking is free; paying needs somebody's yes.
func bankTools(_ pay: @escaping @Sendable (Payment, _ key: String) async throws -> Void) throws -> Toolset {
    try Toolset { tools in
        try tools.add(
            "accounts",
            "Lists the accounts of the user.",
            callPath: "bank.accounts",
            traits: ToolTraits(retry: .idempotent(), timeout: .seconds(10), isReadOnly: true)
        ) { [Account(owner: "ann", cents: 120_000)] }
        try tools.add(
            "pay",
            "Sends money.",
            callPath: "bank.pay",
            fields: ["cents": "The amount. More than 100,000 is refused."],
            traits: ToolTraits(scheduling: .serial, needsApproval: true)
        ) { (payment: Payment, call: ToolCall) in
            guard payment.cents <= 100_000 else { return .failure("too much", code: "limit", class: "policy") }
            try await pay(payment, call.idempotencyKey)
            return .value(["paid": .number(Double(payment.cents))])
        }
    }
}

/// Runs a turn. Where calls wait for approval, asks for each, and goes on; the turn may have been suspended in another process.
func answer(_ question: TurnInput, in session: AgentSession, ask: (ApprovalRequest) async -> ApprovalDecision)
    async throws -> TurnResult
{
    var result = try await session.resumeTurn()
    if result == nil { result = try await session.turn(question).run() }
    while case .suspended(let requests, _)? = result?.outcome, !requests.isEmpty {
        var decisions: [String: ApprovalDecision] = [:]
        for request in requests { decisions[request.id] = await ask(request) }
        result = try await session.resumeTurn(decisions)
    }
    guard let result else { throw CancellationError() }
    return result
}
