import Lashlang

/// What came of one case.
public struct CaseResult: Sendable {
    /// Passed, failed or not run.
    public enum Status: String, Sendable {
        /// Everything was as expected.
        case passed
        /// Something was not.
        case failed
        /// The case says that it is not to be run.
        case skipped
    }

    /// A difference between what was expected and what happened.
    public struct Mismatch: Hashable, Sendable {
        /// The line of the file that speaks of it, from 1.
        public var line: Int
        /// What differs: `outcome`, `prints` and the like.
        public var subject: String
        /// What the file says, one line for each directive.
        public var expected: [String]
        /// What happened, in the same form.
        public var got: [String]
    }

    /// The case.
    public let example: Case
    /// What differs; empty for a case that passed.
    public let mismatches: [Mismatch]
    /// How long the case took.
    public let duration: Duration
    /// For blessing: the groups of each block that differ.
    var differing: [(block: Int, group: Expectation.Group)] = []
    var observations: [Observation] = []

    /// Passed, failed or not run.
    public var status: Status {
        if example.skipped != nil { return .skipped }
        return mismatches.isEmpty ? .passed : .failed
    }

    /// The differences for people to read; empty for a case that passed.
    public var report: String {
        var lines: [String] = []
        for mismatch in mismatches {
            lines.append("\(example.path):\(mismatch.line): \(mismatch.subject)")
            lines += mismatch.expected.map { "  expected  \($0)" }
            lines += mismatch.got.map { "  got       \($0)" }
        }
        return lines.joined(separator: "\n")
    }
}

extension Case {
    /// Runs the case in a session of its own and compares.
    ///
    /// What passes is run once more without optimisation, which nobody may be able to tell.
    public func run() -> CaseResult {
        if skipped != nil { return CaseResult(example: self, mismatches: [], duration: .zero) }
        let result = run(.full)
        guard result.status == .passed, reach == .run else { return result }
        let plain = run(.none)
        let mismatches = plain.mismatches.map { mismatch in
            var mismatch = mismatch
            mismatch.subject += " without optimisation"
            return mismatch
        }
        return CaseResult(example: self, mismatches: mismatches, duration: result.duration + plain.duration)
    }

    private func run(_ optimization: Optimization) -> CaseResult {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            let engine = try Engine(running: self, optimization: optimization)
            let duration = clock.now - start
            var result = compare(engine.observations, duration: duration)
            result.observations = engine.observations
            guard engine.leaked != 0 else { return result }
            let leak = CaseResult.Mismatch(
                line: line,
                subject: "objects that stay alive after the case",
                expected: ["0"],
                got: ["\(engine.leaked)"]
            )
            return CaseResult(example: self, mismatches: result.mismatches + [leak], duration: duration)
        } catch {
            let mismatch = CaseResult.Mismatch(
                line: line,
                subject: "the case cannot be run",
                expected: [],
                got: [error.message]
            )
            return CaseResult(example: self, mismatches: [mismatch], duration: clock.now - start)
        }
    }

    private func compare(_ observations: [Observation], duration: Duration) -> CaseResult {
        var mismatches: [CaseResult.Mismatch] = []
        var differing: [(block: Int, group: Expectation.Group)] = []
        for (index, (block, observation)) in zip(blocks, observations).enumerated() {
            for group in Expectation.Group.allCases {
                let comparison = Comparison(block, observation, group, reach)
                if comparison.isEqual { continue }
                differing.append((index, group))
                mismatches.append(
                    .init(
                        line: 1 + (comparison.expectations.first?.line ?? block.lines.first ?? line - 1),
                        subject: blocks.count > 1 ? "\(group.rawValue) of block \(index + 1)" : group.rawValue,
                        expected: comparison.expected,
                        got: comparison.got
                    )
                )
            }
        }
        var result = CaseResult(example: self, mismatches: mismatches, duration: duration)
        result.differing = differing
        return result
    }
}
