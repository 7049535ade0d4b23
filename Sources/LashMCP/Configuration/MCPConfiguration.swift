internal import LashHTTP
internal import Lashlang

/// The form in which most clients keep their servers:
///
/// ```json
/// {"mcpServers": {
///     "files": {"command": "mcp-files", "args": ["/srv/notes"], "env": {"LEVEL": "2"}, "cwd": "/srv"},
///     "tracker": {"type": "http", "url": "https://tracker.example/mcp", "headers": {"Authorization": "Bearer ${TOKEN}"}}}}
/// ```
///
/// `${NAME}` stands for a variable of the environment, `${NAME:-other}` for one that may be missing. `type` is `stdio`,
/// `http` or `sse`; without it, a server with a `url` is tried in both forms. A server with `"disabled": true` is left out,
/// and other keys of other clients are let pass.
public enum MCPConfiguration {
    /// Reads the servers, in the order of the file.
    ///
    /// - Parameter environment: where variables are looked for, instead of in the environment of the process.
    ///
    /// Throws for anything that is wrong, with its place.
    public static func servers(
        json text: String,
        environment: ((String) -> String?)? = nil
    ) throws(MCPError) -> [MCPServer] {
        let value: Value
        do throws(JSONParseError) { value = try Value(json: text) } catch {
            throw MCPError(.configuration, "no JSON: \(error)")
        }
        guard case .record(let entries)? = value[field: "mcpServers"] else {
            throw MCPError(.configuration, "there is no object `mcpServers`")
        }
        let variable = environment ?? { Environment.process($0) }
        var servers: [MCPServer] = []
        for (name, entry) in entries {
            if entry[field: "disabled"] == .bool(true) { continue }
            let place = ConfigurationPlace(path: "mcpServers") + name
            let server = try server(name, entry, at: place, environment: variable)
            try ServerName.check(server.name, among: servers.map(\.name))
            servers.append(server)
        }
        return servers
    }

    /// Reads one server: `{"command": …}` or `{"url": …}`.
    static func server(
        _ name: String,
        _ entry: Value,
        at place: ConfigurationPlace,
        environment: @escaping (String) -> String?
    ) throws(MCPError) -> MCPServer {
        guard case .record(let fields) = entry else { throw place.error("must be an object") }
        let reader = ConfigurationReader(environment: environment)
        let type = try reader.text(fields["type"], place + "type")
        let server: MCPServer
        switch (fields["command"], fields["url"]) {
        case (_?, _?): throw place.error("has both `command` and `url`: a server is one or the other")
        case (.none, .none): throw place.error("has neither `command` nor `url`")
        case (let command?, .none):
            guard type == nil || type == "stdio" else {
                throw (place + "type").error("must be `stdio` for a server with a `command`")
            }
            let executable = try reader.text(command, place + "command") ?? ""
            if executable.isEmpty { throw (place + "command").error("must not be empty") }
            server = .stdio(
                name,
                command: executable,
                arguments: try reader.texts(fields["args"], place + "args"),
                environment: try reader.dictionary(fields["env"], place + "env"),
                folder: try reader.text(fields["cwd"], place + "cwd")
            )
        case (.none, let url?):
            let kind: MCPServer.Endpoint.Kind
            switch type {
            case nil: kind = .automatic
            case "http", "streamable-http", "streamableHttp": kind = .streamable
            case "sse": kind = .sse
            case .some: throw (place + "type").error("must be `http` or `sse` for a server with a `url`")
            }
            let address = try reader.text(url, place + "url") ?? ""
            let headers = try reader.dictionary(fields["headers"], place + "headers")
            do throws(MCPError) { _ = try HTTPTarget.address(address) } catch {
                throw (place + "url").error(error.message)
            }
            do throws(MCPError) { try HTTPTarget.check(headers: headers) } catch {
                throw (place + "headers").error("cannot be sent: \(error.message)")
            }
            server = .http(name, url: address, headers: headers, kind: kind)
        }
        do throws(MCPError) { try ServerName.check(name, among: []) } catch { throw place.error(error.message) }
        return server
    }
}

/// A place in a configuration, such as `mcpServers.files.args[1]`.
struct ConfigurationPlace {
    var path: String

    static func + (place: ConfigurationPlace, name: String) -> ConfigurationPlace {
        let isWord =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10 || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
        return ConfigurationPlace(path: place.path + (isWord ? ".\(name)" : "[\(Value.string(name).literal)]"))
    }

    func item(_ index: Int) -> ConfigurationPlace { ConfigurationPlace(path: "\(path)[\(index)]") }

    func error(_ problem: String) -> MCPError { MCPError(.configuration, "`\(path)` \(problem)") }
}

/// Reads texts in which variables of the environment may stand.
struct ConfigurationReader {
    let environment: (String) -> String?

    func text(_ value: Value?, _ place: ConfigurationPlace) throws(MCPError) -> String? {
        switch value {
        case nil, .null: return nil
        case .string(let text): return try expanded(text, place)
        default: throw place.error("must be a text")
        }
    }

    func texts(_ value: Value?, _ place: ConfigurationPlace) throws(MCPError) -> [String] {
        switch value {
        case nil, .null: return []
        case .list(let items):
            var texts: [String] = []
            for (index, item) in items.enumerated() {
                guard let text = try text(item, place.item(index)) else {
                    throw place.item(index).error("must be a text")
                }
                texts.append(text)
            }
            return texts
        default: throw place.error("must be a list of texts")
        }
    }

    func dictionary(_ value: Value?, _ place: ConfigurationPlace) throws(MCPError) -> [String: String] {
        switch value {
        case nil, .null: return [:]
        case .record(let fields):
            var texts: [String: String] = [:]
            for (name, field) in fields {
                guard let text = try text(field, place + name) else { throw (place + name).error("must be a text") }
                texts[name] = text
            }
            return texts
        default: throw place.error("must be an object of texts")
        }
    }

    /// The text with its variables in place.
    private func expanded(_ text: String, _ place: ConfigurationPlace) throws(MCPError) -> String {
        var result = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${") {
            result += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                throw place.error("has a `${` without a `}`")
            }
            let inside = rest[start.upperBound..<end]
            let name = inside.firstRange(of: ":-").map { inside[..<$0.lowerBound] } ?? inside
            let other = inside.firstRange(of: ":-").map { String(inside[$0.upperBound...]) }
            guard let value = environment(String(name)) ?? other else {
                throw place.error("needs the environment variable `\(name)`, which is not set")
            }
            result += value
            rest = rest[rest.index(after: end)...]
        }
        return result + rest
    }
}
