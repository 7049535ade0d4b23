package import LashAgent

/// The proxy that the environment asks for.
package struct ProxySetting: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        case http, socks
    }

    package var kind: Kind
    package var host: String
    package var port: Int
    /// `user:password`, where the proxy wants to know.
    package var credentials: String?

    /// The proxy for an address, by `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case; `nil` for
    /// none. A service on this machine needs none.
    package static func forAddress(
        _ address: WebAddress,
        environment: (String) -> String?
    ) throws(ModelError) -> ProxySetting? {
        func variable(_ name: String) -> (name: String, value: String)? {
            for name in [name, name.uppercased()] {
                if let value = environment(name), !value.isEmpty { return (name, value) }
            }
            return nil
        }
        guard let found = variable(address.isSecure ? "https_proxy" : "http_proxy") ?? variable("all_proxy") else {
            return nil
        }
        if address.isLocal || isExempt(address, list: variable("no_proxy")?.value ?? "") { return nil }
        guard let setting = ProxySetting(found.value) else {
            // The value may hold a password.
            throw ModelError(
                .configuration,
                "\(found.name) is no address of a proxy, such as http://proxy.example:3128"
            )
        }
        return setting
    }

    /// Reads `http://user:password@host:port`, `socks5://host:port`, or only `host:port`.
    private init?(_ text: String) {
        var rest = text[...]
        kind = .http
        var defaultPort = 80
        if let scheme = text.firstRange(of: "://") {
            switch text[..<scheme.lowerBound].lowercased() {
            case "http": break
            case "socks5", "socks5h", "socks": (kind, defaultPort) = (.socks, 1080)
            default: return nil
            }
            rest = rest[scheme.upperBound...]
        }
        rest = rest.prefix { $0 != "/" }
        if let at = rest.lastIndex(of: "@") {
            guard let text = Self.decoded(rest[..<at]) else { return nil }
            credentials = text
            rest = rest[rest.index(after: at)...]
        }
        guard let (host, port) = WebAddress.split(rest) else { return nil }
        self.host = host
        self.port = port ?? defaultPort
    }

    /// Whether `NO_PROXY` names an address: by its host, a domain above it, host and port, or `*`.
    private static func isExempt(_ address: WebAddress, list: String) -> Bool {
        list.split(whereSeparator: { $0 == "," || $0.isWhitespace }).contains { entry in
            if entry == "*" { return true }
            guard let (name, port) = WebAddress.split(entry.drop { $0 == "." || $0 == "*" }) else { return false }
            if let port, port != address.effectivePort { return false }
            return address.host == name || address.host.hasSuffix("." + name)
        }
    }

    /// A text with its `%41` read.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard rest.count >= 2, let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
