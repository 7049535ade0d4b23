/// A name that cannot be bound, or a value that cannot be bound to it.
public struct BindingError: Error, Hashable, Sendable {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(message: String) { self.message = message }
}

/// Values that a host puts in scope under names: programs read them and cannot change them.
///
/// Binding copies a value once into an immutable form; runs share it, whatever their number.
public struct ProjectedBindings: Sendable {
    private(set) var values: [(name: String, value: FrozenValue)] = []
    private let catalog: HostCatalog

    /// No bindings. Names that mean something in the catalog, functions and roots of modules, cannot be bound.
    public init(catalog: HostCatalog = HostCatalog()) { self.catalog = catalog }

    /// The names in the order in which they were bound.
    public var names: [String] { values.map(\.name) }

    /// Binds a value. Throws for a name that is taken, is no identifier, or means something else in the language.
    public mutating func bind(_ name: String, _ value: Value) throws(BindingError) {
        try check(name)
        do { values.append((name, try FrozenValue(value))) } catch { throw BindingError(message: error.message) }
    }

    /// Binds the value of a JSON text, read straight into the immutable form.
    public mutating func bind(_ name: String, json bytes: [UInt8]) throws(BindingError) {
        try check(name)
        do { values.append((name, try FrozenValue(json: bytes))) } catch {
            throw BindingError(message: "invalid json: \(error.message)")
        }
    }

    /// Adds all bindings of another set, which are shared and not copied. Throws for a name that is taken, and adds nothing
    /// then.
    public mutating func merge(_ other: ProjectedBindings) throws(BindingError) {
        for name in other.names where values.contains(where: { $0.name == name }) {
            throw BindingError(message: "projected binding `\(name)` is already bound")
        }
        values += other.values
    }

    /// The binding of one name alone; no bindings where it is not bound.
    package func only(_ name: String) -> ProjectedBindings {
        var one = ProjectedBindings(catalog: catalog)
        one.values = values.filter { $0.name == name }
        return one
    }

    /// A copy of a value that was bound; `nil` for a name that was not.
    public func value(of name: String) -> Value? { values.first { $0.name == name }?.value.value }

    private func check(_ name: String) throws(BindingError) {
        if values.contains(where: { $0.name == name }) {
            throw BindingError(message: "projected binding `\(name)` is already bound")
        }
        if !isIdentifier(name) {
            throw BindingError(
                message: "`\(name)` cannot be bound: a name is letters, digits and `_`, and begins with no digit"
            )
        }
        if Self.isReserved(name) {
            throw BindingError(message: "`\(name)` cannot be bound: the word means something in the language")
        }
        if Builtin(name: name) != nil {
            throw BindingError(message: "`\(name)` cannot be bound: it is a builtin function")
        }
        if let meaning = catalog.meaning(of: name) {
            throw BindingError(message: "`\(name)` cannot be bound: \(meaning)")
        }
    }

    /// Whether a program that mentions the name would not mean the binding.
    private static func isReserved(_ name: String) -> Bool {
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(name))
        guard diagnostics.isEmpty, case .block(let statements) = tree[tree.main], statements.count == 1,
            case .variable = tree[statements[0]]
        else { return true }
        return false
    }
}
