import Lashlang

/// Does what a case says and notes what happens.
struct Engine {
    /// More than any case needs: a program that hangs fails instead of holding up the others.
    private static let patience = Duration.seconds(20)

    private let optimization: Optimization
    private let given: Given
    private let reach: Case.Reach
    private var session = Session()
    /// Where the files of the case are.
    private let scratch: ScratchFolder?
    private let log = ReadLog()
    private var projections: [(name: String, projection: Projection)] = []
    /// Why a file of the case cannot be bound.
    private var refusal: String?
    private(set) var observations: [Observation] = []
    /// Objects of the heap that nothing refers to any more.
    private(set) var leaked = 0

    /// Runs all blocks of a case.
    init(running example: Case, optimization: Optimization) throws(DirectiveError) {
        self.optimization = optimization
        given = example.given
        reach = example.reach
        let hasFiles = given.projections.contains { binding in
            switch binding.data {
            case .file, .folder: true
            case .descriptor, .script: false
            }
        }
        scratch = hasFiles ? try ScratchFolder() : nil
        for (name, data) in given.projections {
            if let projection = try open(name, data) { projections.append((name, projection)) }
        }
        for (name, value) in given.globals { try set(name, to: value) }
        for block in example.blocks {
            if block.isRestored { try restore() }
            observations.append(try run(block))
        }
        try clear()
    }

    /// The data of a binding; `nil` for a file that cannot be bound, of which `refusal` tells then.
    private mutating func open(_ name: String, _ data: LazyData) throws(DirectiveError) -> Projection? {
        switch data {
        case .descriptor(let descriptor): return Projection(descriptor, name: name)
        case .script(let script): return Projection(ScriptedProjection(script, log), name: name, ref: script.ref)
        case .file(let contents):
            try scratch?.write(contents)
            return open(name, contents.path)
        case .folder(let files):
            try scratch?.makeFolder(name)
            for file in files { try scratch?.write(file, in: name) }
            return open(name, name)
        }
    }

    private mutating func open(_ name: String, _ path: String) -> Projection? {
        do throws(LazyFileError) {
            return Projection(try LazyFile.open("\(scratch?.path ?? "")/\(path)", called: path), name: name)
        } catch {
            refusal = error.message
            return nil
        }
    }

    private func set(_ name: String, to value: Value?) throws(DirectiveError) {
        do { try session.set(name, to: value) } catch { throw DirectiveError("`\(name)`: \(error.message)") }
    }

    /// Removes all variables; what is alive then was forgotten.
    private mutating func clear() throws(DirectiveError) {
        for name in session.variables.keys { try set(name, to: nil) }
        leaked += session.strayObjects
    }

    private mutating func restore() throws(DirectiveError) {
        let restored: Session
        do throws(SnapshotError) {
            restored = try Session(snapshot: session.snapshot())
        } catch {
            throw DirectiveError("the snapshot cannot be read back: \(error.message)")
        }
        try clear()
        session = restored
    }

    private var environment: HostEnvironment {
        let abilities = given.abilities.reduce(into: HostEnvironment.Abilities()) { $0.insert($1.bit) }
        return HostEnvironment(
            abilities: abilities,
            labelAnnotations: given.labels,
            readOnlyNames: Set(given.bindings.map(\.name) + given.projections.map(\.name)),
            catalog: given.catalog,
            functions: session.functions
        )
    }

    private func run(_ block: Block) throws(DirectiveError) -> Observation {
        var observation = Observation(source: block.source)
        let parsed = SyntaxTree.parse(block.source)
        let isParsed = !parsed.diagnostics.contains { $0.severity == .error }
        if isParsed { observation.tree = parsed.tree }
        if reach == .parse {
            observation.outcome = [.init(kind: .ok)]
            if !isParsed { observation.fail(parsed.diagnostics) }
            observation.state = variables
            return observation
        }
        let program: Program
        do throws(Diagnostics) {
            if reach == .link {
                let linked = try checked(parsed)
                observation.warnings = linked.warnings
                observation.outcome = [.init(kind: .ok)]
                observation.state = variables
                return observation
            }
            program = try Program(
                block.source,
                environment: environment,
                optimization: optimization,
                observed: block.expectations.contains { $0.group == .observes }
            )
        } catch {
            observation.fail(error.all)
            observation.state = variables
            return observation
        }
        observation.warnings = program.warnings
        if let refusal {
            observation.outcome = [.init(kind: .refused, argument: refusal)]
        } else {
            try run(program, &observation)
        }
        observation.state = variables
        return observation
    }

    /// Links without compiling, for programs that only some hosts can run.
    private func checked(
        _ parsed: (tree: SyntaxTree, diagnostics: [Diagnostic])
    ) throws(Diagnostics) -> LinkedProgram {
        let result = link(parsed.tree, environment: environment)
        if parsed.diagnostics.isEmpty { return try result.get() }
        throw Diagnostics(source: parsed.tree.source, all: parsed.diagnostics + result.errors)
    }

    private func run(_ program: Program, _ observation: inout Observation) throws(DirectiveError) {
        let bindings = try bindings()
        var prints: [Value] = []
        var observed: [RunObservation] = []
        let limits = Limits(fuel: given.fuel, memory: given.memory, time: Self.patience)
        let simulation = Simulation(mock, program: program, limits: limits)
        simulation.onRead = { $0.answerAtLast }
        do throws(RuntimeError) {
            let outcome = try session.run(
                program,
                process: given.process,
                in: simulation,
                bindings: bindings,
                limits: limits,
                onPrint: { prints.append($0) },
                onObservation: { observed.append($0) }
            )
            switch outcome {
            case .finished(let value):
                observation.finished = value
                observation.outcome = [.init(kind: .finish, argument: LiteralWriter.text(value))]
            case .completed: observation.outcome = [.init(kind: .done)]
            case .failed(let value):
                observation.outcome = [.init(kind: .fail, argument: LiteralWriter.text(value))]
            }
        } catch {
            observation.outcome = [.init(kind: .error, diagnostic: error.diagnostic)]
        }
        observation.asked = simulation.log
        observation.reads = log.take()
        observation.observed = observed
        observation.prints = prints
        observation.printTexts = prints.map { $0.printText(given.budget) }
    }

    /// The variables; data that stays with its host is read.
    private var variables: Record { Record(session.variables.map { ($0.key, $0.value.withoutProjections) }) }

    private var mock: MockHost {
        var mock = given.host
        mock.environment = environment
        return mock
    }

    private func bindings() throws(DirectiveError) -> ProjectedBindings {
        var bindings = ProjectedBindings(catalog: given.catalog)
        do throws(BindingError) {
            for (name, value) in given.bindings {
                // Only agents bind what was said before; cases may say what it is.
                if name == ProjectedBindings.history {
                    try bindings.bindReserved(name, value)
                } else {
                    try bindings.bind(name, value)
                }
            }
            for (name, projection) in projections { try bindings.bind(name, .projection(projection)) }
        } catch {
            throw DirectiveError(error.message)
        }
        return bindings
    }
}
