/// Where lines that people type come from.
package protocol LineSource {
    /// The next line. `isContinued` tells whether it goes on with an input that is not complete.
    func next(isContinued: Bool) -> Line
    /// Keeps an input for later recall.
    func remember(_ input: String)
}

/// What came instead of a line, or the line.
package enum Line {
    case text(String)
    /// Ctrl-C.
    case interrupted
    case end
}
