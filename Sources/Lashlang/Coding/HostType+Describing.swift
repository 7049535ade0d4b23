public import LashLinker

extension HostType {
    /// The type of the values that a Swift type is decoded from and encoded to, as far as it can be found out.
    ///
    /// Structures become objects, arrays lists, dictionaries `dict`, enumerations of texts that list their cases enums;
    /// an optional field may be absent or null. To find out, the type is decoded once from values made up for it: empty
    /// texts, zeros, no elements. A type that refuses those, decides by what it finds, or can only be encoded, is `any`,
    /// and so is one inside of itself.
    public init(describing type: Any.Type) {
        self = TypeProbe().describe(type)
        // What no catalog would take helps nobody.
        if (try? check()) == nil { self = .any }
    }
}

/// Finds out what a type decodes by letting it decode made-up values.
final class TypeProbe {
    /// Types that are being decoded, outermost first.
    private var open: [ObjectIdentifier] = []
    private var steps = 0
    /// What a type that goes on and on may ask for before it counts as `any`.
    private static let stepLimit = 2_000

    /// Why a type cannot be found out.
    enum Refusal: Error {
        /// A type inside of itself, where some value is needed.
        case recursive
        /// A type that wants more of a made-up value than there is.
        case unknown
    }

    func describe(_ type: Any.Type) -> HostType {
        if type == Void.self { return .null }
        guard let type = type as? any Decodable.Type else { return .any }
        return (try? probe(type))?.type ?? .any
    }

    /// The type, and a value of it. Throws where no value can be made.
    func probe<T: Decodable>(_ type: T.Type) throws -> (type: HostType, value: T) {
        if let (known, value) = try known(type), let value = value as? T { return (known, value) }
        let identity = ObjectIdentifier(type)
        if open.contains(identity) { throw Refusal.recursive }
        if open.count >= HostType.nestingLimit { throw Refusal.unknown }
        open.append(identity)
        defer { open.removeLast() }
        let finding = Finding(self)
        let value = try T(from: finding)
        return (finding.type, value)
    }

    func step() throws {
        steps += 1
        if steps > Self.stepLimit { throw Refusal.unknown }
    }

    /// Types that need not be decoded.
    private func known(_ type: Any.Type) throws -> (HostType, Any)? {
        switch type {
        case is Value.Type: return (.any, Value.null)
        case is Record.Type: return (.dict, Record())
        case is String.Type: return (.str, "")
        case is Bool.Type: return (.bool, false)
        case is Double.Type: return (.float, 0.0)
        case is Float.Type: return (.float, Float(0))
        case let type as any (FixedWidthInteger & Decodable).Type: return (.int, zero(type))
        case let type as any Container.Type: return try type.probed(by: self)
        case let type as any (RawRepresentable & CaseIterable).Type: return enumeration(type)
        default: return nil
        }
    }

    private func zero<I: FixedWidthInteger>(_ type: I.Type) -> Any { I.zero }

    private func enumeration<E: RawRepresentable & CaseIterable>(_ type: E.Type) -> (HostType, Any)? {
        guard let first = type.allCases.first else { return nil }
        if let names = caseNames(of: type) { return (.enumeration(names), first) }
        return first.rawValue is any FixedWidthInteger ? (.int, first) : nil
    }

    /// The type of what is inside an optional or a list; `any` where that is a type inside of itself.
    fileprivate func inside<T>(_ type: T.Type) throws -> (type: HostType, value: T?) {
        guard let decodable = type as? any Decodable.Type else { return (.any, nil) }
        do {
            let (found, value) = try probe(decodable)
            return (found, value as? T)
        } catch Refusal.recursive {
            return (.any, nil)
        } catch {
            if steps > Self.stepLimit { throw error }
            return (.any, nil)
        }
    }
}

/// Types of the standard library that hold others and are empty without them.
private protocol Container {
    static func probed(by probe: TypeProbe) throws -> (HostType, Any)
}

extension Array: Container {
    fileprivate static func probed(by probe: TypeProbe) throws -> (HostType, Any) {
        (.list(try probe.inside(Element.self).type), [Element]())
    }
}

extension Set: Container {
    fileprivate static func probed(by probe: TypeProbe) throws -> (HostType, Any) {
        (.list(try probe.inside(Element.self).type), Set<Element>())
    }
}

extension Dictionary: Container {
    fileprivate static func probed(by probe: TypeProbe) throws -> (HostType, Any) {
        // Other keys are encoded as a list of keys and values.
        let isRecord = Key.self is String.Type || Key.self is Int.Type || Key.self is any CodingKeyRepresentable.Type
        return (isRecord ? .dict : .list(.any), [Key: Value]())
    }
}

extension Optional: Container {
    fileprivate static func probed(by probe: TypeProbe) throws -> (HostType, Any) {
        let (type, value) = try probe.inside(Wrapped.self)
        return (type.orNull, value as Any)
    }
}

extension HostType {
    /// The one type that all of these are; `any` where there are several, or none.
    static func common(_ types: [HostType]) -> HostType {
        guard let first = types.first, types.allSatisfy({ $0 == first }) else { return .any }
        return first
    }

    /// The type, or null.
    var orNull: HostType {
        switch self {
        case .any, .null: return self
        case .union(let members): return members.contains(.null) ? self : .union(members + [.null])
        default: return .union([self, .null])
        }
    }
}
