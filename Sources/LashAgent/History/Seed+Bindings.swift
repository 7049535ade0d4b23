public import Lashlang

extension Seed {
    /// What a program gave to a frame or a child: lazy values with a reference stay references, other lazy values become
    /// read-only bindings of what they hold, and everything else becomes variables.
    ///
    /// Throws for `history`, and what the data of a lazy value throws.
    public init(_ entries: Record) async throws {
        self.init()
        for (name, value) in entries {
            if name == AgentBindings.historyName { throw AgentBindings.historyIsReserved }
            if case .projection(let projection) = value, let ref = projection.ref {
                projections.append(Projection(name: name, reference: ref))
            } else if value.holdsProjections {
                projections.append(Projection(name: name, value: FinishedValue(try await value.materialized())))
            } else {
                variables[name] = value
            }
        }
    }
}

extension Seed {
    /// The same with what is still the binding of its name as a read-only binding: plain bindings are values like any other
    /// to a program, and arrive as such.
    func reprojecting(_ bindings: ProjectedBindings) -> Seed {
        var seed = self
        for (name, value) in variables where bindings.value(of: name) == value {
            seed.variables[name] = nil
            seed.projections.append(Projection(name: name, value: FinishedValue(value)))
        }
        return seed
    }
}

extension ProjectedBindings {
    /// Adds the bindings of a seed, or of a turn that was kept. Throws where a name is taken, and for data that cannot be
    /// found again.
    mutating func add(_ projections: [Seed.Projection]) throws(BindingError) {
        for projection in projections {
            if let ref = projection.reference {
                try bindLazy(projection.name, ref)
            } else if let value = projection.value {
                try bind(projection.name, value.value)
            } else {
                throw BindingError(message: "projected binding `\(projection.name)` was lazy and had no reference")
            }
        }
    }
}
