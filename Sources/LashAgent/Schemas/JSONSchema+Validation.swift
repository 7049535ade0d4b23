public import Lashlang

extension JSONSchema {
    /// What is wrong with a value, each as `path: problem`, in the order of the schema; empty for a value that fits.
    ///
    /// - Parameters:
    ///   - root: what the value itself is called.
    ///   - refusesUnknown: whether an object whose properties are listed may have no others where the schema does not
    ///     say, and `oneOf` is content with the first schema that fits: what tools ask of their arguments. Otherwise
    ///     both are as the standard has them.
    ///   - limit: how many problems are looked for.
    public func problems(
        in value: Value,
        root: String = "value",
        refusesUnknown: Bool = false,
        limit: Int = 20
    ) -> [String] {
        var validator = Validator(schema: self, root: root, refusesUnknown: refusesUnknown, limit: limit)
        validator.validate(value, 0, Path(), depth: 0)
        return validator.problems
    }

    /// Whether a value fits.
    public func accepts(_ value: Value) -> Bool { problems(in: value, limit: 1).isEmpty }
}

/// The way to a part of a value.
private struct Path {
    private(set) var text = ""

    func field(_ name: String) -> Path {
        var path = self
        path.text += text.isEmpty ? name : "." + name
        return path
    }

    func element(_ index: Int) -> Path {
        var path = self
        path.text += "[\(index)]"
        return path
    }
}

private struct Validator {
    let schema: JSONSchema
    let root: String
    let refusesUnknown: Bool
    let limit: Int
    var problems: [String] = []

    private mutating func report(_ path: Path, _ problem: String) {
        if problems.count < limit { problems.append("\(path.text.isEmpty ? root : path.text): \(problem)") }
    }

    private func fits(_ value: Value, _ node: Int, depth: Int) -> Bool {
        var inner = Validator(schema: schema, root: root, refusesUnknown: refusesUnknown, limit: 1)
        inner.validate(value, node, Path(), depth: depth)
        return inner.problems.isEmpty
    }

    private func got(_ value: Value) -> String { "got " + JSONExcerpt.of(value) }

    mutating func validate(_ value: Value, _ position: Int, _ path: Path, depth: Int) {
        if problems.count >= limit { return }
        if depth > 2 * JSONSchema.depthLimit {
            report(path, "nests too deep to be validated")
            return
        }
        let node = schema.nodes[position]
        if let always = node.always {
            if !always { report(path, "expected nothing, \(got(value))") }
            return
        }
        if let reference = node.reference { validate(value, reference, path, depth: depth + 1) }
        if !node.types.isEmpty && !node.types.contains(where: { $0.holds(value) }) {
            report(path, "expected \(node.types.map(\.rawValue).joined(separator: " or ")), \(got(value))")
            return
        }
        if let allowed = node.allowed, !allowed.contains(value) {
            report(path, "expected one of \(allowed.map { JSONExcerpt.of($0) }.joined(separator: ", ")), \(got(value))")
        }
        if let constant = node.constant?.value, constant != value {
            report(path, "expected \(JSONExcerpt.of(constant)), \(got(value))")
        }
        switch value {
        case .number(let number): validate(number, node, path)
        case .string(let text): validate(text, node, path)
        case .list(let items), .tuple(let items): validate(items, node, path, depth: depth)
        case .record(let fields): validate(fields, node, path, depth: depth)
        case .null, .bool, .image, .resource, .projection: break
        }
        validateCombinations(value, node, path, depth: depth + 1)
    }

    private mutating func validateCombinations(
        _ value: Value,
        _ node: JSONSchema.Node,
        _ path: Path,
        depth: Int
    ) {
        for part in node.allOf { validate(value, part, path, depth: depth) }
        if !node.anyOf.isEmpty, !node.anyOf.contains(where: { fits(value, $0, depth: depth) }) {
            report(path, "expected matching schema, \(got(value))")
        }
        if !node.oneOf.isEmpty {
            let count = node.oneOf.count { fits(value, $0, depth: depth) }
            if count == 0 { report(path, "expected matching schema, \(got(value))") }
            if count > 1 && !refusesUnknown { report(path, "expected exactly one matching schema, got \(count)") }
        }
        if let not = node.not, fits(value, not, depth: depth) {
            report(path, "expected not to match schema, \(got(value))")
        }
        if let condition = node.condition {
            let part = fits(value, condition, depth: depth) ? node.then : node.otherwise
            if let part { validate(value, part, path, depth: depth) }
        }
    }

    private mutating func validate(_ number: Double, _ node: JSONSchema.Node, _ path: Path) {
        let kind = node.types.contains(.integer) && !node.types.contains(.number) ? "integer" : "number"
        func shown(_ number: Double) -> String { Value.number(number).text }
        func check(_ bound: Double?, _ sign: String, _ holds: (Double, Double) -> Bool) -> String? {
            guard let bound, !holds(number, bound) else { return nil }
            return "expected \(kind) \(sign) \(shown(bound)), got \(shown(number))"
        }
        let found = [
            check(node.minimum, ">=", >=), check(node.maximum, "<=", <=), check(node.exclusiveMinimum, ">", >),
            check(node.exclusiveMaximum, "<", <),
        ]
        for problem in found { if let problem { report(path, problem) } }
        if let divisor = node.multipleOf {
            let quotient = number / divisor
            // A hundredth of a cent is no reason to refuse an amount of money.
            if abs(quotient - quotient.rounded()) > 1e-9 * max(1, abs(quotient)) {
                report(path, "expected \(kind) multiple of \(shown(divisor)), got \(shown(number))")
            }
        }
    }

    private mutating func validate(_ text: String, _ node: JSONSchema.Node, _ path: Path) {
        if node.length.minimum != nil || node.length.maximum != nil {
            let count = text.unicodeScalars.count
            check(count, node.length, path) { "expected string length \($0), got \(count) characters" }
        }
        if let pattern = node.pattern, !pattern.matches(text) {
            report(path, "expected string matching `\(pattern.text)`, \(got(.string(text)))")
        }
    }

    private mutating func check(
        _ count: Int,
        _ range: JSONSchema.CountRange,
        _ path: Path,
        _ problem: (String) -> String
    ) {
        if let minimum = range.minimum, count < minimum { report(path, problem(">= \(minimum)")) }
        if let maximum = range.maximum, count > maximum { report(path, problem("<= \(maximum)")) }
    }

    private mutating func validate(_ items: [Value], _ node: JSONSchema.Node, _ path: Path, depth: Int) {
        check(items.count, node.itemCount, path) { "expected array items \($0), got \(items.count) items" }
        for (index, item) in items.enumerated() {
            if problems.count >= limit { return }
            let part = index < node.prefixItems.count ? node.prefixItems[index] : node.items
            if let part { validate(item, part, path.element(index), depth: depth + 1) }
        }
        if let contains = node.contains {
            let count = items.count { fits($0, contains, depth: depth + 1) }
            let range = JSONSchema.CountRange(
                minimum: node.containsCount.minimum ?? 1,
                maximum: node.containsCount.maximum
            )
            check(count, range, path) { "expected matching array items \($0), got \(count) items" }
        }
        if node.hasUniqueItems, Self.hasRepetition(items) { report(path, "expected unique array items") }
    }

    /// Compares texts first, because comparing every item with every other one takes too long.
    private static func hasRepetition(_ items: [Value]) -> Bool {
        var seen: [String: [Value]] = [:]
        for item in items {
            let key = (try? item.json()) ?? ""
            // Records are equal in any order of their keys.
            let sorted = String(decoding: key.utf8.sorted(), as: UTF8.self)
            if seen[sorted]?.contains(item) == true { return true }
            seen[sorted, default: []].append(item)
        }
        return false
    }

    private mutating func validate(_ fields: Record, _ node: JSONSchema.Node, _ path: Path, depth: Int) {
        for name in node.required where fields[name] == nil { report(path.field(name), "required property missing") }
        for (name, part) in node.properties {
            if let value = fields[name] { validate(value, part, path.field(name), depth: depth + 1) }
        }
        check(fields.count, node.propertyCount, path) { "expected properties \($0), got \(fields.count)" }
        for (name, required) in node.dependentRequired where fields[name] != nil {
            for other in required where fields[other] == nil {
                report(path.field(other), "required property missing")
            }
        }
        if let names = node.propertyNames {
            for name in fields.keys where !fits(.string(name), names, depth: depth + 1) {
                report(path.field(name), "unexpected property name")
            }
        }
        let isOpen = node.additional == nil && !(refusesUnknown && node.hasProperties)
        if isOpen && node.patternProperties.isEmpty { return }
        let known = Set(node.properties.map(\.name))
        for (name, value) in fields {
            if problems.count >= limit { return }
            let patterns = node.patternProperties.filter { $0.pattern.matches(name) }
            for (_, part) in patterns { validate(value, part, path.field(name), depth: depth + 1) }
            if !patterns.isEmpty || known.contains(name) || isOpen { continue }
            if let additional = node.additional, schema.nodes[additional].always != false {
                validate(value, additional, path.field(name), depth: depth + 1)
            } else {
                report(path.field(name), "unexpected property")
            }
        }
    }
}
