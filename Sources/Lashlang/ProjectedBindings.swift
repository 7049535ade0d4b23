/// A name that cannot be bound, or a value that cannot be bound to it.
public struct BindingError: Error, Hashable, Sendable {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(message: String) { self.message = message }
}

/// Values that a host puts in scope under names: programs read them and cannot change them.
///
/// A plain value is copied once, when it is bound, into an immutable form that all runs share, on whatever thread and
/// whatever their number; giving it to a run costs nothing, however large it is. A lazy value stays with its host, and is
/// read where a program looks.
public struct ProjectedBindings: Sendable {
    private enum Content {
        /// A value that never changes.
        case frozen(FrozenValue)
        /// A projection, or a value that holds some.
        case lazy(Value)
        /// Data that is still to be found.
        case ref(ProjectionRef)
    }

    /// Behind one reference, for every run gets a copy of its bindings.
    private final class Surroundings: Sendable {
        let catalog: HostCatalog

        init(_ catalog: HostCatalog) { self.catalog = catalog }
    }

    private var contents: [(name: String, content: Content)] = []
    private let surroundings: Surroundings?

    /// No bindings.
    public init() { surroundings = nil }

    /// No bindings. Names that mean something in the catalog, functions and roots of modules, cannot be bound.
    public init(catalog: HostCatalog) { surroundings = Surroundings(catalog) }

    /// The names in the order in which they were bound.
    public var names: [String] { contents.map(\.name) }

    /// Whether nothing is bound.
    public var isEmpty: Bool { contents.isEmpty }

    // MARK: Binding

    /// Binds a value. Throws for a name that is taken, is no identifier, or means something else in the language, and for
    /// a value that nests too deep.
    public mutating func bind(_ name: String, _ value: Value) throws(BindingError) {
        try check(name)
        contents.append((name, try Self.content(value)))
    }

    /// Binds the value of a JSON text, read straight into the immutable form.
    public mutating func bind(_ name: String, json bytes: [UInt8]) throws(BindingError) {
        try check(name)
        do { contents.append((name, .frozen(try FrozenValue(json: bytes)))) } catch {
            throw BindingError(message: "invalid json: \(error.message)")
        }
    }

    /// Binds what a Swift value is encoded as; see `ValueEncoder`.
    public mutating func bind(_ name: String, encoding value: some Encodable) throws(BindingError) {
        try check(name)
        let encoded: Value
        do { encoded = try ValueEncoder().encode(value, root: name) } catch {
            throw BindingError(message: "`\(name)` cannot be bound: \(error)")
        }
        try bind(name, encoded)
    }

    /// Binds data that is read where programs look. With a reference, variables that keep parts of it survive snapshots.
    public mutating func bind(
        _ name: String,
        projecting descriptor: any ProjectionDescriptor,
        ref: ProjectionRef? = nil
    ) throws(BindingError) {
        try bind(name, .projection(Projection(descriptor, name: name, ref: ref)))
    }

    /// Binds the data that a reference stands for. A resolver finds it, once for each run, right before the run begins.
    public mutating func bindLazy(_ name: String, _ ref: ProjectionRef) throws(BindingError) {
        try check(name)
        contents.append((name, .ref(ref)))
    }

    /// Binds a name that programs of hosts cannot take.
    package mutating func bindReserved(_ name: String, _ value: Value) throws(BindingError) {
        if names.contains(name) { throw Self.taken(name) }
        contents.append((name, try Self.content(value)))
    }

    private static func content(_ value: Value) throws(BindingError) -> Content {
        do {
            // Making the value finds out whether it can be made.
            if value.holdsProjections {
                try VariableStore().set("value", to: value)
                return .lazy(value)
            }
            return .frozen(try FrozenValue(value))
        } catch { throw BindingError(message: error.message) }
    }

    /// The binding of one name alone; no bindings where it is not bound.
    package func only(_ name: String) -> ProjectedBindings {
        var one = self
        one.contents.removeAll { $0.name != name }
        return one
    }

    /// A copy of a value that was bound; `nil` for a name that was not, and for a reference that nobody has resolved.
    public func value(of name: String) -> Value? {
        switch contents.first(where: { $0.name == name })?.content {
        case .frozen(let value): value.value
        case .lazy(let value): value
        case .ref, nil: nil
        }
    }

    /// Where lazy data is found again; `nil` for plain values, for data that cannot be found again, and for other names.
    public func ref(of name: String) -> ProjectionRef? {
        switch contents.first(where: { $0.name == name })?.content {
        case .ref(let ref): ref
        case .lazy(.projection(let projection)): projection.ref
        case .lazy, .frozen, nil: nil
        }
    }

    // MARK: Names

    private func check(_ name: String) throws(BindingError) {
        if names.contains(name) { throw Self.taken(name) }
        if !isIdentifier(name) {
            throw BindingError(message: "projected binding `\(name)` is not a valid identifier")
        }
        if name == Self.history { throw BindingError(message: "`\(name)` is reserved as an RLM built-in binding") }
        if Self.isReserved(name) || Builtin(name: name) != nil || surroundings?.catalog.meaning(of: name) != nil {
            throw BindingError(message: "projected binding `\(name)` is reserved")
        }
    }

    /// The name under which agents bind what was said and done before.
    package static let history = "history"

    private static func taken(_ name: String) -> BindingError {
        BindingError(message: "projected binding `\(name)` is already bound")
    }

    /// Whether a program that mentions the name would not mean the binding.
    private static func isReserved(_ name: String) -> Bool {
        let (tree, diagnostics) = SyntaxTree.parse(SourceText(name))
        guard diagnostics.isEmpty, case .block(let statements) = tree[tree.main], statements.count == 1,
            case .variable = tree[statements[0]]
        else { return true }
        return false
    }

    // MARK: Scopes

    /// Adds the bindings of another scope, of which none may have a name that is taken: then none is added.
    public mutating func merge(_ other: ProjectedBindings) throws(BindingError) {
        let taken = Set(names)
        if let name = other.names.first(where: taken.contains) { throw Self.taken(name) }
        contents += other.contents
    }

    /// The bindings of two scopes, of which no two may have the same name.
    public func merging(_ other: ProjectedBindings) throws(BindingError) -> ProjectedBindings {
        var merged = self
        try merged.merge(other)
        return merged
    }

    /// Takes a binding out, so that its name can be bound again. Gives whether there was one.
    @discardableResult
    public mutating func remove(_ name: String) -> Bool {
        guard let position = names.firstIndex(of: name) else { return false }
        contents.remove(at: position)
        return true
    }

    // MARK: Lazy bindings

    /// The bindings with data in place of references, each asked for once. Throws the resolver's error for the first that
    /// cannot be resolved.
    public func resolved(by resolver: any ProjectionResolver) async throws -> ProjectedBindings {
        var resolved = self
        var known: [(ref: ProjectionRef, descriptor: any ProjectionDescriptor)] = []
        for (position, (name, content)) in contents.enumerated() {
            guard case .ref(let ref) = content else { continue }
            let descriptor: any ProjectionDescriptor
            if let found = known.first(where: { $0.ref == ref }) {
                descriptor = found.descriptor
            } else {
                descriptor = try await resolver.resolve(ref)
                known.append((ref, descriptor))
            }
            resolved.contents[position].content = .lazy(.projection(Projection(descriptor, name: name, ref: ref)))
        }
        return resolved
    }

    /// The first reference that nobody has resolved.
    public var unresolved: ProjectionRef? {
        for case (_, .ref(let ref)) in contents { return ref }
        return nil
    }

    /// What a lazy binding is, in a few words; `nil` for plain values and other names.
    public func summary(of name: String) -> String? {
        switch contents.first(where: { $0.name == name })?.content {
        case .lazy(.projection(let projection)): projection.descriptor.summary
        case .ref(let ref): ref.kind
        case .lazy, .frozen, nil: nil
        }
    }

    /// What a run gets. Whoever starts it has seen to it that nothing is unresolved.
    var values: [(name: String, value: BoundValue)] {
        contents.map { name, content in
            switch content {
            case .frozen(let value): (name, .frozen(value))
            case .lazy(let value): (name, .made(value))
            case .ref: (name, .made(.null))
            }
        }
    }
}
