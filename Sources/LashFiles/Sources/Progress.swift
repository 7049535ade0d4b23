/// How far a piece of work got that is done in pieces, so that somebody can stop it in between.
public enum Progress<Result: Sendable>: Sendable {
    /// The work is done.
    case done(Result)
    /// There is more to do: ask again.
    case again

    /// How many bytes are read in one piece.
    static var piece: Int { 1 << 26 }
}
