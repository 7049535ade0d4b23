public import LashAgent
internal import LashHTTP
public import Lashlang
public import Logging

/// A model behind the chat completions of OpenAI, which many services and local servers speak too.
///
/// ```swift
/// let model = try OpenAIModel(
///     "gpt-5.4",
///     baseURL: "https://api.openai.com/v1",
///     key: APIKey(environment: "OPENAI_API_KEY")
/// )
/// ```
///
/// Proxies are those of `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY`.
public final class OpenAIModel: LanguageModel {
    /// What the service calls the model.
    public let name: String
    private let service: ServiceModel<ChatCompletions>

    /// A model of a service.
    ///
    /// - Parameters:
    ///   - name: what the service calls the model.
    ///   - baseURL: where the service is; requests go to `chat/completions` below it.
    ///   - key: the secret that the service wants; local servers want none.
    ///   - maximumOutputTokens: the most tokens of an answer, where a request does not say.
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
        baseURL: String = "https://api.openai.com/v1",
        key: APIKey? = nil,
        maximumOutputTokens: Int = 32_768,
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
            format: ChatCompletions(model: name, address: address, maximumOutputTokens: maximumOutputTokens),
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

extension Logger {
    /// A logger that nobody hears.
    public static var silent: Logger { Logger(label: "lash") { _ in SwiftLogNoOpLogHandler() } }
}
