extension HostCatalog {
    /// Adds a module, to which `addOperation` then adds what it can do. Adding a module again changes nothing.
    ///
    /// Throws for a path that no program can write, and where the module has another authority type.
    public mutating func addModule(_ path: String, type: String) throws(HostCatalogError) {
        if let known = module(path) {
            if known.type == type { return }
            throw HostCatalogError(
                "module `\(path)` already has resource type `\(known.type)`, cannot change it to `\(type)`"
            )
        }
        guard HostNames.isCallPath(path, "operation") else { throw .unusable(path, as: "a module path") }
        let root = Self.root(of: path)
        if Builtin(name: root) != nil { throw .taken(root, by: "a builtin") }
        if functionPositions[root] != nil { throw .taken(root, by: "a function of the host") }
        try addResourceType(type)
        modulePositions[path] = modules.count
        modules.append(HostModule(path: path, type: type))
        moduleRoots[root] = moduleRoots[root] ?? path
        longestPath = max(longestPath, Self.segments(of: path))
    }

    /// Adds an operation to a module that was added before. `hostOperation` is what the host knows it as; it is the name
    /// where nothing is said.
    ///
    /// Throws where the call path is taken, where another module of the same type has the operation with other types,
    /// and for names that no program can write.
    public mutating func addOperation(
        _ name: String,
        to path: String,
        input: HostType = .any,
        output: HostType = .any,
        description: String = "",
        hostOperation: String? = nil
    ) throws(HostCatalogError) {
        guard let position = modulePositions[path] else {
            throw HostCatalogError("there is no module `\(path)` for operation `\(name)`; add it first")
        }
        let callPath = path + "." + name
        guard HostNames.isCallPath(path, name) else { throw .unusable(name, as: "the name of an operation") }
        if modules[position].positions[name] != nil || constructorPositions[callPath] != nil {
            throw .duplicate(callPath)
        }
        try input.check()
        try output.check()
        try addSignature(.init(operation: name, input: input, output: output), to: modules[position].type)
        let host = hostOperation ?? name
        modules[position].positions[name] = modules[position].operations.count
        modules[position].operations.append(
            HostOperation(name: name, hostOperation: host, input: input, output: output, description: description)
        )
        callPaths[host] = min(callPaths[host] ?? callPath, callPath)
    }

    /// Adds a value constructor. Throws for a path of one segment, for one that is taken, and for one that no program can
    /// write.
    public mutating func addConstructor(
        _ path: String,
        input: HostType,
        output: HostType
    ) throws(HostCatalogError) {
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else {
            throw HostCatalogError("constructor `\(path)` must be qualified: a bare call means a builtin or a function")
        }
        let (prefix, name) = (String(path[..<dot]), String(path[path.utf8.index(after: dot)...]))
        guard HostNames.isCallPath(prefix, name) else { throw .unusable(path, as: "the path of a constructor") }
        if constructorPositions[path] != nil || module(prefix)?.positions[name] != nil { throw .duplicate(path) }
        try input.check()
        try output.check()
        constructorPositions[path] = constructors.count
        constructors.append(HostConstructor(path: path, input: input, output: output))
        if case .named(let type) = output { constructedNames.insert(type) }
        longestPath = max(longestPath, Self.segments(of: path))
    }

    /// Adds a trigger source: a constructor of its descriptors, the data type of its events, and that the one emits the
    /// other. Throws where any of these cannot be added, and where the source emits something else.
    public mutating func addTriggerSource(
        _ name: String,
        input: HostType,
        eventName: String,
        event: HostType
    ) throws(HostCatalogError) {
        if let known = triggerSource(name), known.eventName != eventName {
            throw HostCatalogError(
                "trigger source `\(name)` already emits `\(known.eventName)`, cannot change it to `\(eventName)`"
            )
        }
        guard HostNames.isTypeName(name) else { throw .unusable(name, as: "the name of a trigger source") }
        if dataTypePositions[name] != nil || name == eventName { throw .taken(name, by: "a data type") }
        if resourceTypePositions[name] != nil { throw .taken(name, by: "a resource type") }
        var changed = self
        try changed.addDataType(eventName, event)
        try changed.addConstructor(name, input: input, output: .named(name))
        changed.sourcePositions[name] = triggerSources.count
        changed.triggerSources.append(
            HostTriggerSource(name: name, input: input, eventName: eventName, event: event)
        )
        self = changed
    }

    /// Adds a named data type: a dotted name for an object type that names no other type. Adding it again changes
    /// nothing; throws where the name stands for something else.
    public mutating func addDataType(_ name: String, _ type: HostType) throws(HostCatalogError) {
        if let known = dataType(name) {
            if known.type == type { return }
            throw HostCatalogError("conflicting host data type definition `\(name)`")
        }
        guard name.utf8.contains(UInt8(ascii: ".")) else {
            throw HostCatalogError("host data type name `\(name)` must be qualified")
        }
        guard HostNames.isTypeName(name) else { throw .unusable(name, as: "the name of a data type") }
        if resourceTypePositions[name] != nil { throw .taken(name, by: "a resource type") }
        if sourcePositions[name] != nil { throw .taken(name, by: "a trigger source") }
        guard case .object = type else {
            throw HostCatalogError("host data type `\(name)` must be an object type")
        }
        try type.check(isData: true)
        dataTypePositions[name] = dataTypes.count
        dataTypes.append(HostDataType(name: name, type: type))
    }

    /// Adds a pure function that programs call by its bare name, with one argument for each parameter.
    ///
    /// Throws for a name that means something else: a word of the language, a builtin, another function, or the first
    /// segment of a module path.
    public mutating func addFunction(
        _ name: String,
        parameters: [(name: String, type: HostType)],
        result: HostType,
        description: String = ""
    ) throws(HostCatalogError) {
        if Builtin(name: name) != nil { throw .taken(name, by: "a builtin") }
        if functionPositions[name] != nil { throw .taken(name, by: "a function of the host") }
        if let path = moduleRoots[name] { throw .taken(name, by: "the module path `\(path)`") }
        guard HostNames.isCallable(name) else { throw .unusable(name, as: "the name of a function") }
        var seen: Set<String> = []
        for parameter in parameters {
            guard isIdentifier(parameter.name) else {
                throw .unusable(parameter.name, as: "the name of a parameter of `\(name)`")
            }
            if !seen.insert(parameter.name).inserted {
                throw HostCatalogError("function `\(name)` has two parameters `\(parameter.name)`")
            }
            try parameter.type.check()
        }
        try result.check()
        functionPositions[name] = functions.count
        functions.append(
            HostFunction(
                name: name,
                parameters: parameters.map { .init(name: $0.name, type: $0.type) },
                result: result,
                description: description
            )
        )
    }

    private mutating func addResourceType(_ name: String) throws(HostCatalogError) {
        if resourceTypePositions[name] != nil { return }
        guard HostNames.isTypeName(name) else { throw .unusable(name, as: "the name of a resource type") }
        if dataTypePositions[name] != nil { throw .taken(name, by: "a data type") }
        if sourcePositions[name] != nil { throw .taken(name, by: "a trigger source") }
        resourceTypePositions[name] = resourceTypes.count
        resourceTypes.append(HostResourceType(name: name))
    }

    private mutating func addSignature(
        _ signature: HostResourceType.Signature,
        to type: String
    ) throws(HostCatalogError) {
        guard let position = resourceTypePositions[type] else { return }
        guard let known = resourceTypes[position].operation(signature.operation) else {
            resourceTypes[position].positions[signature.operation] = resourceTypes[position].operations.count
            resourceTypes[position].operations.append(signature)
            return
        }
        if known == signature { return }
        throw HostCatalogError(
            """
            operation `\(signature.operation)` of resource type `\(type)` already is \(known.input) -> \(known.output), \
            cannot change it to \(signature.input) -> \(signature.output)
            """
        )
    }

    private static func root(of path: String) -> String { String(path.prefix { $0 != "." }) }

    private static func segments(of path: String) -> Int {
        path.utf8.reduce(1) { $1 == UInt8(ascii: ".") ? $0 + 1 : $0 }
    }
}

extension HostCatalogError {
    static func unusable(_ name: String, as what: String) -> HostCatalogError {
        HostCatalogError("`\(name)` cannot be \(what): programs could not write it, or would mean something else")
    }

    static func taken(_ name: String, by what: String) -> HostCatalogError {
        HostCatalogError("`\(name)` is taken by \(what)")
    }

    static func duplicate(_ path: String) -> HostCatalogError {
        HostCatalogError("call path `\(path)` is registered twice")
    }
}
