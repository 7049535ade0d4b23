import Lashlang
import Testing

/// Programs that nobody would write: optimised and not, they must do the same.
@Suite struct RandomProgramTests {
    /// Of one, two or three programs each: 10,000 programs.
    private static let sessions = randomCount(usually: 5_000, variable: "LASHLANG_RANDOM_SESSIONS")
    private static let groups = 20

    @Test(arguments: 0..<groups)
    func optimisationCannotBeObserved(group: Int) {
        var (compiled, compared) = (0, 0)
        for seed in stride(from: group, to: Self.sessions, by: Self.groups) {
            var random = RandomPrograms(seed: seed)
            let count = 1 + seed % 3
            let blocks = (0..<count).map { random.block(isFirst: $0 == 0) }
            switch difference(blocks) {
            case .none: (compiled, compared) = (compiled + 1, compared + 1)
            case .limited: compiled += 1
            case .refused: break
            case .malformed(let what):
                Issue.record("seed \(seed) is not grammatical\n\(blocks.map(programText))\n\(what)")
                return
            case .found(let kind, _):
                let smallest = shrink(blocks, keeping: kind)
                let text = smallest.map(programText).joined(separator: "--- next block\n")
                guard case .found(_, let what) = difference(smallest) else { continue }
                Issue.record("seed \(seed): \(kind.rawValue)\n\(text)\n\(what)")
                return
            }
        }
        // Otherwise the generator makes too little that runs.
        let all = Self.sessions / Self.groups
        #expect(compiled * 10 > all * 7, "\(compiled) of \(all) sessions compile")
        #expect(compared * 10 > all * 6, "\(compared) of \(all) sessions end within their limits")
    }
}

private enum Difference {
    case none
    /// A limit was met: the two forms meet it at different places.
    case limited
    /// A static check refuses the program.
    case refused
    /// The text cannot be parsed.
    case malformed(String)
    case found(Kind, String)

    enum Kind: String {
        case behaviour = "the two forms do different things"
        case place = "the two forms report an error at different places"
        case leak = "objects are left behind"
    }
}

/// Everything that a run shows.
private struct Observation: CustomStringConvertible {
    var text: String
    var place: Span?

    var description: String { text + (place.map { "\nat \($0.start)..<\($0.end)" } ?? "") }

    /// Whether one place lies in the other: an instruction that does the work of several may report a wider place.
    func isNear(_ other: Observation) -> Bool {
        guard let place, let otherPlace = other.place else { return place == other.place }
        func contains(_ outer: Span, _ inner: Span) -> Bool { outer.start <= inner.start && inner.end <= outer.end }
        return contains(place, otherPlace) || contains(otherPlace, place)
    }
}

private func bindings() -> ProjectedBindings {
    var bindings = ProjectedBindings()
    let given: Value = ["a": [1, "é", nil, ["k": 2]], "b": ["c": 2.5]]
    do { try bindings.bind("given", given) } catch { Issue.record("\(error.message)") }
    return bindings
}

/// Runs the blocks one after the other in a session for each form of the code, and compares after each.
private func difference(_ blocks: [[Fragment]]) -> Difference {
    var environment = HostEnvironment(readOnlyNames: ["given"])
    let (optimized, plain) = (Session(), Session())
    let bindings = bindings()
    for block in blocks {
        let source = SourceText(programText(block))
        environment.functions = optimized.functions
        let programs: (Program, Program)
        do {
            programs = (
                try Program(source, environment: environment),
                try Program(source, environment: environment, optimization: .none)
            )
        } catch { return error.all.contains { $0.stage == .parse } ? .malformed("\(error.all)") : .refused }
        let first = observe(programs.0, in: optimized, bindings)
        let second = observe(programs.1, in: plain, bindings)
        let strays = max(optimized.strayObjects, plain.strayObjects)
        if strays != 0 { return .found(.leak, "\(strays) objects") }
        guard let first, let second else { return .limited }
        if first.text != second.text || !first.isNear(second) {
            return .found(
                first.text == second.text ? .place : .behaviour,
                "optimised:\n\(first)\nnot optimised:\n\(second)"
            )
        }
    }
    return .none
}

/// Runs a program; `nil` if it met a limit.
private func observe(_ program: Program, in session: Session, _ bindings: ProjectedBindings) -> Observation? {
    var lines: [String] = []
    var place: Span?
    do {
        let limits = Limits(fuel: 4_000, memory: 2_000_000)
        let outcome = try session.run(
            program,
            bindings: bindings,
            limits: limits,
            onPrint: { lines.append("print \($0.literal) \($0.text)") }
        )
        switch outcome {
        case .finished(let value): lines.append("finished \(value.literal)")
        case .failed(let value): lines.append("failed \(value.literal)")
        case .completed: lines.append("completed")
        }
    } catch {
        let diagnostic = error.diagnostic
        if diagnostic.stage == .limit { return nil }
        place = diagnostic.span
        lines.append("error \(diagnostic.code) \(diagnostic.message)")
    }
    for (name, value) in session.variables { lines.append("\(name) = \(value.literal)") }
    return Observation(text: lines.joined(separator: "\n"), place: place)
}

/// The smallest blocks that still differ: takes away one statement after the other, as long as that keeps the kind of
/// difference.
private func shrink(_ blocks: [[Fragment]], keeping kind: Difference.Kind) -> [[Fragment]] {
    var smallest = blocks
    var attempts = 0
    while attempts < 2_000 {
        let smaller = variants(smallest).first { candidate in
            attempts += 1
            if case .found(kind, _) = difference(candidate) { return true }
            return false
        }
        guard let smaller else { break }
        smallest = smaller
    }
    return smallest
}

private func variants(_ blocks: [[Fragment]]) -> [[[Fragment]]] {
    let withoutOne =
        blocks.count < 2 ? [] : blocks.indices.map { index in blocks.indices.filter { $0 != index }.map { blocks[$0] } }
    return withoutOne
        + blocks.indices.flatMap { index in
            variants(blocks[index]).map { block in
                var copy = blocks
                copy[index] = block
                return copy
            }
        }
}

/// The statements with one of them removed, replaced by what it contains, or with one removed inside it.
private func variants(_ statements: [Fragment]) -> [[Fragment]] {
    statements.indices.reversed().flatMap { index -> [[Fragment]] in
        let (before, after) = (statements[..<index], statements[(index + 1)...])
        var result = [Array(before + after)]
        if case .block(let head, let body, let otherwise) = statements[index] {
            result.append(before + body + after)
            result += variants(body).map { before + [.block(head: head, body: $0, otherwise: otherwise)] + after }
            if let otherwise {
                result.append(before + [.block(head: head, body: body, otherwise: nil)] + after)
                result += variants(otherwise).map { before + [.block(head: head, body: body, otherwise: $0)] + after }
            }
        }
        return result
    }
}
