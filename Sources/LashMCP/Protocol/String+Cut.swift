extension String {
    /// The beginning, with a mark where something is missing. Counts what Unicode counts: one letter can have any number of
    /// accents.
    func cut(to count: Int) -> String {
        let kept = unicodeScalars.prefix(count)
        return kept.endIndex == endIndex ? self : String(kept) + "…"
    }
}
