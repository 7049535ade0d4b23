#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The remainder with the sign of the dividend, as C's `fmod` gives it.
@inline(__always) func remainder(_ a: Double, _ b: Double) -> Double {
    // A remainder of zero has the sign of the dividend, which integers cannot say: -0 goes the long way.
    if let x = plainInt32(a), let y = plainInt32(b), x > 0, y > 0 {
        return Double(UInt32(bitPattern: x) % UInt32(bitPattern: y))
    }
    return a.bitPattern == 0 && b > 0 ? 0 : slowRemainder(a, b)
}

/// Whole numbers are divided as such, which takes a tenth of the time.
@inline(never) private func slowRemainder(_ a: Double, _ b: Double) -> Double {
    let exact = 9_007_199_254_740_992.0
    if a > 0, b > 0, a <= exact, b <= exact {
        let (x, y) = (UInt64(a), UInt64(b))
        if Double(x) == a && Double(y) == b { return Double(x % y) }
    }
    return fmod(a, b)
}

/// How two values compare; `unordered` where one is NaN.
enum Ordering {
    case less, equal, greater, unordered

    @inline(__always) init(_ a: Double, _ b: Double) {
        self = a < b ? .less : a > b ? .greater : a == b ? .equal : .unordered
    }
}

extension Heap {
    /// Both operands as numbers, the left one first.
    @inline(__always) func numbers(
        _ left: UnsafePointer<Tagged>,
        _ right: UnsafePointer<Tagged>
    ) throws(Failure) -> (Double, Double) {
        let a = try number(left)
        return (a, try number(right))
    }

    func subtract(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        let (a, b) = try numbers(left, right)
        return Tagged(a - b)
    }

    func multiply(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        let (a, b) = try numbers(left, right)
        return Tagged(a * b)
    }

    func divide(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        let (a, b) = try numbers(left, right)
        return Tagged(a / b)
    }

    func modulo(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        let (a, b) = try numbers(left, right)
        return Tagged(remainder(a, b))
    }

    func negate(_ operand: UnsafePointer<Tagged>) throws(Failure) -> Tagged { Tagged(-(try number(operand))) }

    /// Strings compare by their bytes, which is by code point; anything else as numbers.
    func compare(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) throws(Failure) -> Ordering {
        if left.pointee.isString && right.pointee.isString {
            let a = TextView(left), b = TextView(right)
            let order = try order(a.start, b.start, min(a.count, b.count))
            if order != 0 { return order < 0 ? .less : .greater }
            return a.count < b.count ? .less : a.count > b.count ? .greater : .equal
        }
        let (a, b) = try numbers(left, right)
        return Ordering(a, b)
    }

    /// `+`; owned.
    func add(_ left: UnsafePointer<Tagged>, _ right: UnsafePointer<Tagged>) throws(Failure) -> Tagged {
        let a = left.pointee, b = right.pointee
        if Tagged.areNumbers(a, b) { return Tagged(a.number + b.number) }
        if a.isString && b.isString { return try concatenate(TextView(left), TextView(right)) }
        if a.isString || b.isString {
            return try withScratch { buffer throws(Failure) in
                try append(left, .plain, to: &buffer)
                try append(right, .plain, to: &buffer)
                return makeString(taking: &buffer)
            }
        }
        if a.isSequence && b.isSequence {
            if a.kind != b.kind { throw .cannotConcatenate() }
            return try concatenate(a, b)
        }
        let (x, y) = try numbers(left, right)
        return Tagged(x + y)
    }

    private func concatenate(_ a: TextView, _ b: TextView) throws(Failure) -> Tagged {
        let count = a.count + b.count
        if count <= Tagged.shortCapacity {
            return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Tagged.shortCapacity) { joined in
                // Fourteen bytes are not nothing, so there is a base.
                let start = joined.baseAddress.unsafelyUnwrapped
                copyBytes(from: a.start, to: start, a.count)
                copyBytes(from: b.start, to: start + a.count, b.count)
                return Tagged(short: start, count: count)
            }
        }
        try requireText(count)
        let object = makeStringObject(count: count)
        do throws(Failure) {
            try copy(a, to: object.bytes)
            try copy(b, to: object.bytes + a.count)
        } catch {
            release(object)
            throw error
        }
        if a.isASCII && b.isASCII { object.setFlag(ObjectFlag.ascii) }
        return Tagged(.string, object)
    }

    private func concatenate(_ a: Tagged, _ b: Tagged) throws(Failure) -> Tagged {
        let left = a.object, right = b.object
        let joined = try copySequence(
            left,
            range: 0..<left.count,
            kind: a.kind,
            capacity: left.count + right.count
        )
        do { try appendElements(of: right, range: 0..<right.count, to: joined) } catch {
            release(joined)
            throw error
        }
        return Tagged(a.kind, joined)
    }

    /// `slot = slot + value` where the slot owns a string object alone: grows it in place. `false`, with nothing done,
    /// where it does not.
    func appendText(_ value: UnsafePointer<Tagged>, to slot: SlotPointer) throws(Failure) -> Bool {
        let target = slot.pointee
        guard target.isOwnedObject, target.isString, target.object.isUnique else { return false }
        // The bytes of text that is appended to itself would move while they are copied.
        if value.pointee.bits == target.bits && value.pointee.isObject { return false }
        if value.pointee.isString {
            let text = TextView(value)
            try requireGrowth(of: target.object, by: text.count)
            try append(text, to: slot)
        } else {
            try withScratch { buffer throws(Failure) in
                try append(value, .plain, to: &buffer)
                try requireGrowth(of: target.object, by: buffer.count)
                try append(buffer.view, to: slot)
            }
        }
        return true
    }

    /// `slot = slot + value` where the slot owns a list or tuple alone and the value is of the same kind: appends in
    /// place. `false`, with nothing done, where it does not.
    func appendElements(_ value: Tagged, to slot: SlotPointer) throws(Failure) -> Bool {
        let target = slot.pointee
        guard target.isOwnedObject, target.isSequence, target.object.isUnique, value.kind == target.kind else {
            return false
        }
        let source = value.object
        let added = source.count
        let before = target.object.count
        if before + added > target.object.capacity { try requireElements((before + added) * 2) }
        reserve(added, in: slot)
        let grown = slot.pointee.object
        // Where a value is appended to itself, the object may have moved.
        do { try appendElements(of: source == target.object ? grown : source, range: 0..<added, to: grown) } catch {
            for i in before..<grown.count { release(grown.elements[i]) }
            grown.setCount(before)
            throw error
        }
        return true
    }

    @inline(__always) private func requireGrowth(of object: Object, by more: Int) throws(Failure) {
        let count = object.count + more
        if count > object.capacity { try requireText(count) }
    }
}
