/// Times of the same work, done again and again.
struct Timing {
    /// Nanoseconds of each round.
    private(set) var samples: [Int] = []

    var minimum: Int { samples.min() ?? 0 }
    var median: Int { samples.isEmpty ? 0 : samples.sorted()[samples.count / 2] }

    /// Works `rounds` times, or until `patience` is used up, but then at least three times.
    mutating func measure<Problem>(
        rounds: Int?,
        for patience: Duration,
        _ work: () throws(Problem) -> Void
    ) throws(Problem) {
        let clock = ContinuousClock()
        let begin = clock.now
        while true {
            let start = clock.now
            try work()
            let end = clock.now
            samples.append((end - start).nanoseconds)
            if let rounds {
                if samples.count >= rounds { return }
            } else if samples.count >= 3, end - begin >= patience || samples.count >= 100_000 {
                return
            }
        }
    }
}
