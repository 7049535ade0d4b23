import LashAgent
import LashTestSupport
import Lashlang
import Testing

/// Turns that go on while results come, leases are taken and plugins offer tools.
@Suite struct ResumptionTests {
    private typealias Box = AgentSandbox

    private struct Item: Codable { var name: String }
    private struct NotSuspended: Error {}

    /// `jobs.run` says that its result comes later, and `jobs.send` needs approval.
    private static func tools(
        _ journal: Sayings = Sayings(),
        onKey: @escaping @Sendable (String) async -> Void = { _ in }
    ) throws -> Toolset {
        try Toolset { tools in
            try tools.add("run", "Runs.", callPath: "jobs.run") { (item: Item, call: ToolCall) in
                await onKey(call.completionKey())
                return .pending()
            }
            let traits = ToolTraits(needsApproval: true)
            try tools.add("send", "Sends.", callPath: "jobs.send", traits: traits) { (item: Item) in
                journal.say(item.name)
                return "sent to \(item.name)"
            }
        }
    }

    private static func suspended(
        _ code: String,
        _ store: any SessionStore
    ) async throws -> (session: AgentSession, requests: [ApprovalRequest], waiting: [PendingCompletion]) {
        let tools = try tools()
        let session = try await Box([Box.block(code)]) { core in
            core.tools = [tools]
            core.store = store
        }.session()
        guard case .suspended(let requests, let waiting) = try await session.turn("Go").run().outcome else {
            throw NotSuspended()
        }
        return (session, requests, waiting)
    }

    // MARK: Results

    @Test
    func aResultThatComesBeforeTheBlockStandsStillLeavesTheOtherCallsTheirs() async throws {
        let (keys, given) = (Sayings(), Door())
        let tools = try Self.tools { key in
            keys.say(key)
            if keys.count == 2 { await given.wait() }
        }
        let session = try await Box([
            Box.block("finish await [jobs.run({name: \"a\"})?, jobs.run({name: \"b\"})?]")
        ]) { core in
            core.tools = [tools]
            // The second call begins when nobody waits for the result of the first one any more.
            core.blockLimits.concurrentCalls = 1
        }.session()
        let log = EventLog { event in
            guard case .toolCallCompleted(let call) = event, call.output == "A" else { return }
            do { try await session.complete(keys.words[1], with: "B") } catch { Issue.record("\(error)") }
        }
        let turn = Task { try await session.turn("Go").stream(to: log) }
        #expect(await eventually { keys.count >= 2 })
        try await session.complete(keys.words[0], with: "A")
        given.open()
        #expect(try await turn.value.value == ["A", "B"])
    }

    @Test func aResultIsKeptAfterTheTurnCouldNotGoOn() async throws {
        let store = MemoryStore()
        let (session, _, waiting) = try await Self.suspended("finish await jobs.run({name: \"a\"})?", store)
        let other = try await store.acquireLease("s", owner: "other", duration: .seconds(60))
        await #expect(throws: SessionError.busy(session: "s")) { _ = try await session.resumeTurn() }
        await store.release(other)
        try await session.complete(waiting[0].key, with: "A")
        #expect(await session.pendingCompletions.isEmpty)
        #expect(try await session.resumeTurn()?.value == "A")
    }

    @Test func aTurnThatIsAboutToGoOnTakesTheResultWithIt() async throws {
        let (store, door) = (WatchedStore(), Door())
        let (_, _, waiting) = try await Self.suspended("finish await jobs.run({name: \"a\"})?", store)
        let tools = try Self.tools()
        let session = try await Box([]) { core in
            core.tools = [tools]
            core.store = store
            core.completionWait = nil
        }.session()
        let before = store.requests.count
        store.wait(for: door)
        let turn = Task { try await session.resumeTurn() }
        #expect(await eventually { store.requests.count != before })
        let giving = Task { try await session.complete(waiting[0].key, with: "A") }
        for _ in 0..<100 { await Task.yield() }
        door.open()
        #expect(try await turn.value?.value == "A")
        try await giving.value
    }

    // MARK: Tools that plugins offer

    @Test func aLeaseIsProlongedWhilePluginsOfferTools() async throws {
        let (store, seen) = (WatchedStore(), Sayings())
        let (_, requests, _) = try await Self.suspended("finish await jobs.send({name: \"ann\"})?", store)
        let tools = try Self.tools()
        let session = try await Box([]) { core in
            core.tools = [tools]
            core.store = store
            core.leaseDuration = .milliseconds(30)
            core.plugins.append(
                ClosurePlugin("slow") { registrar in
                    registrar.tools.offer { _ in
                        for _ in 0..<3_000 where store.renewals.count == 0 {
                            try await Task.sleep(for: .milliseconds(10))
                        }
                        seen.say(store.renewals.count > 0 ? "prolonged" : "forgotten")
                        return ToolOffer()
                    }
                }
            )
        }.session()
        #expect(try await session.resumeTurn([requests[0].id: .allow])?.value == "sent to ann")
        #expect(seen.words == ["prolonged"])
    }

    @Test func editedArgumentsOfAToolThatIsOfferedAreCheckedElsewhere() async throws {
        let (store, journal) = (MemoryStore(), Sayings())
        let (offered, going) = (Counter(), Door())
        func open(_ replies: [ScriptedReply], isHeld: Bool) async throws -> AgentSession {
            let tools = try Self.tools(journal)
            return try await Box(replies) { core in
                core.store = store
                core.plugins.append(
                    ClosurePlugin("offering") { registrar in
                        registrar.tools.offer { _ in
                            if isHeld {
                                offered.increment()
                                await going.wait()
                            }
                            return ToolOffer([tools])
                        }
                    }
                )
            }.session()
        }
        let code = "finish await [jobs.send({name: \"ann\"})?, jobs.run({name: \"a\"})?]"
        let first = try await open([Box.block(code)], isHeld: false)
        guard case .suspended(let requests, let waiting) = try await first.turn("Go").run().outcome else {
            throw NotSuspended()
        }
        let id = requests[0].id
        let session = try await open([], isHeld: true)
        let turn = Task { try await session.resumeTurn([id: .edit([:])]) }
        #expect(await eventually { offered.count != 0 })
        try await session.complete(waiting[0].key, with: "later")
        going.open()
        await #expect(throws: ApprovalError.invalidArguments(call: id, problem: "name: required property missing")) {
            _ = try await turn.value
        }
        // The turn stands still as it did, with what has come, and nobody holds it.
        #expect(await session.pendingApprovals == requests)
        #expect(await session.pendingCompletions.isEmpty)
        #expect(journal.count == 0)
        await store.release(try await store.acquireLease("s", owner: "other", duration: .seconds(60)))
        #expect(try await session.resumeTurn([id: .edit(["name": "bob"])])?.value == ["sent to bob", "later"])
    }
}
