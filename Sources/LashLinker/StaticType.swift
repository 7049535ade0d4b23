internal import LashSyntax

/// A static type: a handle into a `TypeTable`. Equal handles are equal types.
struct StaticType: Hashable, Sendable {
    let index: UInt32
}

/// A field of an object type.
struct ObjectField: Hashable, Sendable {
    let key: ExactText
    var type: StaticType
    let optional: Bool

    var name: String { key.text }

    init(name: String, type: StaticType, optional: Bool = false) {
        key = ExactText(name)
        self.type = type
        self.optional = optional
    }
}

/// What a type is made of.
enum TypeShape: Hashable, Sendable {
    /// `any str int float bool dict null`
    case scalar(ScalarType)
    /// No value at all: where a body only fails. Fits everything.
    case never
    /// A number that may be integral: the result of arithmetic. Fits `int` and `float`, reads as `float`.
    case number
    /// A literal without fraction. Fits `int` and `float`; reads as `float` in messages that are older than the functions
    /// of the language, and as `int` in the others.
    case whole
    /// One known text. Fits `str` and every enum that lists it, reads as `str`.
    case text(ExactText)
    /// The result of `+` on something other than numbers. Reads as its operand, and fits `float` as well, because the
    /// language has always said that `+` yields one.
    case sum(StaticType)
    /// `enum["a", "b"]`
    case enumeration([ExactText])
    /// `list[T]`; tuples too.
    case list(StaticType)
    /// `{ a: T, b: T? }`; of two fields with one name the first counts.
    case object([ObjectField])
    /// `A | B`
    case union([StaticType])
    /// A declared type, or one of the host, by its dotted name.
    case named(String)
    /// A module, or a variable that holds one: what operations are called on. Reads as the name of its type.
    case authority(String)
    /// What an operation gives before `?`: a wrapper with the value. Reads as the value, because the language has
    /// always said so.
    case outcome(StaticType)
    /// `Process<I, O>`; `count` is the number of parameters that `input` stands for.
    case process(input: StaticType, count: Int, output: StaticType)
    /// `TriggerHandle<E>`
    case triggerHandle(StaticType)
}

extension TypeShape {
    /// A number that is seldom the same for different shapes, and needs no hashing.
    fileprivate var fingerprint: UInt32 {
        switch self {
        case .scalar(let kind): Self.mix(1, kind.fingerprint)
        case .never: 2
        case .number: 3
        case .whole: 4
        case .text(let text): Self.mix(5, Self.fingerprint(text.text))
        case .sum(let item): Self.mix(6, item.index)
        case .enumeration(let values): Self.mix(7, UInt32(truncatingIfNeeded: values.count))
        case .list(let item): Self.mix(8, item.index)
        case .object(let fields):
            fields.reduce(9) { Self.mix($0, $1.type.index ^ Self.fingerprint($1.name)) }
        case .union(let members): members.reduce(10) { Self.mix($0, $1.index) }
        case .named(let name): Self.mix(11, Self.fingerprint(name))
        case .authority(let name): Self.mix(12, Self.fingerprint(name))
        case .outcome(let value): Self.mix(13, value.index)
        case .process(let input, _, let output): Self.mix(Self.mix(14, input.index), output.index)
        case .triggerHandle(let event): Self.mix(15, event.index)
        }
    }

    private static func mix(_ left: UInt32, _ right: UInt32) -> UInt32 { (left &* 31 &+ right) &* 0x9E37_79B1 }

    private static func fingerprint(_ text: String) -> UInt32 {
        UInt32(truncatingIfNeeded: text.utf8.count) << 8 | UInt32(text.utf8.first ?? 0)
    }
}

extension ScalarType {
    fileprivate var fingerprint: UInt32 {
        switch self {
        case .any: 0
        case .str: 1
        case .int: 2
        case .float: 3
        case .bool: 4
        case .dict: 5
        case .null: 6
        }
    }
}

/// All types of a program, each stored once, so that comparing is cheap and shared parts stay shared.
struct TypeTable {
    private(set) var shapes: [TypeShape] = []
    private var facts: [Facts] = []
    private var indexes: [TypeShape: StaticType] = [:]
    /// Type nodes of `type` declarations that were translated, by name.
    private(set) var aliases: [String: StaticType] = [:]
    private var fieldPositions: [StaticType: [ExactText: Int]] = [:]
    private var heads: [StaticType: StaticType] = [:]
    /// Names of the host that were looked up.
    var hostNames: Set<StaticType> = []
    /// Names of the host whose values programs cannot look into.
    var opaqueNames: Set<StaticType> = []
    /// Names that the host mentions and does not explain. Nothing certain can be said of them.
    var unknownNames: Set<StaticType> = []
    var relation = TypeRelation()

    /// What is kept of a type beside its shape.
    private struct Facts {
        var fingerprint: UInt32
        var depth: UInt16
        /// The type without known texts, once it was asked.
        var widened: StaticType?
    }

    static let any = StaticType(index: 0)
    static let never = StaticType(index: 1)
    static let number = StaticType(index: 2)
    static let str = StaticType(index: 3)
    static let int = StaticType(index: 4)
    static let float = StaticType(index: 5)
    static let bool = StaticType(index: 6)
    static let dict = StaticType(index: 7)
    static let null = StaticType(index: 8)
    static let whole = StaticType(index: 9)

    /// Inferred types deeper than this are `any`: values may be nested in a loop for ever, types may not.
    static let inferredDepth = 64
    /// Inferred unions of more members are `any`.
    static let inferredMembers = 64

    /// The table of every program begins with these.
    private static let first = TypeTable([
        .scalar(.any), .never, .number, .scalar(.str), .scalar(.int), .scalar(.float), .scalar(.bool), .scalar(.dict),
        .scalar(.null), .whole,
    ])

    init() { self = Self.first }

    private init(_ first: [TypeShape]) {
        // Each table is a copy, and has as much room.
        shapes.reserveCapacity(Self.searched)
        facts.reserveCapacity(Self.searched)
        for shape in first { _ = make(shape) }
    }

    /// The shape of a type.
    subscript(_ type: StaticType) -> TypeShape { shapes[Int(type.index)] }

    /// How deep a type nests, names not followed.
    func depth(of type: StaticType) -> Int { Int(facts[Int(type.index)].depth) }

    /// Types that are found by looking at each: most programs have no more, and never build the index.
    private static let searched = 32

    /// The type of a shape.
    mutating func make(_ shape: TypeShape) -> StaticType {
        let fingerprint = shape.fingerprint
        for index in 0..<min(shapes.count, Self.searched)
        where facts[index].fingerprint == fingerprint && shapes[index] == shape {
            return StaticType(index: UInt32(index))
        }
        if shapes.count > Self.searched, let known = indexes[shape] { return known }
        let inner: Int
        switch shape {
        case .scalar, .never, .number, .whole, .text, .enumeration, .named, .authority: inner = 0
        case .sum(let item), .outcome(let item), .list(let item), .triggerHandle(let item): inner = depth(of: item)
        case .object(let fields): inner = fields.reduce(0) { max($0, depth(of: $1.type)) }
        case .union(let members): inner = members.reduce(0) { max($0, depth(of: $1)) }
        case .process(let input, _, let output): inner = max(depth(of: input), depth(of: output))
        }
        let type = StaticType(index: UInt32(shapes.count))
        shapes.append(shape)
        facts.append(Facts(fingerprint: fingerprint, depth: UInt16(clamping: inner + 1)))
        if shapes.count > Self.searched { indexes[shape] = type }
        return type
    }

    /// The type of an expression, or `any` where it nests too deep.
    mutating func infer(_ shape: TypeShape) -> StaticType {
        let type = make(shape)
        return depth(of: type) > Self.inferredDepth ? Self.any : type
    }

    /// Members flattened one level, each once; one member is itself, none is `null`.
    mutating func union(_ members: some Collection<StaticType>) -> StaticType {
        let distinct = flattened(members)
        if distinct.count == 1 { return distinct[0] }
        return distinct.isEmpty ? Self.null : make(.union(distinct))
    }

    /// The union of expression types; gives up exactness where there are very many.
    mutating func inferredUnion(_ members: some Collection<StaticType>) -> StaticType {
        if let first = members.first, isPlain(first), members.allSatisfy({ $0 == first }) { return first }
        var distinct = flattened(members)
        if distinct.count > 16 { distinct = flattened(distinct.map { widened($0) }) }
        if distinct.count > Self.inferredMembers { return Self.any }
        if distinct.count == 1 { return distinct[0] }
        return distinct.isEmpty ? Self.null : infer(.union(distinct))
    }

    /// Whether a type is the union of itself.
    private func isPlain(_ type: StaticType) -> Bool {
        if case .union = self[type] { return false }
        return type != Self.never
    }

    private func flattened(_ members: some Sequence<StaticType>) -> [StaticType] {
        var seen: Set<StaticType> = []
        var result: [StaticType] = []
        for member in members where member != Self.never {
            if case .union(let inner) = self[member] {
                for item in inner where seen.insert(item).inserted { result.append(item) }
            } else if seen.insert(member).inserted {
                result.append(member)
            }
        }
        return result
    }

    /// The type without known texts, as a variable has it that may change.
    mutating func widened(_ type: StaticType) -> StaticType {
        switch self[type] {
        case .scalar, .never, .number, .whole, .enumeration, .named, .authority, .process, .triggerHandle: return type
        case .text: return Self.str
        default: break
        }
        if let known = facts[Int(type.index)].widened { return known }
        let result: StaticType
        switch self[type] {
        case .sum(let item):
            let wide = widened(item)
            result = make(.sum(wide))
        case .outcome(let item):
            let wide = widened(item)
            result = make(.outcome(wide))
        case .list(let item):
            let wide = widened(item)
            result = make(.list(wide))
        case .object(let fields):
            var wide = fields
            for index in wide.indices { wide[index].type = widened(wide[index].type) }
            result = make(.object(wide))
        case .union(let members):
            let wide = members.map { widened($0) }
            result = union(wide)
        default: result = type
        }
        facts[Int(type.index)].widened = result
        return result
    }

    /// Remembers what a `type` declaration stands for.
    mutating func declare(_ name: String, as type: StaticType) { aliases[name] = type }

    /// What a name stands for in the end: follows aliases of aliases. A name that only leads to itself, or to the host,
    /// stays a name.
    mutating func head(of type: StaticType) -> StaticType {
        guard case .named(let first) = self[type], let target = aliases[first] else { return type }
        if let known = heads[type] { return known }
        var path = [type]
        var seen: Set<StaticType> = [type]
        var end = target
        while case .named(let name) = self[end], let next = aliases[name], seen.insert(end).inserted {
            if let known = heads[end] {
                end = known
                break
            }
            path.append(end)
            end = next
        }
        for step in path { heads[step] = end }
        return end
    }

    /// The field of an object type, the first one of that name.
    mutating func field(_ key: ExactText, of object: StaticType, among fields: [ObjectField]) -> ObjectField? {
        if fields.count <= 8 { return fields.first { $0.key == key } }
        if fieldPositions[object] == nil {
            var positions: [ExactText: Int] = [:]
            for (index, field) in fields.enumerated() where positions[field.key] == nil {
                positions[field.key] = index
            }
            fieldPositions[object] = positions
        }
        return fieldPositions[object]?[key].map { fields[$0] }
    }
}
