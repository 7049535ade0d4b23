package import LashSyntax

/// What the linker knows of the types of names, for those who explain programs.
package struct NameTypes {
    private var table: TypeTable
    private let known: [Name: StaticType]

    /// Checks a parsed program, with or without errors, and keeps the types of its variables, loop variables and fields.
    /// Costs about as much as linking.
    package init(_ tree: SyntaxTree, environment: HostEnvironment) {
        var linker = Linker(tree: tree, environment: environment)
        linker.nameTypes = [:]
        linker.collectDeclarations()
        linker.checkTypeReferences()
        linker.checkBodies()
        linker.checkMain()
        table = linker.types
        known = linker.nameTypes ?? [:]
    }

    /// The type of a name at its place, in the notation of the language; `nil` where nothing is known of it.
    package mutating func text(of name: Name) -> String? {
        guard let type = known[name], type != TypeTable.any else { return nil }
        return table.display(type, expanded: false, exact: true)
    }
}

extension Linker {
    /// Keeps the type of a name, if somebody wants it.
    mutating func note(_ name: Name, _ type: StaticType) {
        if nameTypes != nil { nameTypes?[name] = type }
    }
}
