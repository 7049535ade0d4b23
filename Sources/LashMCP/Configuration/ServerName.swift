/// The name of a server as the names of its tools have it.
enum ServerName {
    /// Letters, digits and single underscores, none at its ends; so `mcp__server__tool` can be taken apart in one way only.
    static func identifier(_ name: String) -> String {
        ToolName.identifier(name).split(separator: "_").joined(separator: "_")
    }

    /// Throws for a name that no tool could have in its own, and for one whose tools could not be told from another's.
    static func check(_ name: String, among others: [String]) throws(MCPError) {
        let identifier = identifier(name)
        guard !identifier.isEmpty, name.utf8.count <= 64 else {
            throw MCPError(
                .configuration,
                "the name of an MCP server has a letter or a digit and at most 64 bytes, unlike `\(name)`"
            )
        }
        for other in others where Self.identifier(other) == identifier {
            if other == name { throw MCPError(.configuration, "there is an MCP server `\(name)` already") }
            throw MCPError(
                .configuration,
                "the MCP servers `\(other)` and `\(name)` cannot stand beside each other: their tools would have the same names"
            )
        }
    }
}

/// The names of tools as programs write them.
enum ToolName {
    /// A text with underscores in place of everything that is no letter or digit of ASCII.
    static func identifier(_ name: String) -> String {
        String(
            decoding: name.unicodeScalars.map { scalar -> UInt8 in
                guard scalar.isASCII, let byte = UInt8(exactly: scalar.value),
                    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                else { return UInt8(ascii: "_") }
                return byte
            },
            as: UTF8.self
        )
    }

    /// The names for the tools of a server, by their own names: `mcp__server__tool`. Where two would be the same, those that
    /// had to be changed get a mark made of the name itself, so that they keep it whatever else the server has.
    static func names(of tools: [String], on server: String) -> [String: String] {
        let prefix = "mcp__\(ServerName.identifier(server))__"
        var counts: [String: Int] = [:]
        for tool in Set(tools) { counts[identifier(tool), default: 0] += 1 }
        var names: [String: String] = [:]
        for tool in tools {
            let plain = identifier(tool)
            let isPlain = plain == tool || counts[plain] == 1
            names[tool] = prefix + (isPlain ? plain : "\(plain)_\(mark(tool))")
        }
        return names
    }

    /// Eight digits that are the same wherever it is made (FNV-1a).
    private static func mark(_ text: String) -> String {
        var hash: UInt32 = 0x811C_9DC5
        for byte in text.utf8 { hash = (hash ^ UInt32(byte)) &* 0x0100_0193 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }
}
