extension Duration {
    /// For a client that counts in nanoseconds; what is longer than a century is a century.
    package var nanoseconds: Int64 {
        let longest = Duration.seconds(3_000_000_000)
        let bounded = min(max(self, .zero), longest)
        return bounded.components.seconds * 1_000_000_000 + bounded.components.attoseconds / 1_000_000_000
    }

    /// For people.
    package var text: String {
        let seconds = self / .seconds(1)
        return seconds < 1 ? "\(Int((seconds * 1000).rounded())) ms" : "\((seconds * 10).rounded() / 10) s"
    }
}
