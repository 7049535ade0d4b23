import LashLinker

/// Every message of a run-time error, once. Names in messages are those of the language.
extension Failure {
    // MARK: Names

    static func unknownName(_ name: String) -> Failure { Failure(.unknownName, "unknown name `\(name)`") }

    static func outsideProcess(_ keyword: String) -> Failure {
        Failure(.outsideProcess, "`\(keyword)` can only be used inside a process body")
    }

    // MARK: Operands

    /// A value of a kind that is never a number.
    static func expectedNumber(_ got: Tagged) -> Failure {
        Failure(.expectedNumber, "expected a number, got \(got.kindName)")
    }

    /// Text that does not spell a number.
    static var notNumeric: Failure { Failure(.expectedNumber, "expected a number") }

    static func expectedText(_ got: Tagged) -> Failure {
        Failure(.expectedText, "expected text, got \(got.kindName)")
    }

    static func cannotConcatenate() -> Failure {
        Failure(.cannotConcatenate, "can't concatenate list and tuple")
    }

    // MARK: Reading

    static func cannotRead(_ field: Object, _ value: Tagged) -> Failure {
        Failure(.cannotRead, "can't read `.\(text(field))` from \(value.kindName)")
    }

    static func cannotIndex(_ value: Tagged) -> Failure {
        Failure(.cannotIndex, "can't index \(value.kindName)")
    }

    static var indexNotInteger: Failure { Failure(.indexNotInteger, "index must be an integer") }

    /// Null, booleans and empty text, which arithmetic takes for numbers but indexes do not.
    static func indexNotInteger(_ got: Tagged) -> Failure {
        Failure(.indexNotInteger, "index must be an integer, got \(got.isString ? "\"\"" : got.kindName)")
    }

    static var notIterable: Failure { Failure(.notIterable, "`for` expects a list or tuple") }

    // MARK: Assigning

    static func cannotAssignField(_ field: Object, _ value: Tagged) -> Failure {
        if value.kind == .image { return Failure(.immutable, "can't assign image fields; images are immutable") }
        return Failure(.cannotAssign, "can't assign `.\(text(field))` on \(value.kindName)")
    }

    static func cannotPassField(_ field: Object, _ value: Tagged) -> Failure {
        if value.kind == .image { return imagePassed }
        return Failure(.cannotAssign, "can't assign through `.\(text(field))` on \(value.kindName)")
    }

    static func cannotAssignIndex(_ value: Tagged) -> Failure {
        switch value.kind {
        case .tuple: Failure(.immutable, "can't assign tuple indexes; tuples are immutable")
        case .image: Failure(.immutable, "can't assign image fields; images are immutable")
        default: Failure(.cannotAssign, "can't assign index on \(value.kindName)")
        }
    }

    static func cannotPassIndex(_ value: Tagged) -> Failure {
        switch value.kind {
        case .tuple: Failure(.immutable, "can't assign through tuple indexes; tuples are immutable")
        case .image: imagePassed
        default: Failure(.cannotAssign, "can't assign through index on \(value.kindName)")
        }
    }

    private static var imagePassed: Failure {
        Failure(.immutable, "can't assign through image fields; images are immutable")
    }

    static func missingField(_ field: Object) -> Failure {
        Failure(.missingStep, "can't assign through missing field `.\(text(field))`")
    }

    static func missingKey(_ key: String) -> Failure {
        Failure(.missingStep, "can't assign through missing key `\(key)`")
    }

    static var assignmentIndexNotInteger: Failure {
        Failure(.assignmentIndexNotInteger, "list assignment index must be an integer")
    }

    static var assignmentOutOfBounds: Failure {
        Failure(.assignmentOutOfBounds, "list assignment index out of bounds")
    }

    static func readOnly(_ name: String) -> Failure {
        Failure(.immutable, "`\(name)` is a read-only projected binding")
    }

    // MARK: Builtins

    /// The wrong number of arguments, if it is wrong.
    static func arity(_ builtin: Builtin, _ count: Int) -> Failure? {
        builtin.arityMessage(count: count).map { Failure(.wrongArity, $0) }
    }

    /// A first argument of a kind that the builtin does not take.
    static func wrongKind(_ builtin: Builtin) -> Failure {
        let wanted =
            switch builtin {
            case .len: "requires a string, tuple, list, record, or null; use `.size` for images"
            case .empty: "requires a string, tuple, list, record, or null"
            case .keys, .values: "requires a record or null"
            case .contains: "requires a string/string, tuple/value, list/value, record/key, or null/value pair"
            case .join: "requires a tuple or list as the first argument"
            case .push: "requires a list as the first argument"
            case .slice: "requires a string, tuple, or list"
            default: "cannot take such an argument"
            }
        return Failure(.wrongArgument, "`\(builtin.name)` \(wanted)")
    }

    static func notASequence(_ builtin: Builtin, _ got: Tagged) -> Failure {
        Failure(.wrongArgument, "`\(builtin.name)` requires a list or tuple, got \(got.kindName)")
    }

    static func notComparable(_ builtin: Builtin, _ item: Int, _ got: Tagged, _ first: Tagged) -> Failure {
        let message = "item \(item) (\(got.kindName)) is not comparable with item 0 (\(first.kindName))"
        return Failure(.wrongArgument, "`\(builtin.name)` \(message)")
    }

    static func emptyList(_ builtin: Builtin) -> Failure {
        Failure(.badArgument, "`\(builtin.name)` requires a non-empty list")
    }

    static func itemNotNumber(_ item: Int, _ got: Tagged) -> Failure {
        Failure(.wrongArgument, "`sum` item \(item) must be a number, got \(got.kindName)")
    }

    static func itemNotRecord(_ item: Int, _ got: Tagged) -> Failure {
        Failure(.wrongArgument, "`sort_by` item \(item) must be a record, got \(got.kindName)")
    }

    static func itemWithoutPath(_ item: Int, _ path: TextView) -> Failure {
        Failure(.badArgument, "`sort_by` item \(item) is missing field path `\(path.excerpt)`")
    }

    static func notAPath(_ got: Tagged) -> Failure {
        Failure(.wrongArgument, "`sort_by` field path must be text, got \(got.kindName)")
    }

    static var emptyPath: Failure { Failure(.badArgument, "`sort_by` field path must not be empty") }

    static func notText(_ builtin: Builtin, _ part: String, _ got: Tagged) -> Failure {
        Failure(.wrongArgument, "`\(builtin.name)` \(part) must be text, got \(got.kindName)")
    }

    /// Operands of `in` that do not go together.
    static var notAMembership: Failure {
        Failure(
            .wrongArgument,
            "`in` requires a string/string, tuple/value, list/value, record/key, or null/value pair"
        )
    }

    static var badFindStart: Failure {
        Failure(.badArgument, "`find` start must be a non-negative integer")
    }

    static var emptyNeedle: Failure { Failure(.badArgument, "`grep_text` needle must not be empty") }

    static func rangeBounds(_ got: Tagged) -> Failure {
        got.isNumber
            ? Failure(.badArgument, "`range` bounds must be finite integers")
            : Failure(.wrongArgument, "`range` bounds must be finite integers, got \(got.kindName)")
    }

    static var rangeStep: Failure { Failure(.badArgument, "`range` step must not be 0") }

    static func rangeTooLong(_ limit: Int) -> Failure {
        Failure(.badArgument, "`range` would create more than \(limit) items")
    }

    static func notDivisible(_ builtin: Builtin, _ part: String, _ got: Tagged) -> Failure {
        let message = "`\(builtin.name)` \(part) must be a finite integer"
        return got.isNumber
            ? Failure(.badArgument, message) : Failure(.wrongArgument, "\(message), got \(got.kindName)")
    }

    static func zeroDivisor(_ builtin: Builtin) -> Failure {
        Failure(.badArgument, "`\(builtin.name)` divisor must not be 0")
    }

    static func invalidJSON(_ message: String) -> Failure { Failure(.invalidJSON, "invalid json: \(message)") }

    // MARK: Templates

    static func templateKind(_ got: Tagged) -> Failure {
        Failure(.wrongArgument, "`format` template must be a string, got \(got.kindName)")
    }

    static var mixedSlots: Failure { Failure(.badFormat, "can't mix `{}` and indexed format placeholders") }
    static func slotOutOfRange(_ slot: String) -> Failure {
        Failure(.badFormat, "format slot `\(slot)` is out of range")
    }
    static func badSlot(_ slot: String) -> Failure { Failure(.badFormat, "bad format slot `\(slot)`") }
    static func unusedArgument(_ position: Int) -> Failure {
        Failure(.badFormat, "format argument `\(position)` is unused")
    }
    static var invalidPlaceholder: Failure { Failure(.badFormat, "invalid format placeholder") }
    static var unmatchedOpen: Failure { Failure(.badFormat, "unmatched `{` in format string") }
    static var unmatchedClose: Failure { Failure(.badFormat, "unmatched `}` in format string") }

    // MARK: Types

    static var validateWithoutType: Failure {
        Failure(.notAType, "`validate` requires a Type literal as the second argument")
    }

    static func notAType(_ name: String) -> Failure {
        Failure(.notAType, "`\(name)` is not a Type value (missing `$lash_type`)")
    }

    static func validation(_ message: String) -> Failure {
        Failure(.validationFailed, "validation failed: \(message)")
    }

    // MARK: Results

    static func notAResult(_ got: Tagged) -> Failure {
        Failure(.notAResult, "`?` expected a tool result wrapper, got \(got.kindName)")
    }

    static var resultWithoutOK: Failure {
        Failure(.notAResult, "`?` expected a tool result wrapper with boolean `ok`")
    }

    static var resultWithoutValue: Failure {
        Failure(.notAResult, "`?` found a successful tool result wrapper missing `value`")
    }

    static func unwrapped(_ error: String) -> Failure {
        Failure(.unwrappedFailure, "`?` unwrapped failed tool result: \(error)")
    }

    static func unwrappedOperation(_ error: String) -> Failure {
        Failure(.unwrappedFailure, "`?` unwrapped failed module operation: \(error)")
    }

    // MARK: Limits

    static var cancelled: Failure { Failure(.cancelled, "the run was cancelled") }

    static var interrupted: Failure {
        Failure(.cancelled, "the run was cancelled: another one began in its session")
    }

    static var tooDeep: Failure { Failure(.tooDeep, "value nests deeper than \(maximumDepth) levels") }

    static var frameLimit: Failure {
        Failure(.frameLimit, "lashlang frame depth limit of \(CallStack.limit) frames was exceeded")
    }

    static func fuelSpent(_ used: Int, of limit: Int) -> Failure {
        Failure(.fuelSpent, exceeded("fuel", used, limit, "units"))
    }

    /// With the bytes that were live, or would be, of this run; `others` have the rest of the limit.
    static func memoryLimit(_ wanted: Int, of limit: Int, besides others: Int) -> Failure {
        let (sum, overflow) = wanted.addingReportingOverflow(others)
        return memoryLimit(overflow ? .max : sum, of: limit + others)
    }

    /// With the bytes that were live, or would be.
    static func memoryLimit(_ wanted: Int, of limit: Int) -> Failure {
        Failure(.memoryLimit, exceeded("memory", wanted, limit, "bytes"))
    }

    /// With nanoseconds.
    static func timeLimit(_ used: Int, of limit: Int) -> Failure {
        Failure(.timeLimit, exceeded("time", used / 1_000_000, limit / 1_000_000, "ms"))
    }

    static func outputLimit(_ wanted: Int, of limit: Int) -> Failure {
        Failure(.outputLimit, exceeded("output", wanted, limit, "bytes"))
    }

    private static func exceeded(_ name: String, _ used: Int, _ limit: Int, _ unit: String) -> String {
        "\(name) limit exceeded: \(used.grouped) of \(limit.grouped) \(unit)"
    }

    static var tooLarge: Failure {
        Failure(.tooLarge, "text would be longer than \(maximumStringBytes) bytes")
    }

    static var tooManyElements: Failure {
        Failure(.tooLarge, "value would have more than \(maximumElements) elements")
    }

    private static func text(_ key: Object) -> String {
        TextView(start: key.bytes, count: key.count, isASCII: false).excerpt
    }
}

/// The most elements of one list or record: counts are 32 bits wide and hash tables twice as long.
let maximumElements = 1 << 28

extension Failure {
    /// What to do about it, where one line says it.
    var hint: String? {
        switch code {
        case .unwrappedFailure where message.hasPrefix("`?` unwrapped failed tool result:"):
            "remove `?` and inspect `.ok` or `.error` when you need to handle failures"
        case .frameLimit: "a function must come to a case in which it does not call itself"
        case .immutable where message.hasSuffix("is a read-only projected binding"):
            "copy the projected value into a new variable before changing it"
        case .notAType where message.hasPrefix("`validate`"):
            "pass `Type { ... }` or a variable that holds a Type literal"
        case .wrongArity where message.hasPrefix("`sort"):
            "the order, as the last argument, can only be \"desc\""
        case .wrongArity where message.hasPrefix("`min`") || message.hasPrefix("`max`"):
            "they take one list, and if you like a function to compare its elements by: `max([a, b])`, `max(xs, f)`"
        case .wrongArgument where message.hasPrefix("`in`"):
            "both must be text, or the right side a list, a tuple or a record with text on the left; `to_string` makes text"
        case .wrongArgument where message.hasSuffix("must be text, got number"):
            "wrap it in `to_string(…)`"
        default: nil
        }
    }
}

extension Heap {
    /// Fails unless `bytes` more stay within the memory limit.
    @inline(__always) func require(_ bytes: Int) throws(Failure) {
        if !admits(bytes) { throw memoryFailure(bytes) }
    }

    /// The refusal of `bytes` more.
    func memoryFailure(_ bytes: Int) -> Failure {
        let (sum, overflow) = liveBytes.addingReportingOverflow(bytes)
        let others = storage.pointee.meter?.pointee.bytesOfOthers ?? 0
        return .memoryLimit(overflow ? .max : sum, of: storage.pointee.memoryLimit, besides: others)
    }

    /// Fails unless text of this many bytes may exist and fits into the memory limit.
    @inline(__always) func requireText(_ bytes: Int) throws(Failure) {
        if bytes > maximumStringBytes { throw .tooLarge }
        if bytes > 65_536 { try require(bytes) }
    }

    /// Fails unless a list or record of this many elements may exist and fits into the memory limit.
    @inline(__always) func requireElements(_ count: Int) throws(Failure) {
        if count > 4096 {
            if count > maximumElements { throw .tooManyElements }
            try require(count * 16)
        }
    }
}

// MARK: - Effects

extension Failure {
    /// What the host could not do.
    static func effectFailed(_ effect: String, _ reason: String) -> Failure {
        Failure(.hostFailed, "\(effect) failed: \(reason)")
    }

    /// The host could not take what an instruction hands over.
    static func refused(_ word: UInt64, _ reason: String) -> Failure {
        let opcode = unsafeBitCast(UInt8(truncatingIfNeeded: word), to: Opcode.self)
        return .effectFailed("\(opcode)", reason)
    }

    static func tooManyCalls(_ count: Int, _ limit: Int) -> Failure {
        Failure(.callLimit, exceeded("call", count, limit, "host calls"))
    }
}

// MARK: - Projections

extension Failure {
    /// A descriptor could not answer.
    static func projectionFailed(_ path: String, _ reason: String) -> Failure {
        Failure(.projectionFailed, "projection `\(path)` failed: \(reason)")
    }

    /// The data is not there.
    static func projectionUnavailable(_ reason: String) -> Failure { Failure(.projectionUnavailable, reason) }

    /// The run has to wait for an answer.
    static var question: Failure {
        var failure = Failure(.projectionFailed, "the answer is not there yet")
        failure.isQuestion = true
        return failure
    }
}
