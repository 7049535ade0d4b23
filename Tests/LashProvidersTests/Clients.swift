import LashAgent
import LashProviders
import LashTestServers
import Lashlang
import Logging
import Synchronization

/// A clock on which no wait takes time, and that remembers all of them.
final class SkippingClock: HostClock {
    private let recorded = Mutex<[Double]>([])

    /// The waits so far, in milliseconds.
    var waits: [Double] { recorded.withLock { $0.map { $0.rounded() } } }
    var now: Double { 0 }

    func sleep(until deadline: Double) async throws(CancellationError) {
        recorded.withLock { $0.append(deadline) }
        if Task.isCancelled { throw CancellationError() }
    }
}

let hello = ModelRequest(messages: [ModelMessage(.system, "Be brief."), ModelMessage(.user, "Hello")])

/// Four attempts whose waits are known.
let exactly = RetryPolicy(jitter: 0)

func openAI(
    _ server: TranscriptServer,
    key: APIKey? = nil,
    retries: RetryPolicy = exactly,
    timeouts: ModelTimeouts = ModelTimeouts(),
    clock: SkippingClock = SkippingClock(),
    logger: Logger = .silent
) throws -> OpenAIModel {
    try OpenAIModel(
        "m",
        baseURL: server.address + "/v1",
        key: key,
        retries: retries,
        timeouts: timeouts,
        clock: clock,
        logger: logger,
        environment: { _ in nil }
    )
}

func anthropic(
    _ server: TranscriptServer,
    key: APIKey? = nil,
    cacheRetention: AnthropicModel.CacheRetention = .short,
    retries: RetryPolicy = exactly
) throws -> AnthropicModel {
    try AnthropicModel(
        "m",
        baseURL: server.address,
        key: key,
        cacheRetention: cacheRetention,
        retries: retries,
        clock: SkippingClock(),
        environment: { _ in nil }
    )
}

/// All events of an answer, and how it failed if it did.
func events(_ model: some LanguageModel, _ request: ModelRequest = hello) async -> ([ModelEvent], ModelError?) {
    var events: [ModelEvent] = []
    do throws(ModelError) {
        for try await event in model.stream(request) { events.append(event) }
        return (events, nil)
    } catch {
        return (events, error)
    }
}

/// How an answer failed.
func failure(_ model: some LanguageModel, _ request: ModelRequest = hello) async -> ModelError? {
    await events(model, request).1
}

/// The smallest answer of a chat service.
let shortAnswer = """
    data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]}

    data: [DONE]


    """
