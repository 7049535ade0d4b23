internal import Lashlang

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
