import LashLinker

/// A builtin at run time: the arguments are borrowed, the result is owned. The number of arguments is right.
typealias BuiltinFunction = @Sendable (Heap, SlotPointer, Int) throws(Failure) -> Tagged

extension Builtin {
    /// The functions, by raw value.
    static let functions: [BuiltinFunction] = allCases.map(\.function)

    private var function: BuiltinFunction {
        switch self {
        case .len: { heap, args, _ throws(Failure) in Tagged(Double(try heap.length(args, .len))) }
        case .empty: { heap, args, _ throws(Failure) in Tagged(try heap.length(args, .empty) == 0) }
        case .keys: { heap, args, _ throws(Failure) in try heap.keys(args.pointee) }
        case .values: { heap, args, _ throws(Failure) in try heap.values(args.pointee) }
        case .trim: { heap, args, _ throws(Failure) in try heap.trim(args) }
        case .toString: { heap, args, _ throws(Failure) in try heap.stringify(args) }
        case .toInt: { heap, args, _ throws(Failure) in Tagged(try heap.number(args).rounded(.towardZero)) }
        case .toFloat: { heap, args, _ throws(Failure) in Tagged(try heap.number(args)) }
        case .jsonParse: { heap, args, _ throws(Failure) in try heap.jsonParse(args) }
        case .contains: { heap, args, _ throws(Failure) in Tagged(try heap.contains(args, args + 1)) }
        case .find: { heap, args, count throws(Failure) in try heap.find(args, count) }
        case .grepText: { heap, args, _ throws(Failure) in try heap.grep(args) }
        case .startsWith: { heap, args, _ throws(Failure) in Tagged(try heap.hasAffix(args, atEnd: false)) }
        case .endsWith: { heap, args, _ throws(Failure) in Tagged(try heap.hasAffix(args, atEnd: true)) }
        case .split: { heap, args, _ throws(Failure) in try heap.split(args) }
        case .join: { heap, args, _ throws(Failure) in try heap.join(args) }
        case .validate: { heap, args, _ throws(Failure) in try heap.validate(args) }
        case .ceilDiv: { heap, args, _ throws(Failure) in try heap.quotient(.ceilDiv, args, .up) }
        case .floorDiv: { heap, args, _ throws(Failure) in try heap.quotient(.floorDiv, args, .down) }
        case .push: { heap, args, _ throws(Failure) in try heap.push(args) }
        case .slice: { heap, args, _ throws(Failure) in try heap.slice(args) }
        case .range: { heap, args, count throws(Failure) in try heap.range(args, count) }
        case .format: { heap, args, count throws(Failure) in try heap.format(args, count) }
        case .sort: { heap, args, count throws(Failure) in try heap.sort(args, count) }
        case .sortBy: { heap, args, count throws(Failure) in try heap.sortBy(args, count) }
        case .sum: { heap, args, _ throws(Failure) in try heap.sum(args) }
        case .min: { heap, args, count throws(Failure) in try heap.extreme(args, count, .min) }
        case .max: { heap, args, count throws(Failure) in try heap.extreme(args, count, .max) }
        case .replace: { heap, args, _ throws(Failure) in try heap.replace(args) }
        case .lower: { heap, args, _ throws(Failure) in try heap.changeCase(args, .lower) }
        case .upper: { heap, args, _ throws(Failure) in try heap.changeCase(args, .upper) }
        case .unique: { heap, args, _ throws(Failure) in try heap.unique(args) }
        case .reverse: { heap, args, _ throws(Failure) in try heap.reverse(args) }
        }
    }
}

extension Heap {
    /// Calls a builtin; the result is owned.
    func call(_ builtin: Builtin, _ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        if let failure = Failure.arity(builtin, count) { throw failure }
        return try Builtin.functions[Int(builtin.rawValue)](self, args, count)
    }
}
