import LashLinker

/// The most numbers of one range.
let maximumRange = 1_000_000

extension Heap {
    /// The numbers that `range` with these arguments goes through.
    func rangeBounds(_ args: SlotPointer, _ count: Int) throws(Failure) -> (start: Double, step: Double, count: Int) {
        if let failure = Failure.arity(.range, count) { throw failure }
        let first = try rangeBound(args[0])
        let start = count == 1 ? 0 : first
        let end = count == 1 ? first : try rangeBound(args[1])
        let step = count == 3 ? try rangeBound(args[2]) : 1
        if step == 0 { throw .rangeStep }
        guard step > 0 ? start < end : start > end else { return (Double(start), Double(step), 0) }
        // The distance fits into 64 bits without a sign.
        let distance = UInt64(bitPattern: step > 0 ? end &- start : start &- end)
        let steps = (distance - 1) / step.magnitude
        if steps >= maximumRange { throw .rangeTooLong(maximumRange) }
        return (Double(start), Double(step), Int(steps) + 1)
    }

    private func rangeBound(_ value: Tagged) throws(Failure) -> Int64 {
        guard value.isNumber, let bound = Int64(exactly: value.number) else { throw .rangeBounds(value) }
        return bound
    }

    func range(_ args: SlotPointer, _ count: Int) throws(Failure) -> Tagged {
        let bounds = try rangeBounds(args, count)
        try requireElements(bounds.count)
        try pay(bounds.count)
        let list = makeSequence(.list, capacity: bounds.count)
        let elements = list.elements
        for i in 0..<bounds.count { elements[i] = Tagged(bounds.start + Double(i) * bounds.step) }
        list.setCount(bounds.count)
        return Tagged(.list, list)
    }

    func push(_ args: SlotPointer) throws(Failure) -> Tagged {
        guard args.pointee.isList else { throw .wrongKind(.push) }
        let list = args.pointee.object
        try checkNesting(of: args[1], below: 1)
        return try appending(owned(args[1]), to: list)
    }

    /// A list with one element more; takes the element, which is owned.
    func appending(_ element: Tagged, to list: Object) throws(Failure) -> Tagged {
        let longer: Object
        do { longer = try copySequence(list, range: 0..<list.count, kind: .list, capacity: list.count + 1) } catch {
            release(element)
            throw error
        }
        appendWithinCapacity(element, to: longer)
        return Tagged(.list, longer)
    }

    func slice(_ args: SlotPointer) throws(Failure) -> Tagged {
        let first = try sliceBound(args + 1)
        let last = try sliceBound(args + 2)
        let value = args.pointee
        guard value.isString || value.isSequence else { throw .wrongKind(.slice) }
        let count = try length(args)
        let lower = Self.clamp(first ?? 0, count)
        let upper = max(lower, Self.clamp(last ?? Double(count), count))
        if lower == 0 && upper == count { return owned(value) }
        if value.isString {
            let text = TextView(args)
            let start = byteOffset(ofCodePoint: lower, in: args)
            let end = upper == count ? text.count : byteOffset(ofCodePoint: upper, in: args)
            return try makeText(TextView(start: text.start + start, count: end - start, isASCII: text.isASCII))
        }
        return Tagged(value.kind, try copySequence(value.object, range: lower..<upper, kind: value.kind, capacity: 0))
    }

    /// A bound; `nil` is open.
    func sliceBound(_ slot: UnsafePointer<Tagged>) throws(Failure) -> Double? {
        slot.pointee.isNull ? nil : try wholeNumber(slot)
    }

    /// Negative bounds count from the end; all stay within.
    private static func clamp(_ bound: Double, _ count: Int) -> Int {
        let place = bound < 0 ? bound + Double(count) : bound
        return place <= 0 ? 0 : place >= Double(count) ? count : Int(place)
    }

    /// A quotient rounded to a whole number.
    func quotient(
        _ builtin: Builtin,
        _ args: SlotPointer,
        _ rule: FloatingPointRoundingRule
    ) throws(Failure) -> Tagged {
        let dividend = try wholePart(builtin, "dividend", args[0])
        let divisor = try wholePart(builtin, "divisor", args[1])
        if divisor == 0 { throw .zeroDivisor(builtin) }
        return Tagged((dividend / divisor).rounded(rule))
    }

    private func wholePart(_ builtin: Builtin, _ part: String, _ value: Tagged) throws(Failure) -> Double {
        guard value.isNumber, value.number.isFinite, value.number.rounded(.towardZero) == value.number else {
            throw .notDivisible(builtin, part, value)
        }
        return value.number
    }
}
