/// The variables of a run that are bindings.
final class RunBindings {
    /// Their numbers.
    var numbers: Set<Int> = []
    /// The values that others share, which live as long as the run.
    var frozen: [FrozenValue] = []
    /// Why one of them could not be made.
    var failure: Failure?
}

// What happens to variables when a run begins and ends.
extension Execution {
    /// Whether all variables lie side by side, where operands can name them, and none of them is a binding.
    private var hasPlainVariables: Bool { bindings == nil && unit.layout.variables == unit.layout.nearVariables }

    /// Moves the variables of the session into registers, where it has those of the program and no others; says `false`,
    /// and moves nothing, where it has others.
    func takeAllVariables() -> Bool {
        hasPlainVariables && store.takeAll(unit.names, into: registers)
    }

    func takeVariables(besides bindings: [(name: String, value: BoundValue)]) {
        if !store.names.isEmpty {
            for (number, name) in unit.variables.enumerated() {
                registers[unit.layout.placeOfVariable(number)] = store.take(name)
            }
        }
        for binding in bindings {
            binding.value.beginReceipt(binding.name, heap)
            guard let number = unit.names.position(of: binding.name) else { continue }
            // A variable of the name of a binding is gone for programs that mention it.
            heap.store(.unset, into: registers + unit.layout.placeOfVariable(number))
            bind(number, to: binding.value)
        }
    }

    private var madeBindings: RunBindings {
        if let bindings { return bindings }
        let made = RunBindings()
        bindings = made
        return made
    }

    /// Makes a variable that has no value a binding.
    func bind(_ variable: Int, to value: BoundValue) {
        switch value {
        case .frozen(let frozen):
            registers[unit.layout.placeOfVariable(variable)] = frozen.root
            madeBindings.frozen.append(frozen)
            madeBindings.numbers.insert(variable)
            if frozen.mayHoldHandles { heap.storage.pointee.mayHoldHandles = true }
        case .made(let value):
            do throws(Failure) { bind(variable, toOwned: try heap.make(value)) } catch {
                bind(variable, toOwned: .null)
                madeBindings.failure = error
            }
        }
    }

    /// Makes a variable that has no value a binding of its own.
    func bind(_ variable: Int, toOwned value: Tagged) {
        registers[unit.layout.placeOfVariable(variable)] = value
        madeBindings.numbers.insert(variable)
        if value.isProjection { heap.projectionReader.register(value.object) }
    }

    // MARK: The end

    /// Gives variables back to the session.
    func giveBackVariables() {
        let layout = unit.layout
        if hasPlainVariables {
            let variables = UnsafeMutableBufferPointer(start: registers, count: layout.variables)
            if store.adopt(unit.names, UnsafeBufferPointer(variables)) {
                variables.update(repeating: .unset)
                return
            }
        }
        let bound = bound
        for (number, name) in unit.variables.enumerated() where !bound.contains(number) {
            let slot = registers + layout.placeOfVariable(number)
            store.put(slot.pointee, as: name)
            slot.pointee = .unset
        }
    }

    // MARK: A look from outside

    /// The value that a variable would have if the run ended now, borrowed; `nil` for a name that the program does not
    /// mention.
    func variable(named name: String) -> Tagged? {
        guard let number = unit.names.position(of: name) else { return nil }
        if bound.contains(number) { return .unset }
        let place = unit.layout.placeOfVariable(number)
        // The outermost loop has the value from before all of them.
        let loop = rootFrame.openRestores.last { $0.variable == place }
        return registers[loop?.saved ?? place].borrowed
    }

    /// The variables that the run assigned and its session does not know yet, in the order in which it will.
    var newVariables: [String] {
        let bound = bound
        return unit.variables.enumerated().filter { !bound.contains($0) && !store.knows($1) }.map(\.element)
    }
}
