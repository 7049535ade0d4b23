package import LashSyntax

/// Which symbols of a tree are names of builtins, as far as it was asked: a program says the same few names again and
/// again.
package struct BuiltinNames: Sendable {
    /// The builtin of each symbol by its raw value, or one of the values below.
    private var known: [UInt8]
    private static let unknown = UInt8.max
    private static let none = UInt8.max - 1

    init(symbolCount: Int) { known = Array(repeating: Self.unknown, count: symbolCount) }

    /// The builtin of the name of a call.
    package func builtin(of name: Name, in tree: SyntaxTree) -> Builtin? {
        let value = known[tree.symbol(of: name).index]
        return value == Self.unknown ? Builtin(name: tree.text(of: name)) : Builtin(rawValue: value)
    }

    mutating func lookUp(_ name: Name, in tree: SyntaxTree) -> Builtin? {
        let found = builtin(of: name, in: tree)
        known[tree.symbol(of: name).index] = found?.rawValue ?? Self.none
        return found
    }
}
