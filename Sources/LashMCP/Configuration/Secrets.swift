internal import LashHTTP
internal import Lashlang

/// What must not be seen of a server's description: it is taken out of everything that the server says.
struct Secrets: Sendable {
    /// The longest first, so that no part of one is left.
    private let texts: [String]

    init(of server: MCPServer) {
        var found: Set<String> = []
        switch server.transport {
        case .http(let endpoint):
            for (name, value) in endpoint.headers where !Self.plainHeaders.contains(name.lowercased()) {
                found.insert(value)
                // What stands behind `Bearer` alone.
                if let word = value.split(separator: " ").last { found.insert(String(word)) }
            }
            if let query = endpoint.url.firstIndex(of: "?") {
                for part in endpoint.url[query...].dropFirst().split(separator: "&") {
                    guard let sign = part.firstIndex(of: "="), Self.isSecret(String(part[..<sign])) else { continue }
                    found.insert(String(part[part.index(after: sign)...]))
                }
            }
        case .stdio(let command):
            for (name, value) in command.environment where Self.isSecret(name) { found.insert(value) }
        }
        // Nothing of a few letters is a secret, and could stand anywhere.
        texts = found.filter { $0.utf8.count >= 8 }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
    }

    /// Headers whose values are no secrets, and could stand in any result.
    private static let plainHeaders: Set<String> = [
        "accept", "accept-charset", "accept-encoding", "accept-language", "cache-control", "content-language",
        "content-type", "host", "origin", "user-agent",
    ]

    private static func isSecret(_ name: String) -> Bool {
        let name = name.uppercased()
        return ["KEY", "TOKEN", "SECRET", "PASS", "CREDENTIAL", "AUTH", "SIG"].contains { name.contains($0) }
    }

    /// The text without secrets.
    func redacted(_ text: String) -> String {
        var text = text
        for secret in texts where text.contains(secret) { text = text.replacing(secret, with: "[secret]") }
        return text
    }

    /// A text that is cut off without secrets, and without a piece of one at its end.
    func redacted(cut text: String) -> String {
        let text = redacted(text)
        let bytes = Array(text.utf8)
        let pieces = texts.map { secret in
            let secret = Array(secret.utf8)
            return (0...min(secret.count - 1, bytes.count)).last { bytes.suffix($0).elementsEqual(secret.prefix($0)) }
                ?? 0
        }
        return String(decoding: bytes.dropLast(pieces.max() ?? 0), as: UTF8.self)
    }

    func redacted(_ error: MCPError) -> MCPError { error.with(message: redacted(error.message)) }

    func redacted(_ value: Value) -> Value {
        if texts.isEmpty { return value }
        switch value {
        case .string(let text): return .string(redacted(text))
        case .list(let items): return .list(items.map { redacted($0) })
        case .record(let fields): return .record(Record(fields.map { (redacted($0.key), redacted($0.value)) }))
        default: return value
        }
    }
}

extension Secrets: CustomReflectable {
    /// Shows nothing.
    var customMirror: Mirror { Mirror(self, children: []) }
}
