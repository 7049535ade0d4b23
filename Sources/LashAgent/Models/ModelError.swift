/// Why there is no answer. Neither the message nor anything else in it holds a key.
public struct ModelError: Error, Hashable, Sendable {
    /// What kind of failure it is.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The service could not be reached, or the connection broke.
        case network
        /// The service was silent for too long, or took too long altogether.
        case timeout
        /// The service does not accept the key, or there is none.
        case authentication
        /// The service does not accept the request.
        case invalidRequest = "invalid_request"
        /// The conversation is longer than the model can read.
        case contextOverflow = "context_overflow"
        /// The account has nothing left.
        case quota
        /// The service refuses to answer.
        case contentFilter = "content_filter"
        /// The service does not have the model.
        case unsupportedModel = "unsupported_model"
        /// Too many requests.
        case rateLimit = "rate_limit"
        /// The service failed.
        case server
        /// The service sent something that is no answer.
        case malformedResponse = "malformed_response"
        /// The answer was empty.
        case emptyResponse = "empty_response"
        /// The client is set up wrong.
        case configuration
        /// Nobody wants the answer any more.
        case cancelled
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// What went wrong, with the service's own words where it said something.
    public var message: String
    /// The status of the HTTP response, where there was one.
    public var status: Int?
    /// Whether the same request may well succeed later. The client has tried already as often as it was told to.
    public var isRetryable: Bool
    /// How long the service asks to wait.
    public var retryAfter: Duration?

    /// A failure.
    ///
    /// - Parameter isRetryable: what the kind says if not given: networks, timeouts, servers, rate limits and empty
    ///   answers are.
    public init(
        _ kind: Kind,
        _ message: String,
        status: Int? = nil,
        isRetryable: Bool? = nil,
        retryAfter: Duration? = nil
    ) {
        self.kind = kind
        self.message = message
        self.status = status
        self.isRetryable = isRetryable ?? kind.isUsuallyRetryable
        self.retryAfter = retryAfter
    }

    /// The failure of a request that nobody wants any more.
    public static var cancelled: ModelError { ModelError(.cancelled, "the request was cancelled") }
}

/// `{"kind": "rate_limit", "message": "…", "retryable": true}`, with `status` and `retry_after`, in seconds, where known.
extension ModelError: Codable {
    private enum CodingKeys: String, CodingKey {
        case kind, message, status
        case isRetryable = "retryable"
        case retryAfter = "retry_after"
    }

    /// Reads that form.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let kind = try container.decode(Kind.self, forKey: .kind)
        let seconds = try container.decodeIfPresent(Double.self, forKey: .retryAfter)
        self.init(
            kind,
            try container.decode(String.self, forKey: .message),
            status: try container.decodeIfPresent(Int.self, forKey: .status),
            isRetryable: try container.decodeIfPresent(Bool.self, forKey: .isRetryable),
            retryAfter: seconds.flatMap { $0 >= 0 && $0 < 1e9 ? .seconds($0) : nil }
        )
    }

    /// Writes that form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(message, forKey: .message)
        try container.encodeIfPresent(status, forKey: .status)
        try container.encode(isRetryable, forKey: .isRetryable)
        try container.encodeIfPresent(retryAfter.map { $0 / .seconds(1) }, forKey: .retryAfter)
    }
}

extension ModelError: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}

extension ModelError.Kind {
    fileprivate var isUsuallyRetryable: Bool {
        switch self {
        case .network, .timeout, .rateLimit, .server, .emptyResponse: true
        default: false
        }
    }
}
