/// The functions that the language brings along. Every stage and every tool reads this one list.
public enum Builtin: UInt8, CaseIterable, Hashable, Sendable {
    case len, empty, keys, values, trim
    case toString, toInt, toFloat, jsonParse
    case contains, find, grepText, startsWith, endsWith
    case split, join, validate
    case ceilDiv, floorDiv
    case push, slice, range, format
    case sort, sortBy, sum, min, max
    case replace, lower, upper
    case unique, reverse

    /// What a call yields, as far as is known before it runs.
    public enum ResultKind: String, Hashable, Sendable {
        /// A whole number, or `null` from `find`.
        case int
        /// A number.
        case float
        /// `true` or `false`.
        case bool
        /// Text.
        case str
        /// A list of anything.
        case list = "list[any]"
        /// A list of what the first argument holds.
        case sameList = "list"
        /// An element of the first argument.
        case element = "item"
        /// Depends on the arguments.
        case any
    }

    /// How the work of a call grows.
    public enum Cost: String, Hashable, Sendable {
        /// The same for every argument.
        case constant
        /// With the length of the text in the first argument.
        case text
        /// With the number of elements of the first argument.
        case elements
        /// With the number of elements of the first argument and a little more.
        case sorting
        /// With the size of the result.
        case result
        /// With everything inside the argument.
        case wholeValue
    }

    /// Everything that is known about a builtin besides what it does.
    struct Entry {
        let name: String
        let parameters: [String]
        let minimum: Int
        let maximum: Int?
        let result: ResultKind
        let cost: Cost
        let summary: String

        init(
            _ name: String,
            _ parameters: [String],
            optional: Int = 0,
            variadic: Bool = false,
            _ result: ResultKind,
            _ cost: Cost,
            _ summary: String
        ) {
            self.name = name
            self.parameters = parameters
            self.minimum = variadic ? parameters.count - 1 : parameters.count - optional
            self.maximum = variadic ? nil : parameters.count
            self.result = result
            self.cost = cost
            self.summary = summary
        }
    }

    private static let entries: [Entry] = allCases.map(\.described)
    private static let byName: [String: Builtin] = Dictionary(
        uniqueKeysWithValues: allCases.map { ($0.name, $0) }
    )

    private var entry: Entry { Self.entries[Int(rawValue)] }

    /// The builtin of a name, in constant time.
    public init?(name: String) {
        guard let found = Self.byName[name] else { return nil }
        self = found
    }

    /// The name that programs call.
    public var name: String { entry.name }
    /// The parameters in order, by the names that documentation gives them.
    public var parameters: [String] { entry.parameters }
    /// The fewest arguments.
    public var minimumArguments: Int { entry.minimum }
    /// The most arguments, `nil` where there is no bound.
    public var maximumArguments: Int? { entry.maximum }
    /// What a call yields.
    public var result: ResultKind { entry.result }
    /// How the work of a call grows.
    public var cost: Cost { entry.cost }
    /// What it does, in one line.
    public var summary: String { entry.summary }

    /// Name, parameters and result as documentation shows them: `find(text, part, start?) -> int`.
    public var signature: String {
        var shown: [String] = []
        for (index, parameter) in parameters.enumerated() {
            if index < minimumArguments {
                shown.append(parameter)
            } else {
                shown.append(parameter + (maximumArguments == nil ? "…" : "?"))
            }
        }
        return "\(name)(\(shown.joined(separator: ", "))) -> \(result.rawValue)"
    }

    /// The error of a call with `count` arguments, `nil` where the count is right.
    public func arityMessage(count: Int) -> String? {
        if count >= minimumArguments, count <= maximumArguments ?? count { return nil }
        switch self {
        case .find: return "`find` takes 2 or 3 arg(s), got \(count)"
        case .range: return "`range` takes 1, 2, or 3 arg(s), got \(count)"
        case .format: return "`format` requires at least a template string"
        default: return arityText(count: count)
        }
    }

    /// What a call with `count` arguments is told, where one of them is not what it takes.
    package func arityText(count: Int) -> String { "`\(name)` takes \(minimumArguments) arg(s), got \(count)" }
}
