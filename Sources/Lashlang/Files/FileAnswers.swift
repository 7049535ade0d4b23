internal import LashFiles

/// What takes more bytes than this stays lazy.
let largestWhole = 1 << 16

/// How many bytes one answer to a loop holds, unless a single element takes more.
let largestChunk = 1 << 20

extension Progress {
    /// The answer that a result is, or that there is more to do.
    func answer(_ body: (Result) throws -> ProjectionAnswer) rethrows -> ProjectionAnswer {
        switch self {
        case .done(let result): try body(result)
        case .again: .again
        }
    }
}

/// Bounds of a slice that are not negative; `nil` where the machine has to ask again when it knows the length.
func sliceBounds(_ lower: Int?, _ upper: Int?) -> (lower: Int, upper: Int?)? {
    if lower ?? 0 < 0 || upper ?? 0 < 0 { return nil }
    return (lower ?? 0, upper.map { max($0, lower ?? 0) })
}
