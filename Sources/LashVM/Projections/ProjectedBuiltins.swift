internal import LashLinker

extension Heap {
    /// Whether a builtin has to look behind one of its arguments.
    func needsLowering(_ args: SlotPointer, _ count: Int) -> Bool {
        for i in 0..<count where args[i].mayHoldProjections { return true }
        return false
    }

    /// Calls a builtin with arguments that are, or hold, projections; the result is owned.
    func callProjected(_ builtin: Builtin, _ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        if let failure = Failure.arity(builtin, count) { throw failure }
        switch builtin {
        case .len, .empty, .keys, .values:
            guard args.pointee.isProjection else { return try call(builtin, args, count) }
            return try measure(builtin, args.pointee.object)
        case .trim, .toInt, .toFloat, .jsonParse, .find, .grepText, .startsWith, .endsWith, .split:
            return try withLowered(args, count, form(of: builtin)) { args throws(Failure) in
                try callText(builtin, args, count)
            }
        case .contains:
            return try withLowered(
                args,
                count,
                { value, i throws(Failure) in
                    i == 0 && value.isProjection ? owned(value) : try lowered(value)
                }
            ) { args throws(Failure) in
                guard args.pointee.isProjection else { return try call(builtin, args, count) }
                return try contains(args.pointee.object, args)
            }
        case .join:
            return try withLowered(
                args,
                count,
                { value, i throws(Failure) in
                    if i == 1 { return try loweredScalar(value) }
                    return value.isProjection ? owned(value) : try lowered(value)
                }
            ) { args throws(Failure) in try joinProjected(args) }
        case .slice:
            return try withLowered(
                args,
                count,
                { value, i throws(Failure) in
                    i == 0 ? owned(value) : try bound(value)
                }
            ) { args throws(Failure) in try sliceProjected(args) }
        case .push:
            return try withLowered(
                args,
                count,
                { value, i throws(Failure) in
                    i == 0 ? try loweredAtTop(value) : owned(value)
                }
            ) { args throws(Failure) in try call(builtin, args, count) }
        case .range, .ceilDiv, .floorDiv:
            return try withLowered(args, count, { value, _ throws(Failure) in try bound(value) }) {
                args throws(Failure) in
                try call(builtin, args, count)
            }
        default: return try callLowered(builtin, args, count)
        }
    }

    /// Calls a builtin with the values behind all projections.
    private func callLowered(_ builtin: Builtin, _ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        try withLowered(args, count, { value, _ throws(Failure) in try lowered(value) }) { args throws(Failure) in
            try call(builtin, args, count)
        }
    }

    /// A bound of `slice` or `range`; owned.
    func bound(_ value: Tagged) throws(Failure) -> Tagged {
        if value.isProjection, value.object.cached.isUnset, value.object.descriptor.kind == .number,
            case .value(.number(let number)) = try ask(value.object, .bound)
        {
            return Tagged(number)
        }
        return try loweredScalar(value)
    }

    // MARK: Sizes

    private func measure(_ builtin: Builtin, _ object: Object) throws(Failure) -> Tagged {
        if object.cached.isUnset, let answer = try measureUnread(builtin, object) { return answer }
        return try withUnsafeTemporaryAllocation(of: Tagged.self, capacity: 1) { slot throws(Failure) in
            // One value has room.
            let place = slot.baseAddress.unsafelyUnwrapped
            place.pointee = try materialized(object)
            return try call(builtin, place, 1)
        }
    }

    /// The answer of the descriptor, `nil` where it leaves that to the value.
    private func measureUnread(_ builtin: Builtin, _ object: Object) throws(Failure) -> Tagged? {
        let kind = try kind(of: object)
        switch (builtin, kind) {
        case (_, .unknown), (_, .null): return nil
        case (.len, .string), (.len, .list), (.len, .tuple), (.len, .record):
            return try count(object, .length).map { Tagged(Double($0)) }
        case (.empty, .string), (.empty, .list), (.empty, .tuple), (.empty, .record):
            if let isEmpty = try boolean(object, .isEmpty) { return Tagged(isEmpty) }
            return try count(object, .length).map { Tagged($0 == 0) }
        case (.keys, .record): return try list(object, .keys)
        case (.values, .record): return try list(object, .values)
        default: throw .wrongKind(builtin)
        }
    }

    /// A list as an answer, which may be a projection; owned. `nil` where the question is left unanswered.
    private func list(_ object: Object, _ question: ProjectionQuestion) throws(Failure) -> Tagged? {
        try answer(object, question, step: .null) { $0.isProjection ? $0.object.descriptor.kind == .list : $0.isList }
    }

    /// An answer that must be of some kind; owned. `nil` where the question is left unanswered.
    private func answer(
        _ object: Object,
        _ question: ProjectionQuestion,
        step: @autoclosure () -> Tagged,
        _ isFit: (Tagged) -> Bool
    ) throws(Failure) -> Tagged? {
        let answer = try ask(object, question)
        if case .unanswered = answer { return nil }
        let value = try value(of: answer, from: object, step: step())
        if isFit(value) { return value }
        release(value)
        throw Self.failure(of: object, "its answer is of a wrong kind")
    }

    // MARK: Text

    /// What builtins that take text make of their arguments: the first stays what it is where it is text.
    private func form(of builtin: Builtin) -> (Tagged, Int) throws(Failure) -> Tagged {
        { value, i throws(Failure) in
            if i == 0, value.isProjection, value.object.cached.isUnset, try kind(of: value.object) == .string {
                return owned(value)
            }
            return try loweredScalar(value)
        }
    }

    private func callText(_ builtin: Builtin, _ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        guard args.pointee.isProjection else { return try call(builtin, args, count) }
        let object = args.pointee.object
        if let answer = try askText(builtin, object, args, count) { return answer }
        store(owned(try materialized(object)), into: args)
        return try call(builtin, args, count)
    }

    /// The answer of the descriptor of a text, `nil` where it leaves that to the value.
    private func askText(
        _ builtin: Builtin,
        _ object: Object,
        _ args: SlotPointer,
        _ count: Int
    ) throws(Failure) -> Tagged? {
        func isText(_ value: Tagged) -> Bool {
            value.isProjection ? value.object.descriptor.kind == .string : value.isString
        }
        func isList(_ value: Tagged) -> Bool {
            value.isProjection ? value.object.descriptor.kind == .list : value.isList
        }
        switch builtin {
        case .trim: return try answer(object, .trim, step: .null, isText)
        case .jsonParse: return try answer(object, .json, step: .null) { _ in true }
        case .toInt, .toFloat:
            guard let number = try answer(object, .number, step: .null, \.isNumber) else { return nil }
            return builtin == .toInt ? Tagged(number.number.rounded(.towardZero)) : number
        case .find:
            var start = 0.0
            if count == 3 {
                start = try number(args + 2)
                if !(start.isFinite && start >= 0 && start.rounded(.towardZero) == start) { throw .badFindStart }
            }
            let part = try text(args + 1)
            guard start <= Double(1 << 53) else { return .null }
            return try answer(object, .find(part, from: Int(start)), step: .null) { $0.isNumber || $0.isNull }
        case .grepText:
            let part = try text(args + 1)
            if part.isEmpty { throw .emptyNeedle }
            return try answer(object, .grep(part), step: .null, isList)
        case .startsWith: return try boolean(object, .hasPrefix(try text(args + 1))).map { Tagged($0) }
        case .endsWith: return try boolean(object, .hasSuffix(try text(args + 1))).map { Tagged($0) }
        default: return try answer(object, .split(try text(args + 1)), step: .null, isList)
        }
    }

    /// A scalar as text of the host.
    private func text(_ slot: UnsafePointer<Tagged>) throws(Failure) -> String {
        try withTexts(slot, 1) { text throws(Failure) in TextView(text).string }
    }

    // MARK: Containers

    /// `needle in haystack`
    func isMemberProjected(_ needle: SlotPointer, _ haystack: SlotPointer) throws(Failure) -> Bool {
        var kind = haystack.pointee.kindName
        if haystack.pointee.isProjection { kind = try self.kind(of: haystack.pointee.object).rawValue }
        switch kind {
        case "string", "record": if try !isText(needle.pointee) { throw .notAMembership }
        case "list", "tuple", "null": break
        default: throw .notAMembership
        }
        var args = Stack<Tagged>(capacity: 2)
        defer { args.deallocate() }
        args.push(haystack.pointee.borrowed)
        args.push(needle.pointee.borrowed)
        return try callAny(.contains, args.base, 2).bool
    }

    private func contains(_ object: Object, _ args: SlotPointer) throws(Failure) -> Tagged {
        if object.cached.isUnset {
            switch try kind(of: object) {
            case .string:
                let part = try text(args + 1)
                if let answer = try boolean(object, .contains(.string(part))) { return Tagged(answer) }
                if let place = try answer(object, .find(part, from: 0), step: .null, { $0.isNumber || $0.isNull }) {
                    return Tagged(place.isNumber)
                }
            case .list, .tuple:
                if let answer = try boolean(object, .contains(try hostValue(args + 1))) { return Tagged(answer) }
                var isFound = false
                let isKnown = try forEachElement(of: object) { element throws(Failure) in
                    try pay(1)
                    isFound = try equalProjected(element.pointee, args[1])
                    return isFound
                }
                if isKnown { return Tagged(isFound) }
            case .record:
                let key = try text(args + 1)
                if let answer = try boolean(object, .contains(.string(key))) { return Tagged(answer) }
            case .null: return Tagged(false)
            case .bool, .number: throw .wrongKind(.contains)
            case .unknown: break
            }
        }
        let whole = try lowered(args.pointee)
        store(whole, into: args)
        return try call(.contains, args, 2)
    }

    private func joinProjected(_ args: SlotPointer) throws(Failure) -> Tagged {
        if args.pointee.isProjection, args.pointee.object.cached.isUnset {
            let object = args.pointee.object
            let kind = try kind(of: object)
            guard kind == .list || kind == .tuple || kind == .unknown else { throw .wrongKind(.join) }
            if kind != .unknown {
                let separator = try text(args + 1)
                if let joined = try answer(object, .join(separator), step: .null, \.isString) { return joined }
            }
        }
        try lower(args)
        return try call(.join, args, 2)
    }

    private func sliceProjected(_ args: SlotPointer) throws(Failure) -> Tagged {
        guard args.pointee.isProjection, args.pointee.object.cached.isUnset else {
            store(try loweredAtTop(args.pointee), into: args)
            return try call(.slice, args, 3)
        }
        let object = args.pointee.object
        let kind = try kind(of: object)
        if kind == .string || kind == .list || kind == .tuple {
            if let part = try slice(object, kind, try sliceBound(args + 1), try sliceBound(args + 2)) { return part }
        }
        store(try loweredScalarUnlessSliced(args.pointee, kind), into: args)
        return try call(.slice, args, 3)
    }

    /// What has no slices need not be read to say so.
    private func loweredScalarUnlessSliced(_ value: Tagged, _ kind: ProjectionKind) throws(Failure) -> Tagged {
        kind == .record ? try loweredScalar(value) : try loweredAtTop(value)
    }

    private func slice(
        _ object: Object,
        _ kind: ProjectionKind,
        _ first: Double?,
        _ last: Double?
    ) throws(Failure) -> Tagged? {
        func place(_ bound: Double?) -> Int? { bound.map { Int($0.clamped(to: Double(1 << 53))) } }
        var (lower, upper) = (place(first), place(last))
        if lower ?? 0 == 0, upper == nil { return owned(Tagged(.projection, object)) }
        var answer = try ask(object, .slice(lower, upper))
        if case .unanswered = answer, (lower ?? 0) < 0 || (upper ?? 0) < 0, let length = try count(object, .length) {
            func fromStart(_ bound: Int?) -> Int? { bound.map { $0 < 0 ? max(0, $0 + length) : $0 } }
            (lower, upper) = (fromStart(lower), fromStart(upper))
            answer = try ask(object, .slice(lower, upper))
        }
        if case .unanswered = answer { return nil }
        let part = try value(of: answer, from: object, step: sliceStep(lower, upper))
        let name = part.isProjection ? part.object.descriptor.kind.rawValue : part.kindName
        if name == kind.rawValue { return part }
        release(part)
        throw Self.failure(of: object, "its answer is of a wrong kind")
    }

    private func sliceStep(_ lower: Int?, _ upper: Int?) -> Tagged {
        let step = makeSequence(.list, capacity: 2)
        for bound in [lower, upper] { appendWithinCapacity(bound.map { Tagged(Double($0)) } ?? .null, to: step) }
        return Tagged(.list, step)
    }
}

extension Double {
    fileprivate func clamped(to limit: Double) -> Double { Swift.max(-limit, Swift.min(limit, self)) }
}
