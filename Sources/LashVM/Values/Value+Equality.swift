internal import LashSyntax

extension Value {
    /// Equality as in the language. Takes time and memory linear in what the two are made of, also where parts are
    /// shared very many times, and no native recursion.
    public static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let a), .bool(let b)): a == b
        case (.number(let a), .number(let b)): a == b
        case (.string(let a), .string(let b)): ExactText(a) == ExactText(b)
        case (.image(let a), .image(let b)): a == b
        case (.resource(let a), .resource(let b)): a == b
        case (.projection(let a), .projection(let b)): a.descriptor === b.descriptor
        case (.list, .list), (.tuple, .tuple), (.record, .record): ValueComparison.areEqual(left, right)
        default: false
        }
    }
}

/// Compares values level by level. The first difference ends it, so whatever has been looked at is equal so far: after
/// some work, pairs of parts that could multiply it are remembered by where they lie, and not looked at again.
private struct ValueComparison {
    private enum Level {
        case elements([Value], [Value], next: Int)
        case fields(Record, Record, next: Int)
    }

    private struct Pair: Hashable {
        var left: UnsafeRawPointer
        var right: UnsafeRawPointer
    }

    private var open: [Level] = []
    private var seen: Set<Pair> = []
    private var compared = 0
    private static let remembersAfter = 10_000

    static func areEqual(_ left: Value, _ right: Value) -> Bool {
        var comparison = ValueComparison()
        return comparison.begin(left, right) && comparison.finish()
    }

    private mutating func finish() -> Bool {
        while let level = open.popLast() {
            let below = open.count
            switch level {
            case .elements(let left, let right, var next):
                while next < left.count, open.count == below {
                    if !begin(left[next], right[next]) { return false }
                    next += 1
                }
                if next < left.count { open.insert(.elements(left, right, next: next), at: below) }
            case .fields(let left, let right, var next):
                while next < left.count, open.count == below {
                    let (key, value) = left[next]
                    // Mostly the keys have the same order.
                    guard let other = right.value(of: key, near: next) else { return false }
                    if !begin(value, other) { return false }
                    next += 1
                }
                if next < left.count { open.insert(.fields(left, right, next: next), at: below) }
            }
        }
        return true
    }

    /// Compares what has no parts; goes down into what has. `false` is a difference.
    private mutating func begin(_ left: Value, _ right: Value) -> Bool {
        compared += 1
        switch (left, right) {
        case (.list(let a), .list(let b)), (.tuple(let a), .tuple(let b)):
            if a.count != b.count { return false }
            if isNew(a.place, b.place, a) { open.append(.elements(a, b, next: 0)) }
            return true
        case (.record(let a), .record(let b)):
            if a.count != b.count { return false }
            if isNew(a.place, b.place, a.lazy.map(\.value)) { open.append(.fields(a, b, next: 0)) }
            return true
        default: return left == right
        }
    }

    /// Whether a pair has to be looked at. Only what has two containers inside, or is long, can multiply the work.
    private mutating func isNew(
        _ left: UnsafeRawPointer?,
        _ right: UnsafeRawPointer?,
        _ parts: some Collection<Value>
    ) -> Bool {
        guard compared > Self.remembersAfter, let left, let right else { return true }
        if parts.count <= 16 && parts.lazy.filter(\.isContainer).prefix(2).count < 2 { return true }
        return seen.insert(Pair(left: left, right: right)).inserted
    }
}

extension Value {
    fileprivate var isContainer: Bool {
        switch self {
        case .list, .tuple, .record: true
        default: false
        }
    }
}

extension [Value] {
    /// Where the elements lie: copies that were not changed since lie at the same place.
    var place: UnsafeRawPointer? { withUnsafeBufferPointer { UnsafeRawPointer($0.baseAddress) } }
}
