extension Host {
    /// Lets a runner answer whatever concerns processes, time and signals, and adds the module `triggers` where the runner
    /// has sources of triggers. The abilities follow.
    ///
    /// The runner is made with the host as it is before this, which answers the operations of its processes. The host,
    /// with all copies of it, keeps the runner alive.
    ///
    /// Throws a `HostCatalogError` where the catalog has another module `triggers`.
    public mutating func useProcesses(of runner: ProcessRunner) throws {
        if runner.table.servesTriggers {
            try module("triggers", type: TriggerRegistry.resourceType) { try $0.addTriggers(runner.triggers) }
            abilities.insert(.triggers)
        }
        abilities.formUnion([.processes, .sleep, .processSignals])
        processes = runner
    }
}
