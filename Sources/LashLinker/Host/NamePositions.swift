internal import LashSyntax

/// Positions of what has a name. Two names are the same only if their characters are.
struct NamePositions: Sendable {
    private var positions: [ExactText: Int] = [:]

    subscript(name: String) -> Int? {
        get { positions[ExactText(name)] }
        set { positions[ExactText(name)] = newValue }
    }
}
