internal import Lashlang

/// The plugins of one session.
struct PluginHost: Sendable {
    private(set) var plugins: [(id: String, plugin: any SessionPlugin)] = []
    private(set) var hooks = PluginHooks()

    /// Builds and registers plugins.
    init(
        _ factories: [any PluginFactory],
        tools: [any ToolProvider],
        context: PluginBuildContext,
        options: Record
    ) throws {
        var registrar = PluginRegistrar()
        for provider in tools {
            do { try registrar.hooks.tools.add(provider) } catch { throw PluginError.registration(error.message) }
        }
        for factory in factories {
            if plugins.contains(where: { $0.id == factory.id }) {
                throw PluginError.registration("duplicate plugin id `\(factory.id)`")
            }
            var context = context
            context.options = options[factory.id]
            plugins.append((factory.id, try factory.build(context)))
        }
        for (id, plugin) in plugins {
            registrar.begin(id)
            try plugin.register(with: &registrar)
        }
        hooks = registrar.hooks
        // Sorting is stable, so plugins of one priority keep their order.
        hooks.prepareTurn.sort { $0.priority > $1.priority }
        hooks.compact.sort { $0.priority > $1.priority }
    }

    /// Gives plugins their state back.
    func restore(_ snapshots: [PluginSnapshot]) throws {
        for (id, plugin) in plugins {
            do { try plugin.restore(snapshots.first { $0.id == id }) } catch {
                throw PluginError.snapshot("\(id): \(error)")
            }
        }
    }

    /// The state of the plugins; those that have not changed since are taken from what is there.
    func snapshots(since present: [PluginSnapshot]) throws -> [PluginSnapshot] {
        var snapshots: [PluginSnapshot] = []
        for (id, plugin) in plugins {
            let revision = plugin.revision
            if let revision, let before = present.first(where: { $0.id == id }), before.revision == revision,
                before.version == plugin.version
            {
                snapshots.append(before)
                continue
            }
            do {
                guard let state = try plugin.snapshot() else { continue }
                snapshots.append(
                    PluginSnapshot(
                        id: id,
                        version: plugin.version,
                        revision: revision ?? 0,
                        state: FinishedValue(state)
                    )
                )
            } catch { throw PluginError.snapshot("\(id): \(error)") }
        }
        // Plugins that are not there now may be there again when the session is opened next.
        return snapshots + present.filter { kept in !plugins.contains { $0.id == kept.id } }
    }
}
