internal import LashSyntax

/// The names that are bound at a point of a body, with their types.
///
/// Names are never unbound by a block, yet both branches of an `if` start from the same names. So changes are logged
/// while a branch is open, and undone at its end.
struct Scope {
    /// The type of each symbol.
    private var types: [StaticType?]
    /// The symbols that were bound since the beginning; some may be there more than once, or not be bound any more.
    private var touched: [Symbol] = []
    private var log: [(name: Symbol, before: StaticType?)] = []
    private var openBranches = 0

    init(symbolCount: Int) {
        types = Array(repeating: nil, count: symbolCount)
        touched.reserveCapacity(16)
        log.reserveCapacity(8)
    }

    subscript(_ name: Symbol) -> StaticType? { types[name.index] }

    /// The names that are bound.
    var names: [Symbol] { touched.filter { types[$0.index] != nil } }

    /// Forgets everything. Takes time for what was bound only: there may be as many bodies as symbols.
    mutating func clear() {
        for name in touched { types[name.index] = nil }
        touched.removeAll(keepingCapacity: true)
        log.removeAll(keepingCapacity: true)
        openBranches = 0
    }

    /// Binds a name, or with `nil` unbinds it.
    mutating func bind(_ name: Symbol, to type: StaticType?) {
        let before = types[name.index]
        if before == type { return }
        if openBranches > 0 { log.append((name, before)) }
        if before == nil { touched.append(name) }
        types[name.index] = type
    }

    /// Begins logging; `endBranches` ends it.
    mutating func beginBranches() -> Int {
        openBranches += 1
        return log.count
    }

    /// Undoes everything since the mark, and appends the names that were new to `created`, in the order in which they
    /// came.
    mutating func endBranch(since mark: Int, _ created: inout [(name: Symbol, type: StaticType)]) {
        for (name, before) in log[mark...] where before == nil {
            guard let type = types[name.index] else { continue }
            created.append((name, type))
            // So that it is not new a second time.
            types[name.index] = nil
        }
        while log.count > mark, let (name, before) = log.popLast() { types[name.index] = before }
    }

    /// Ends logging. The outermost `if` leaves no log behind.
    mutating func endBranches() {
        openBranches -= 1
        if openBranches == 0 { log.removeAll(keepingCapacity: true) }
    }
}
