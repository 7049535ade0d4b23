import ArgumentParser
import Dispatch
import LashAgent
import LashTerminal
import Lashlang
import Synchronization
import Testing

@testable import LashCLI

/// Plan mode in the chat.
@Suite struct ChatPlanTests {
    /// Lines that somebody types.
    private final class Typed: LineSource {
        private let rest: Mutex<[String]>
        init(_ lines: [String]) { rest = Mutex(lines) }
        func next(isContinued: Bool) -> Line {
            rest.withLock { $0.isEmpty ? .end : .text($0.removeFirst()) }
        }
        func remember(_ input: String) {}
    }

    private static let exit = "<lashlang>\np = await plan.exit({plan: \"Write it.\"})?\nfinish p.agreed\n</lashlang>\n"
    private static let denied =
        "<lashlang>\nr = await plan.exit({plan: \"Try.\"})\nfinish r.error.message\n</lashlang>\n"

    private func chat(
        _ replies: [ScriptedReply],
        _ lines: [String],
        trace: MemoryTrace? = nil
    ) async throws -> (AgentSession, ScriptedModel) {
        let model = ScriptedModel(replies)
        let core = AgentCore(model: model, limits: try ModelLimits(contextWindow: 100_000)) {
            $0.plugins.append(PlanMode())
            $0.trace = trace
        }
        let session = try await core.session("main").open()
        let turns = try TurnOptionsGroup.parse([])
        // The chat waits for its turns on a thread of its own: those of the global queue are the ones that tasks need.
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "chat").async {
                var chat = Chat(session: session, turns: turns, isInteractive: true, showsCode: false, usesColor: false)
                try? chat.loop(Typed(lines))
                continuation.resume()
            }
        }
        return (session, model)
    }

    @Test func aPlanIsAgreedTo() async throws {
        let (session, _) = try await chat([ScriptedReply(Self.exit)], ["/plan", "Go", "y"])
        guard case .step(let step)? = await session.history.last else {
            Issue.record("no step")
            return
        }
        #expect(step.finalOutput?.value == true)
        #expect(try await session.call("plan_mode.state") == ["enabled": false, "generation": 2])
    }

    @Test func planningGoesOn() async throws {
        let (session, _) = try await chat([ScriptedReply(Self.denied)], ["/plan", "Go", "  say   how "])
        guard case .step(let step)? = await session.history.last else {
            Issue.record("no step")
            return
        }
        #expect(step.finalOutput?.value == "call of `exit_plan` was denied: say how")
        #expect(try await session.call("plan_mode.state") == ["enabled": true, "generation": 1])
    }

    @Test func theWorkBeginsAnew() async throws {
        let (session, model) = try await chat([ScriptedReply(Self.exit), "Done."], ["/plan", "Go", "f"])
        #expect(await session.frame.task == "Write it." && model.requests.count == 2)
    }

    @Test func aChatWithPlanModeIsReplayed() async throws {
        let trace = MemoryTrace()
        _ = try await chat(
            [ScriptedReply(Self.denied), ScriptedReply(Self.exit), "Hello."],
            ["/plan", "Go", "how", "Go on", "y", "/plan", "/plan", "Hi"],
            trace: trace
        )
        let replay = try TraceReplay(trace.records)
        #expect(replay.turnCount == 3)
        var configuration = AgentConfiguration(
            model: ScriptedModel([]),
            limits: try ModelLimits(contextWindow: 100_000)
        )
        #expect(try await replay.run(configuration).first?.place == "command `plan_mode.toggle`")
        configuration.plugins.append(PlanMode())
        #expect(try await replay.run(configuration).map(\.description) == [])
    }

    @Test func whoLeavesIsAskedAgain() async throws {
        let (session, _) = try await chat([ScriptedReply(Self.exit)], ["/plan", "Go"])
        #expect(await session.pendingApprovals.count == 1)
        #expect(await session.interruptedTurn != nil)
    }

    @Test func answersHaveMeanings() {
        let plan = ApprovalRequest(id: "c", tool: "exit_plan", callPath: "plan.exit", arguments: ["plan": "p\u{1B}[2J"])
        let call = ApprovalRequest(id: "c", tool: "pay", callPath: "bank.pay", arguments: ["cents": 1])
        #expect(Chat.decision(" Yes ", on: plan) == .allow && Chat.decision("y", on: call) == .allow)
        #expect(Chat.decision("f", on: plan) == .edit(["plan": "p\u{1B}[2J", "fresh": true]))
        #expect(Chat.decision("f", on: call) == .deny(reason: "f"))
        #expect(Chat.decision("", on: plan) == .deny() && Chat.decision("no", on: plan) == .deny())
        #expect(
            Chat.question(on: plan)
                == "p\u{FFFD}[2J\nStart now: y. Start in a fresh context: f. Keep planning: what is missing.\n"
        )
        #expect(Chat.question(on: call) == "bank.pay {cents: 1}\nAllow it? y, or why not\n")
    }
}
