internal import LashAgent
internal import LashHTTP

/// A secret that a service wants. It shows itself nowhere: not in descriptions, dumps, errors or traces.
public struct APIKey: Sendable {
    private let secret: String

    /// A key. White space around it, as a file or a variable may have it, is dropped.
    public init(_ secret: String) {
        let start = secret.drop(while: \.isWhitespace)
        self.secret = String(start.prefix(start.count - start.reversed().prefix(while: \.isWhitespace).count))
    }

    /// The key in an environment variable; `nil` where there is none, or an empty one.
    public init?(environment name: String) {
        guard let text = Environment.process(name) else { return nil }
        self.init(text)
        if secret.isEmpty { return nil }
    }

    /// What goes into a header. Throws where a header could not hold it.
    func header(_ prefix: String = "") throws(ModelError) -> String {
        guard secret.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw ModelError(.configuration, "the API key has characters that no key has")
        }
        return prefix + secret
    }

    /// A text without the key, for what a service sends back.
    func redacted(_ text: String) -> String {
        // Nothing of a few letters is a secret, and could stand anywhere.
        secret.utf8.count < 4 ? text : text.replacing(secret, with: "[API key]")
    }
}

extension APIKey: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Says nothing about the key.
    public var description: String { "[API key]" }
    /// Says nothing about the key.
    public var debugDescription: String { description }
    /// Shows nothing of the key.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
