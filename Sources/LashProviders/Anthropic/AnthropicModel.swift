public import LashAgent
internal import LashHTTP
public import Lashlang
public import Logging

/// A model behind the messages of Anthropic.
///
/// ```swift
/// let model = try AnthropicModel("claude-opus-4-5", key: APIKey(environment: "ANTHROPIC_API_KEY"))
/// ```
///
/// Proxies are those of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
public final class AnthropicModel: LanguageModel {
    /// How long the service keeps the beginning of a conversation, so that the next request need not pay for all of it.
    public enum CacheRetention: String, Hashable, Sendable, CaseIterable {
        /// Not at all.
        case none
        /// For minutes.
        case short
        /// For an hour.
        case long
    }

    /// What the service calls the model.
    public let name: String
    private let service: ServiceModel<AnthropicMessages>

    /// A model of a service.
    ///
    /// - Parameters:
    ///   - name: what the service calls the model.
    ///   - baseURL: where the service is; requests go to `v1/messages` below it.
    ///   - key: the secret that the service wants.
    ///   - maximumOutputTokens: the most tokens of an answer, where a request does not say.
    ///   - cacheRetention: how long the service keeps the beginning of a conversation.
    ///   - maximumAnswerBytes: the bytes that an answer may have on the wire.
    ///   - retries: when to ask again.
    ///   - timeouts: how long to wait.
    ///   - clock: how to wait between attempts.
    ///   - logger: is told of attempts that failed.
    ///   - environment: where to look for proxies, instead of in the environment of the process.
    ///
    /// Throws where the address or the proxy is none.
    public init(
        _ name: String,
        baseURL: String = "https://api.anthropic.com",
        key: APIKey? = nil,
        maximumOutputTokens: Int = 32_768,
        cacheRetention: CacheRetention = .short,
        maximumAnswerBytes: Int = 64 << 20,
        retries: RetryPolicy = RetryPolicy(),
        timeouts: ModelTimeouts = ModelTimeouts(),
        clock: any HostClock = SystemClock(),
        logger: Logger = .silent,
        environment: ((String) -> String?)? = nil
    ) throws(ModelError) {
        let address = try WebAddress(baseURL)
        self.name = name
        service = ServiceModel(
            format: AnthropicMessages(
                model: name,
                address: address,
                maximumOutputTokens: maximumOutputTokens,
                cacheRetention: cacheRetention
            ),
            key: key,
            connection: try ServiceConnection(
                address,
                timeouts: timeouts.connection,
                environment: environment ?? Environment.process
            ),
            timeouts: timeouts,
            maximumAnswerBytes: maximumAnswerBytes,
            retries: retries,
            clock: clock,
            logger: logger
        )
    }

    /// Begins to answer a request.
    public func stream(_ request: ModelRequest) -> ModelStream { service.stream(request) }
}
