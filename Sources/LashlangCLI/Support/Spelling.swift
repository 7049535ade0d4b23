/// Words that were probably meant.
enum Spelling {
    /// Whether two words differ in one letter, or one of them has one more.
    static func isClose(_ left: String, _ right: String) -> Bool {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        let prefix = zip(left, right).prefix { $0 == $1 }.count
        let shorter = min(left.count, right.count)
        let suffix = zip(left.reversed(), right.reversed()).prefix { $0 == $1 }.count
        return abs(left.count - right.count) <= 1 && prefix + suffix >= shorter - (left.count == right.count ? 1 : 0)
            || isSwapped(left, right, at: prefix)
    }

    /// Whether two neighbours have changed places.
    private static func isSwapped(_ left: [UInt8], _ right: [UInt8], at place: Int) -> Bool {
        guard left.count == right.count, place + 1 < left.count else { return false }
        var swapped = left
        swapped.swapAt(place, place + 1)
        return swapped == right
    }

    /// `a`, `a or b`, `a, b or c`.
    static func choice(_ words: [String]) -> String {
        guard words.count > 1, let last = words.last else { return words.first ?? "" }
        return words.dropLast().joined(separator: ", ") + " or " + last
    }
}
