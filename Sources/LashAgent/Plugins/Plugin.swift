public import Lashlang

/// Builds a plugin for every session of a core.
///
/// A factory lives as long as its core and keeps what sessions share. `build` is called whenever a session opens, child
/// sessions and sessions that are opened again among them, so it does no input or output and is quick.
public protocol PluginFactory: Sendable {
    /// Identifies the plugin; no two of a session have the same.
    var id: String { get }

    /// Makes the plugin of a session. An error keeps the session from opening.
    func build(_ context: PluginBuildContext) throws -> any SessionPlugin
}

/// A plugin in one session.
///
/// Most plugins are classes, because their hooks share state.
public protocol SessionPlugin: Sendable {
    /// The version of the form of its state.
    var version: String { get }

    /// How often its state has changed: a snapshot is taken where the number is another than before. `nil` for a plugin that
    /// does not count, whose snapshot is taken with every commit.
    var revision: Int? { get }

    /// Says what the plugin does. Called once, after all plugins are built. An error keeps the session from opening.
    func register(with registrar: inout PluginRegistrar) throws

    /// Takes its state back; `nil` where there was none. Called after `register`, when a session is opened again.
    func restore(_ state: PluginSnapshot?) throws

    /// Its state, to be kept with the session; `nil` for nothing. What only it knows how to read.
    func snapshot() throws -> Value?
}

extension SessionPlugin {
    /// The first version.
    public var version: String { "1" }
    /// The plugin does not count.
    public var revision: Int? { nil }
    /// There is nothing to take back.
    public func restore(_ state: PluginSnapshot?) throws {}
    /// Nothing is kept.
    public func snapshot() throws -> Value? { nil }
}

/// What a plugin may know of the session that it is built for.
public struct PluginBuildContext: Sendable {
    /// The session.
    public var session: String
    /// The session that it is a child of.
    public var parent: String?
    /// How many sessions are above it.
    public var depth: Int
    /// Options for the plugin, where the host gave any.
    public var options: Value?

    /// Whether it is no child of another session.
    public var isRoot: Bool { parent == nil }
}

/// A plugin whose configuration belongs to a session and whose input belongs to a turn, both with types of their own.
///
/// ```swift
/// let session = try await core.session("chat").plugin(TonePlugin.self, ToneConfiguration()).open()
/// let result = try await session.turn("Summarize this.").input(Tone(name: "brief"), for: TonePlugin.self).run()
/// ```
public protocol PluginBinding {
    /// What a session sets up.
    associatedtype Configuration: Sendable
    /// What a turn brings along.
    associatedtype Input: Codable & Sendable

    /// Identifies the plugin.
    static var id: String { get }

    /// The factory for a session.
    static func factory(_ configuration: Configuration) -> any PluginFactory

    /// Whether a turn without the input is refused.
    static func requiresTurnInput(_ configuration: Configuration) -> Bool
}

extension PluginBinding {
    /// A turn needs no input.
    public static func requiresTurnInput(_ configuration: Configuration) -> Bool { false }
}

/// What is wrong with the plugins of a session, or with what they did.
public enum PluginError: Error, Hashable, Sendable {
    /// Something that a plugin registers cannot stand beside what is there.
    case registration(String)
    /// State that cannot be kept or taken back.
    case snapshot(String)
    /// A turn without the input that a plugin needs.
    case missingInput(plugin: String)
    /// An operation that is not there, or arguments that it does not take.
    case operation(String)
}

extension PluginError: CustomStringConvertible {
    /// One sentence.
    public var description: String {
        switch self {
        case .registration(let message): "plugin registration error: \(message)"
        case .snapshot(let message): "plugin snapshot error: \(message)"
        case .missingInput(let plugin): "missing required turn input for plugin `\(plugin)`"
        case .operation(let message): "plugin invoke error: \(message)"
        }
    }
}

/// A plugin that is made of closures, for what needs no types of its own.
public struct ClosurePlugin: PluginFactory, SessionPlugin {
    /// Identifies the plugin.
    public let id: String
    private let body: @Sendable (inout PluginRegistrar) throws -> Void

    /// A plugin that does what a closure registers; the same in every session.
    public init(_ id: String, _ register: @escaping @Sendable (inout PluginRegistrar) throws -> Void) {
        self.id = id
        body = register
    }

    /// The plugin is its own factory: it has no state.
    public func build(_ context: PluginBuildContext) throws -> any SessionPlugin { self }
    /// Calls the closure.
    public func register(with registrar: inout PluginRegistrar) throws { try body(&registrar) }
}

/// The factories of a core, in the order in which their plugins are built and asked.
public struct PluginStack: Sendable {
    /// The factories.
    public private(set) var factories: [any PluginFactory] = []

    /// No plugins.
    public init() {}

    /// What a core has where its host says nothing: a history that rolls.
    public static var standard: PluginStack {
        var stack = PluginStack()
        stack.append(RollingHistory())
        return stack
    }

    /// The ids in order.
    public var ids: [String] { factories.map(\.id) }

    /// Adds a plugin to the end.
    public mutating func append(_ factory: any PluginFactory) { factories.append(factory) }

    /// Puts a plugin in the place of the one with its id, or to the end.
    public mutating func replace(_ factory: any PluginFactory) {
        if let position = factories.firstIndex(where: { $0.id == factory.id }) {
            factories[position] = factory
        } else {
            append(factory)
        }
    }

    /// Leaves a plugin out.
    public mutating func remove(_ id: String) { factories.removeAll { $0.id == id } }
}
