internal import Lashlang

/// The tools of a session, by the paths that programs call them by.
public struct ToolCatalog: Sendable {
    /// A tool that is there.
    public struct Member: Sendable {
        /// What prompts need.
        public var manifest: ToolManifest
        /// The path that programs call it by.
        public var callPath: String
        /// Who runs it.
        let provider: any ToolProvider
        /// The plugin that has added it.
        var owner: String?
    }

    /// The tools in the order in which they were added.
    public private(set) var members: [Member] = []
    private var positions: [String: Int] = [:]
    private var ids: Set<String> = []
    /// The names of the tools.
    public private(set) var names: Set<String> = []

    /// No tools.
    public init() {}

    /// The tools of one provider.
    init(of provider: any ToolProvider) throws(ToolCatalogError) { try add(provider) }

    /// The tool of a path.
    public func member(at callPath: String) -> Member? { positions[callPath].map { members[$0] } }

    /// Adds all tools of a provider.
    ///
    /// Throws for a name, an id or a path that is taken already, and for a path that programs cannot call.
    public mutating func add(_ provider: any ToolProvider) throws(ToolCatalogError) {
        try add(provider, owner: nil)
    }

    /// Adds all tools of a provider that a plugin has. An error names both plugins.
    mutating func add(_ provider: any ToolProvider, owner: String?) throws(ToolCatalogError) {
        for manifest in provider.manifests { try add(manifest, of: provider, owner) }
    }

    /// Adds a tool of another catalog.
    mutating func add(_ member: Member) throws(ToolCatalogError) {
        try add(member.manifest, of: member.provider, member.owner)
    }

    /// Adds one tool of a provider, which a plugin may have. An error names both plugins.
    mutating func add(
        _ manifest: ToolManifest,
        of provider: any ToolProvider,
        _ owner: String? = nil
    ) throws(ToolCatalogError) {
        if manifest.name.isEmpty { throw ToolCatalogError("tool name cannot be empty") }
        if manifest.id.isEmpty { throw ToolCatalogError("tool id cannot be empty") }
        let path = manifest.callPath ?? "tools.\(Self.identifier(manifest.name))"
        if names.contains(manifest.name) {
            let both = both(owner) { $0.manifest.name == manifest.name }
            throw ToolCatalogError("duplicate tool name `\(manifest.name)`\(both)")
        }
        if ids.contains(manifest.id) {
            let both = both(owner) { $0.manifest.id == manifest.id }
            throw ToolCatalogError("duplicate tool id `\(manifest.id)`\(both)")
        }
        if let other = member(at: path) {
            let both = both(owner) { $0.callPath == path }
            throw ToolCatalogError(
                "duplicate tool call path `\(path)` (tools `\(other.manifest.name)`, `\(manifest.name)`)\(both)"
            )
        }
        append(Member(manifest: manifest, callPath: path, provider: provider, owner: owner))
    }

    /// Who has the same, where plugins do.
    private func both(_ owner: String?, _ isSame: (Member) -> Bool) -> String {
        guard let owner, let other = members.first(where: isSame) else { return "" }
        return ": `\(owner)` conflicts with " + (other.owner.map { "`\($0)`" } ?? "the tools of the core")
    }

    private mutating func append(_ member: Member) {
        positions[member.callPath] = members.count
        names.insert(member.manifest.name)
        ids.insert(member.manifest.id)
        members.append(member)
    }

    /// The catalog without some tools, by their names.
    public func hiding(_ names: Set<String>) -> ToolCatalog {
        if names.isEmpty { return self }
        var kept = ToolCatalog()
        for member in members where !names.contains(member.manifest.name) { kept.append(member) }
        return kept
    }

    /// Adds the tools to what programs can call.
    func add(to catalog: inout HostCatalog) throws(HostCatalogError) {
        for member in members {
            let (module, operation) = Self.parts(of: member.callPath)
            if catalog.module(module) == nil { try catalog.addModule(module, type: Self.typeName(module)) }
            try catalog.addOperation(
                operation,
                to: module,
                input: .any,
                output: .any,
                description: member.manifest.description
            )
        }
    }

    static func parts(of callPath: String) -> (module: String, operation: String) {
        guard let dot = callPath.lastIndex(of: ".") else { return ("tools", callPath) }
        return (String(callPath[..<dot]), String(callPath[callPath.index(after: dot)...]))
    }

    /// The kind of a module: its last name with a capital letter.
    private static func typeName(_ module: String) -> String {
        let last = module.split(separator: ".").last ?? "tools"
        return last.prefix(1).uppercased() + last.dropFirst()
    }

    /// A name as programs can write it.
    private static func identifier(_ name: String) -> String {
        var result = ""
        for byte in name.utf8 {
            let isLetter = (byte | 0x20) &- UInt8(ascii: "a") < 26
            let isDigit = byte &- UInt8(ascii: "0") < 10
            if isDigit && result.isEmpty { result = "_" }
            result.append(isLetter || isDigit ? Character(Unicode.Scalar(byte)) : "_")
        }
        return result
    }
}

/// Tools that cannot stand beside each other.
public struct ToolCatalogError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(_ message: String) { self.message = message }

    /// One sentence.
    public var description: String { message }
}
