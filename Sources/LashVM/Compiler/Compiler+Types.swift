internal import LashLinker
internal import LashSyntax

/// Type literals become schema records (specification of Type values): a constant where everything is known, code where
/// a name is a variable that holds a Type value.
extension Compiler {
    /// The one key of a Type value.
    static let typeKey = "$lash_type"

    mutating func compileTypeLiteral(_ type: NodeID, _ target: Int?) -> Operand {
        let mark = builder.nextTemporary
        if let schema = constantSchema(type) {
            let value = Value.record([Self.typeKey: schema])
            let register = load(builder.number(ofLiteral: value))
            guard let target else { return Operand(register) }
            move(register, to: target)
            return Operand(target, isOwned: builder.isTemporary(target))
        }
        let base = builder.temporary()
        compileSchema(type, to: base)
        let result = destination(target, mark)
        builder.emit(.record, result, base, shape([Self.typeKey]))
        return Operand(result, isOwned: builder.isTemporary(result))
    }

    /// The schema of a type without variables.
    private mutating func constantSchema(_ type: NodeID) -> Value? {
        switch tree[type] {
        case .scalarType(let scalar): return Self.schema(of: scalar)
        case .enumType(let names):
            return ["type": "string", "enum": .list(names.map { .string(tree.text(of: $0)) })]
        case .listType(let item):
            guard let schema = constantSchema(item) else { return nil }
            return ["type": "array", "items": schema]
        case .unionType(let members):
            var schemas: [Value] = []
            for member in members {
                guard let schema = constantSchema(member) else { return nil }
                schemas.append(schema)
            }
            return ["anyOf": .list(schemas)]
        case .objectType(let fields):
            var properties = Record()
            var required: [Value] = []
            for field in fields {
                guard case .typeField(let name, let type, let optional) = tree[field],
                    let schema = constantSchema(type)
                else { return nil }
                properties[tree.text(of: name)] = schema
                if !optional { required.append(.string(tree.text(of: name))) }
            }
            return Self.objectSchema(.record(properties), .list(required))
        case .namedType(let name):
            guard let alias = alias(name) else { return nil }
            return expanding(name, type) { $0.constantSchema(alias) }
        default: return [:]
        }
    }

    private static func schema(of scalar: ScalarType) -> Value {
        switch scalar {
        case .any: [:]
        case .str: ["type": "string"]
        case .int: ["type": "integer"]
        case .float: ["type": "number"]
        case .bool: ["type": "boolean"]
        case .dict: ["type": "object"]
        case .null: ["type": "null"]
        }
    }

    private static let objectKeys = ["type", "properties", "required", "additionalProperties"]

    private static func objectSchema(_ properties: Value, _ required: Value) -> Value {
        .record(Record(zip(objectKeys, ["object", properties, required, false])))
    }

    /// The type that a name is declared as, unless the program has a variable of that name.
    private func alias(_ name: String) -> NodeID? {
        hasVariable(name) ? nil : program.types[name]
    }

    /// Expands an alias, and refuses one that leads back to itself or to more than can be spelled out.
    private mutating func expanding<T>(_ name: String, _ node: NodeID, _ body: (inout Compiler) -> T?) -> T? {
        expandedAliases += 1
        if openAliases.contains(name) || openAliases.count >= maximumDepth / 4
            || expandedAliases > Self.maximumAliases
        {
            fail(.recursiveType(name), at: node)
            return nil
        }
        openAliases.append(name)
        defer { openAliases.removeLast() }
        return body(&self)
    }

    /// Code that puts the schema of a type into a register.
    private mutating func compileSchema(_ type: NodeID, to register: Int) {
        let mark = builder.nextTemporary
        defer { builder.free(to: mark) }
        if failure != nil { return }
        if let schema = constantSchema(type) {
            move(load(builder.number(ofLiteral: schema)), to: register)
            return
        }
        switch tree[type] {
        case .listType(let item):
            let base = builder.temporaries(2)
            builder.emit(.move, base, constant(.string(ExactText("array"))))
            compileSchema(item, to: base + 1)
            builder.emit(.record, register, base, shape(["type", "items"]))
        case .unionType(let members):
            let list = builder.temporary()
            compileSchemas(Array(members), to: list)
            builder.emit(.record, register, list, shape(["anyOf"]))
        case .objectType(let fields): compileObjectSchema(fields, to: register)
        case .namedType(let name):
            if let alias = alias(name) {
                _ = expanding(name, type) { compiler -> Void? in compiler.compileSchema(alias, to: register) }
            } else {
                builder.node = type
                let source = read(variable(name))
                builder.emit(.typeSchema, register, source)
            }
        default: break
        }
    }

    private mutating func compileSchemas(_ types: [NodeID], to list: Int) {
        builder.emit(.list, list)
        for type in types {
            let base = builder.temporary()
            compileSchema(type, to: base)
            builder.emit(.extendList, list, base, 1)
            builder.free(to: base)
        }
    }

    private mutating func compileObjectSchema(_ fields: NodeList, to register: Int) {
        let base = builder.temporaries(4)
        builder.emit(.move, base, constant(.string(ExactText("object"))))
        builder.emit(.emptyRecord, base + 1)
        var required: [Value] = []
        for field in fields {
            guard case .typeField(let name, let type, let optional) = tree[field] else { continue }
            let schema = builder.temporary()
            compileSchema(type, to: schema)
            builder.emit(.setField, x: 1, base + 1, schema, key(name))
            builder.free(to: schema)
            if !optional { required.append(.string(tree.text(of: name))) }
        }
        move(load(builder.number(ofLiteral: .list(required))), to: base + 2)
        builder.emit(.move, base + 3, constant(.bool(false)))
        builder.emit(.record, register, base, shape(Self.objectKeys))
    }
}
