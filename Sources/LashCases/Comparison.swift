/// The expectations of one group beside what happened.
struct Comparison {
    let expectations: [Expectation]
    let facts: [Observation.Fact]
    let expected: [String]
    let got: [String]
    let isEqual: Bool

    init(_ block: Block, _ observation: Observation, _ group: Expectation.Group, _ reach: Case.Reach) {
        let expectations = block.expectations.filter { $0.group == group }
        self.expectations = expectations
        var facts = observation.facts(group)
        let kinds = Set(block.expectations.map(\.kind))
        if expectations.first?.kind == .firstError {
            facts = facts.prefix(1).map { fact in
                fact.kind == .error ? .init(kind: .firstError, diagnostic: fact.diagnostic) : fact
            }
        }
        self.facts = facts
        let got = facts.enumerated().map { index, fact in
            let model = index < expectations.count ? expectations[index] : nil
            return observation.described(fact, like: model?.report?.position)
        }
        self.got = got
        guard expectations.isEmpty else {
            expected = expectations.map(\.described)
            isEqual = expected == got
            return
        }
        switch group {
        case .outcome:
            // A block that says nothing else falls off its end.
            if kinds.contains(.text) || kinds.contains(.json) {
                expected = ["finish …"]
                isEqual = facts.first?.kind == .finish
            } else {
                expected = [reach == .run ? "done" : "ok"]
                isEqual = expected == got
            }
        case .prints:
            expected = kinds.contains(.printText) ? got : []
            isEqual = expected == got
        case .asks, .observes, .reads:
            // Whoever says what is asked says all of it; a case about something else says nothing.
            expected = got
            isEqual = true
        default:
            expected = got
            isEqual = true
        }
    }
}
