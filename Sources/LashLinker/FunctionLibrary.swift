public import LashSyntax

/// A function that a program declared, for later programs of the session.
public struct DeclaredFunction: Hashable, Sendable {
    /// A parameter.
    public struct Parameter: Hashable, Sendable {
        /// Its name.
        public let name: String
        /// Its type; names that the program declared are spelled out.
        public let type: HostType
    }

    /// The name that programs call.
    public let name: String
    /// The declaration as it was written, after those of the types that it uses: a program by itself.
    public let source: SourceText
    /// The parameters in order.
    public let parameters: [Parameter]
    /// What a call gives.
    public let result: HostType

    /// Name, parameters and result: `area(width: float, height: float) -> float`.
    public var signature: String {
        let shown = parameters.map { "\($0.name): \($0.type)" }.joined(separator: ", ")
        return "\(name)(\(shown)) -> \(result)"
    }

    /// Two functions are the same if they are declared in the same words.
    public static func == (left: DeclaredFunction, right: DeclaredFunction) -> Bool {
        left.name == right.name && left.source.bytes == right.source.bytes
    }

    /// Hashes what `==` compares.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(source.bytes)
    }

    /// A function from its declaration: a text that declares one function and the types that it uses, and nothing else.
    /// Throws what is wrong with the text. Whether the body fits is found out when a program calls the function.
    public init(source: SourceText) throws(Diagnostics) {
        let (tree, problems) = SyntaxTree.parse(source)
        if !problems.isEmpty { throw Diagnostics(source: source, all: problems) }
        var linker = Linker(tree: tree, environment: HostEnvironment())
        linker.collectDeclarations()
        let isAlone: Bool
        if case .block(let statements) = tree[tree.main] { isAlone = statements.isEmpty } else { isAlone = false }
        guard isAlone, linker.program.functions.count == 1, linker.program.processes.isEmpty else {
            let error = LinkError.unusableFunction("?", "its text declares something else")
            throw Diagnostics(source: source, all: [error.diagnostic(Span(0, source.bytes.count))])
        }
        self.init(linker.program.functions[0], of: linker.linkedProgram, source: source)
    }

    init(_ function: LinkedFunction, of program: LinkedProgram, source: SourceText) {
        var reader = SignatureReader(program: program)
        name = function.name
        self.source = source
        parameters = function.parameters.map { Parameter(name: $0.name, type: reader.type(of: $0.type)) }
        result = reader.type(of: function.returnType)
    }
}

extension SourceText {
    /// The whole text.
    var text: String { self[Span(0, bytes.count)] }
}

/// The functions that the programs of a session have declared.
///
/// A later program of the session that is compiled with them, as `HostEnvironment.functions`, can call them. Functions find
/// each other by name when they are called from a program, so one that is declared anew replaces the old one for all that
/// call it.
public struct FunctionLibrary: Hashable, Sendable {
    /// The functions in the order of their first declaration.
    public private(set) var functions: [DeclaredFunction] = []
    private var positions: [String: Int] = [:]

    /// No functions.
    public init() {}

    /// Whether there are none.
    public var isEmpty: Bool { functions.isEmpty }

    /// The names in order.
    public var names: [String] { functions.map(\.name) }

    /// The function of a name.
    public subscript(name: String) -> DeclaredFunction? { positions[name].map { functions[$0] } }

    /// Adds a function, in the place of one of the same name if there is one.
    public mutating func add(_ function: DeclaredFunction) {
        if let position = positions[function.name] {
            functions[position] = function
        } else {
            positions[function.name] = functions.count
            functions.append(function)
        }
    }

    /// Removes a function.
    public mutating func remove(_ name: String) {
        guard let position = positions.removeValue(forKey: name) else { return }
        functions.remove(at: position)
        for index in position..<functions.count { positions[functions[index].name] = index }
    }

    /// These functions and those of another library, which replace functions of the same name.
    public func adding(_ others: FunctionLibrary) -> FunctionLibrary {
        var sum = self
        for function in others.functions { sum.add(function) }
        return sum
    }
}

extension LinkedProgram {
    /// The functions that the program declares, for later programs.
    public var declaredFunctions: FunctionLibrary {
        var library = FunctionLibrary()
        // The first declaration of each type, and where it stands among the others.
        var declared: [String: (position: Int, node: NodeID)] = [:]
        for (position, node) in tree.declarations.enumerated() {
            guard case .typeDeclaration(let name, _) = tree[node] else { continue }
            let text = tree.text(of: name)
            if declared[text] == nil { declared[text] = (position, node) }
        }
        for function in functions {
            let text = declarationText(of: function, declared)
            library.add(DeclaredFunction(function, of: self, source: SourceText(text, name: tree.source.name)))
        }
        return library
    }

    /// The text of a function, after those of the types that it mentions.
    private func declarationText(
        of function: LinkedFunction,
        _ declared: [String: (position: Int, node: NodeID)]
    ) -> String {
        var used: Set<String> = []
        var pending = [function.node]
        while let node = pending.popLast() {
            switch tree[node] {
            case .namedType(let name):
                if let type = types[name], used.insert(name).inserted { pending.append(type) }
            case .functionDeclaration(let declaration):
                pending += Array(declaration.parameters) + [declaration.returnType, declaration.body]
            case .parameter(_, let type), .listType(let type), .triggerHandleType(let type), .typeField(_, let type, _),
                .typeLiteral(let type):
                pending.append(type)
            case .objectType(let parts), .unionType(let parts): pending += Array(parts)
            case .processType(let input, let output): pending += [input, output]
            default: pending += tree.parts(of: node).map(\.node)
            }
        }
        let types = used.compactMap { declared[$0] }.sorted { $0.position < $1.position }
        var parts = types.map { tree.source[tree.span(of: $0.node)] }
        parts.append(tree.source[tree.span(of: function.node)])
        return parts.joined(separator: "\n")
    }
}

/// Spells types out for those who do not know the declarations of the program.
private struct SignatureReader {
    let program: LinkedProgram
    private var open: Set<String> = []
    /// What may still be written: types that mention types twice grow without bound.
    private var budget = 1_000

    init(program: LinkedProgram) { self.program = program }

    mutating func type(of node: NodeID, level: Int = 1) -> HostType {
        budget -= 1
        if budget < 0 || level > HostType.nestingLimit { return .any }
        let tree = program.tree
        switch tree[node] {
        case .scalarType(let kind): return HostType(kind)
        case .enumType(let values): return .enumeration(values.map { tree.text(of: $0) })
        case .listType(let item): return .list(type(of: item, level: level + 1))
        case .objectType(let members):
            var fields: [HostField] = []
            for member in members {
                guard case .typeField(let name, let inner, let optional) = tree[member] else { continue }
                fields.append(HostField(tree.text(of: name), type(of: inner, level: level + 1), optional: optional))
            }
            return .object(fields)
        case .namedType(let name):
            guard let alias = program.types[name] else { return .named(name) }
            // What contains itself is `any` where it repeats.
            guard open.insert(name).inserted else { return .any }
            defer { open.remove(name) }
            return type(of: alias, level: level + 1)
        case .processType(let input, let output):
            let first = type(of: input, level: level + 1)
            return .process(input: first, inputCount: 1, output: type(of: output, level: level + 1))
        case .triggerHandleType(let event): return .triggerHandle(type(of: event, level: level + 1))
        case .unionType(let members):
            var types: [HostType] = []
            for member in members { types.append(type(of: member, level: level + 1)) }
            return .union(types)
        default: return .any
        }
    }
}
