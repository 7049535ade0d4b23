/// Reads a description key by key.
struct HostDescriptionReader {
    private(set) var catalog = HostCatalog()
    private(set) var abilities: HostEnvironment.Abilities?
    private(set) var tools: [HostDescription.Entry] = []
    private(set) var functions: [HostDescription.Entry] = []
    private(set) var globals = Record()
    private(set) var processes = Record()
    private(set) var signals = Record()

    mutating func read(_ value: Value) throws(HostDescriptionError) {
        let top = try record(value, [])
        try allow(
            [
                "tools", "functions", "constructors", "types", "trigger_sources", "triggers", "abilities", "globals",
                "processes", "signals",
            ],
            in: top,
            []
        )
        // Types and sources come first, so that what mentions them is checked against them whatever the order.
        for (name, value) in try section("types", top) { try readType(name, value) }
        for (name, value) in try section("trigger_sources", top) { try readSource(name, value) }
        try readTools(try section("tools", top))
        if let value = top["triggers"] { try readTriggers(value) }
        for (name, value) in try section("constructors", top) { try readConstructor(name, value) }
        for (name, value) in try section("functions", top) { try readFunction(name, value) }
        if let value = top["abilities"] { try readAbilities(value) }
        globals = try section("globals", top)
        processes = try section("processes", top)
        signals = try section("signals", top)
    }

    // MARK: Entries

    private mutating func readType(_ name: String, _ value: Value) throws(HostDescriptionError) {
        let path = ["types", name]
        let type = try self.type(value, path)
        try adding(path) { (catalog) throws(HostCatalogError) in try catalog.addDataType(name, type) }
    }

    private mutating func readSource(_ name: String, _ value: Value) throws(HostDescriptionError) {
        let path = ["trigger_sources", name]
        let fields = try record(value, path)
        try allow(["input", "event_name", "event"], in: fields, path)
        let input = try type("input", fields, path)
        let event = try type("event", fields, path, isRequired: true)
        let eventName = try text("event_name", fields, path, isRequired: true)
        try adding(path) { (catalog) throws(HostCatalogError) in
            try catalog.addTriggerSource(name, input: input, eventName: eventName, event: event)
        }
    }

    private mutating func readTools(_ section: Record) throws(HostDescriptionError) {
        var types: [String: String] = [:]
        var entries: [(path: [String], module: String, name: String, fields: Record)] = []
        for (key, value) in section {
            let path = ["tools", key]
            let fields = try record(value, path)
            try allow(
                ["input", "output", "type", "description", "host_operation"] + HostDescription.answerKeys,
                in: fields,
                path
            )
            let (module, name) = Self.split(key)
            if fields["type"] != nil, types[module] == nil {
                types[module] = try text("type", fields, path, isRequired: true)
            }
            entries.append((path, module, name, fields))
        }
        for (path, module, name, fields) in entries {
            let known = types[module] ?? Self.typeName(of: module)
            let type = fields["type"] == nil ? known : try text("type", fields, path, isRequired: true)
            let input = try self.type("input", fields, path)
            let output = try self.type("output", fields, path)
            let description = try text("description", fields, path)
            let host = fields["host_operation"] == nil ? nil : try text("host_operation", fields, path)
            try adding(path) { (catalog) throws(HostCatalogError) in
                try catalog.addModule(module, type: type)
                try catalog.addOperation(
                    name,
                    to: module,
                    input: input,
                    output: output,
                    description: description,
                    hostOperation: host
                )
            }
            tools.append(HostDescription.Entry(name: "\(module).\(name)", fields: fields))
        }
    }

    private mutating func readConstructor(_ name: String, _ value: Value) throws(HostDescriptionError) {
        let path = ["constructors", name]
        let fields = try record(value, path)
        try allow(["input", "output"], in: fields, path)
        let input = try type("input", fields, path)
        let output = try type("output", fields, path)
        try adding(path) { (catalog) throws(HostCatalogError) in
            try catalog.addConstructor(name, input: input, output: output)
        }
    }

    private mutating func readFunction(_ name: String, _ value: Value) throws(HostDescriptionError) {
        let path = ["functions", name]
        let fields = try record(value, path)
        try allow(["parameters", "result", "description"] + HostDescription.answerKeys, in: fields, path)
        let parameters = try self.parameters(fields["parameters"] ?? .list([]), path + ["parameters"])
        let result = try type("result", fields, path)
        let description = try text("description", fields, path)
        try adding(path) { (catalog) throws(HostCatalogError) in
            try catalog.addFunction(name, parameters: parameters, result: result, description: description)
        }
        functions.append(HostDescription.Entry(name: name, fields: fields))
    }

    /// The parameters of a function: a list of records, or the text of an object type whose fields they are.
    private func parameters(
        _ value: Value,
        _ path: [String]
    ) throws(HostDescriptionError) -> [(name: String, type: HostType)] {
        if case .string = value {
            guard case .object(let fields) = try type(value, path) else {
                throw HostDescriptionError(path: path, message: "expected an object type, such as `{ a: int }`")
            }
            if let optional = fields.first(where: \.isOptional) {
                throw HostDescriptionError(
                    path: path,
                    message: "parameter `\(optional.name)` cannot be optional; let it take null"
                )
            }
            return fields.map { ($0.name, $0.type) }
        }
        guard case .list(let items) = value else {
            throw HostDescriptionError(path: path, message: "expected a list of parameters, or an object type as text")
        }
        var parameters: [(name: String, type: HostType)] = []
        for (index, item) in items.enumerated() {
            let path = path + ["\(index)"]
            let fields = try record(item, path)
            try allow(["name", "type"], in: fields, path)
            let name = try text("name", fields, path, isRequired: true)
            parameters.append((name, try type("type", fields, path)))
        }
        return parameters
    }

    private mutating func readTriggers(_ value: Value) throws(HostDescriptionError) {
        guard case .bool(let isOn) = value else {
            throw HostDescriptionError(path: ["triggers"], message: "expected true or false")
        }
        if !isOn { return }
        try adding(["triggers"]) { (catalog) throws(HostCatalogError) in try catalog.addTriggerRegistry() }
    }

    private mutating func readAbilities(_ value: Value) throws(HostDescriptionError) {
        let path = ["abilities"]
        if value == .string("all") {
            abilities = .all
            return
        }
        guard case .list(let items) = value else {
            throw HostDescriptionError(path: path, message: "expected \"all\" or a list")
        }
        var found: HostEnvironment.Abilities = []
        for item in items {
            switch item {
            case .string("processes"): found.insert(.processes)
            case .string("sleep"): found.insert(.sleep)
            case .string("signals"): found.insert(.processSignals)
            case .string("triggers"): found.insert(.triggers)
            default:
                throw HostDescriptionError(
                    path: path,
                    message: "expected \"processes\", \"sleep\", \"signals\" or \"triggers\""
                )
            }
        }
        abilities = found
    }

    // MARK: Parts

    private mutating func adding(
        _ path: [String],
        _ add: (inout HostCatalog) throws(HostCatalogError) -> Void
    ) throws(HostDescriptionError) {
        do { try add(&catalog) } catch { throw HostDescriptionError(path: path, message: error.message) }
    }

    private func record(_ value: Value, _ path: [String]) throws(HostDescriptionError) -> Record {
        guard case .record(let record) = value else {
            throw HostDescriptionError(path: path, message: "expected an object")
        }
        return record
    }

    private func section(_ key: String, _ top: Record) throws(HostDescriptionError) -> Record {
        guard let value = top[key] else { return Record() }
        return try record(value, [key])
    }

    private func allow(_ keys: [String], in fields: Record, _ path: [String]) throws(HostDescriptionError) {
        for key in fields.keys where !keys.contains(key) {
            throw HostDescriptionError(
                path: path + [key],
                message: "unknown key; known are \(keys.joined(separator: ", "))"
            )
        }
    }

    private func text(
        _ key: String,
        _ fields: Record,
        _ path: [String],
        isRequired: Bool = false
    ) throws(HostDescriptionError) -> String {
        guard let value = fields[key] else {
            if isRequired { throw HostDescriptionError(path: path, message: "`\(key)` is missing") }
            return ""
        }
        guard case .string(let text) = value else {
            throw HostDescriptionError(path: path + [key], message: "expected a text")
        }
        return text
    }

    private func type(
        _ key: String,
        _ fields: Record,
        _ path: [String],
        isRequired: Bool = false
    ) throws(HostDescriptionError) -> HostType {
        guard let value = fields[key] else {
            if isRequired { throw HostDescriptionError(path: path, message: "`\(key)` is missing") }
            return .any
        }
        return try type(value, path + [key])
    }

    private func type(_ value: Value, _ path: [String]) throws(HostDescriptionError) -> HostType {
        guard case .string(let text) = value else {
            throw HostDescriptionError(path: path, message: "expected a type as text, such as \"{ path: str }\"")
        }
        do { return try HostType(parsing: text) } catch {
            throw HostDescriptionError(path: path, message: error.message)
        }
    }

    private static func split(_ path: String) -> (module: String, name: String) {
        guard let dot = path.utf8.lastIndex(of: UInt8(ascii: ".")) else { return ("tools", path) }
        return (String(path[..<dot]), String(path[path.utf8.index(after: dot)...]))
    }

    private static func typeName(of module: String) -> String {
        module.split(separator: ".").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
