/// The names that are bound at a point of a body, with their types.
///
/// Names are never unbound by a block, yet both branches of an `if` start from the same names. So changes are logged
/// while a branch is open, and undone at its end.
struct Scope {
    private(set) var bindings: [String: StaticType] = [:]
    private var log: [(name: String, before: StaticType?)] = []
    private var openBranches = 0

    subscript(_ name: String) -> StaticType? { bindings[name] }

    /// Binds a name, or with `nil` unbinds it.
    mutating func bind(_ name: String, to type: StaticType?) {
        let before = bindings[name]
        if before == type { return }
        if openBranches > 0 { log.append((name, before)) }
        bindings[name] = type
    }

    /// Begins logging; `endBranches` ends it.
    mutating func beginBranches() -> Int {
        openBranches += 1
        return log.count
    }

    /// Undoes everything since the mark, and returns the names that were new, in the order in which they came.
    mutating func endBranch(since mark: Int) -> [(name: String, type: StaticType)] {
        var created: [(name: String, type: StaticType)] = []
        var seen: Set<String> = []
        for (name, before) in log[mark...] where seen.insert(name).inserted && before == nil {
            if let type = bindings[name] { created.append((name, type)) }
        }
        for (name, before) in log[mark...].reversed() { bindings[name] = before }
        log.removeSubrange(mark...)
        return created
    }

    /// Ends logging. The outermost `if` leaves no log behind.
    mutating func endBranches() {
        openBranches -= 1
        if openBranches == 0 { log.removeAll(keepingCapacity: true) }
    }
}
