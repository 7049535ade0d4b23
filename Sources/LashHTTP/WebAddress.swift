package import LashAgent

/// The parts of a URL that a client has to know.
package struct WebAddress: Hashable, Sendable {
    package var isSecure: Bool
    package var host: String
    package var port: Int?
    /// Begins with a slash, or is empty; never ends with one.
    package var path: String

    /// Reads `http://` and `https://` URLs. Throws where a text is none, or has parts that make no sense here.
    package init(_ text: String) throws(ModelError) {
        do throws(Problem) { self = try WebAddress(reading: text) } catch {
            throw ModelError(.configuration, "`\(Self.shown(text))` is no address of a service: \(error.reason)")
        }
    }

    /// What is wrong with a URL; nothing of the URL itself is in it.
    package struct Problem: Error {
        /// What is wrong.
        package var reason: String

        package init(reason: String) { self.reason = reason }
    }

    /// Reads the same URLs, for messages that must not show them.
    package init(reading text: String) throws(Problem) {
        func fail(_ reason: String) -> Problem { Problem(reason: reason) }
        guard let scheme = text.firstRange(of: "://") else { throw fail("it has to begin with http:// or https://") }
        switch text[..<scheme.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw fail("it has to begin with http:// or https://")
        }
        let rest = text[scheme.upperBound...]
        if rest.contains(where: { $0 == "?" || $0 == "#" || $0.isWhitespace || !$0.isASCII }) {
            throw fail("there is a character in it that does not belong there")
        }
        let authority = rest.prefix { $0 != "/" }
        if authority.contains("@") { throw fail("a key does not belong into it") }
        var path = rest[authority.endIndex...]
        while path.last == "/" { path.removeLast() }
        self.path = String(path)
        guard let (host, port) = Self.split(authority) else { throw fail("it names no host and port") }
        self.host = host
        self.port = port
    }

    /// Host and port of `host`, `host:1` or `[::1]:1`.
    package static func split(_ authority: Substring) -> (host: String, port: Int?)? {
        var rest = authority
        var host = rest.prefix { $0 != ":" }
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { return nil }
            host = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
        } else {
            rest = rest[host.endIndex...]
        }
        guard !host.isEmpty else { return nil }
        if rest.isEmpty { return (host.lowercased(), nil) }
        guard rest.first == ":", let port = Int(rest.dropFirst()), (1...65535).contains(port) else { return nil }
        return (host.lowercased(), port)
    }

    /// A URL in a message, without what stands before an `@`.
    private static func shown(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@") else { return text }
        return "…" + text[at...]
    }

    /// The port, or the usual one.
    package var effectivePort: Int { port ?? (isSecure ? 443 : 80) }

    /// Whether the service runs on this machine.
    package var isLocal: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }

    /// The address of a resource below this one.
    package func url(_ path: String) -> String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(isSecure ? "https" : "http")://\(name)\(port.map { ":\($0)" } ?? "")\(self.path)\(path)"
    }
}
