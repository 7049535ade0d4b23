import LashCases
import LashTestSupport
import Lashlang
import Testing

/// Programs that models write out of habit from other languages, and how well they are recognised.
@Suite struct IdiomTests {
    /// One program of `Tests/Habits`.
    struct Habit {
        enum Kind: String {
            /// It has an error.
            case rejected
            /// It runs, and does not do what was meant.
            case silent
            /// It is as it should be.
            case fine
        }

        var id: String
        var kind: Kind
        /// A machine can mend it.
        var isFixable: Bool
        var program: String
        /// What it finishes with once it is mended.
        var value: Value
        var bindings: Record
    }

    static func habits(_ file: String) throws -> [Habit] {
        try ProjectFiles.lines(ProjectFiles.text("Tests/Habits/\(file)")).filter { !$0.isEmpty }.map { line in
            guard case .record(let fields) = try Value(json: line), case .string(let id) = fields["id"],
                case .string(let kind) = fields["kind"],
                let kind = Habit.Kind(rawValue: kind), case .string(let program) = fields["program"]
            else { throw ProjectFiles.Missing(path: line) }
            var bindings = Record()
            if case .record(let given) = fields["bind"] { bindings = given }
            return Habit(
                id: id,
                kind: kind,
                isFixable: fields["fixable"] == .bool(true),
                program: program,
                value: fields["value"] ?? .null,
                bindings: bindings
            )
        }
    }

    static let host = """
        {"tools": {"read_file": {"returns": {"content": "text of a"}}, "search": {"returns": [{"title": "A", "score": 2}, \
        {"title": "B", "score": 5}]}, "count": {"returns": 3}, "check": {"returns": false}, "fail": {"error": "boom"}}, \
        "abilities": "all"}
        """

    /// How a program ends in a run against the host above.
    struct Ending {
        var value: Value?
        var error: Diagnostic?
        var warnings: [Diagnostic] = []
    }

    static func bindings(_ habit: Habit) throws -> ProjectedBindings {
        var bindings = ProjectedBindings()
        for (name, value) in habit.bindings { try bindings.bind(name, value) }
        return bindings
    }

    static func environment(_ habit: Habit, _ host: MockHost) -> HostEnvironment {
        var environment = host.environment
        environment.readOnlyNames = Set(habit.bindings.keys)
        return environment
    }

    static func run(_ program: Program, _ host: MockHost, _ bindings: ProjectedBindings) -> Ending {
        let limits = Limits(fuel: 2_000_000, memory: 64 << 20)
        do throws(RuntimeError) {
            let simulation = Simulation(host, program: program, limits: limits)
            let outcome = try Session().run(program, in: simulation, bindings: bindings, limits: limits)
            if case .finished(let value) = outcome { return Ending(value: value, warnings: program.allWarnings) }
            return Ending(warnings: program.allWarnings)
        } catch {
            return Ending(error: error.advisedDiagnostic, warnings: program.allWarnings)
        }
    }

    static func end(_ source: SourceText, _ habit: Habit, _ host: MockHost) throws -> Ending {
        let bindings = try bindings(habit)
        do throws(Diagnostics) {
            return run(try Program(source, environment: environment(habit, host)), host, bindings)
        } catch {
            return Ending(error: error.all.first { $0.severity == .error })
        }
    }

    struct Counts: Equatable, CustomStringConvertible {
        var rejected = 0
        var recognised = 0
        var fixable = 0
        var fixed = 0
        var silent = 0
        var warned = 0
        var fine = 0
        var alarms = 0
        var unexpected: [String] = []

        var description: String {
            """
            rejected \(recognised)/\(rejected), fixed \(fixed)/\(fixable), silent \(warned)/\(silent), \
            false alarms \(alarms)/\(fine); not as expected: \(unexpected.joined(separator: " "))
            """
        }
    }

    static func count(_ habits: [Habit]) throws -> Counts {
        let host = try MockHost(HostDescription(json: Array(host.utf8)))
        var counts = Counts()
        for habit in habits {
            let source = SourceText(habit.program)
            let ending = try end(source, habit, host)
            switch habit.kind {
            case .rejected:
                counts.rejected += 1
                // What the language has learnt meanwhile is no mistake any more.
                let isAccepted = ending.error == nil && matches(ending.value, habit.value)
                let isRecognised = isAccepted || ending.error?.hint != nil
                counts.recognised += isRecognised ? 1 : 0
                if !isRecognised { counts.unexpected.append(habit.id) }
                guard habit.isFixable else { break }
                counts.fixable += 1
                let bindings = try bindings(habit)
                let fixed = Program.fixing(source, environment: environment(habit, host)) {
                    run($0, host, bindings).error
                }
                let isFixed = matches(try end(fixed.source, habit, host).value, habit.value)
                counts.fixed += isFixed ? 1 : 0
                if !isFixed { counts.unexpected.append(habit.id) }
            case .silent:
                counts.silent += 1
                let isWarned = ending.error != nil || !ending.warnings.isEmpty || matches(ending.value, habit.value)
                counts.warned += isWarned ? 1 : 0
                if !isWarned { counts.unexpected.append(habit.id) }
            case .fine:
                counts.fine += 1
                let isAlarm = ending.error != nil || !ending.warnings.isEmpty
                counts.alarms += isAlarm ? 1 : 0
                if isAlarm { counts.unexpected.append(habit.id) }
            }
        }
        return counts
    }

    /// The same value, numbers within rounding.
    static func matches(_ value: Value?, _ wanted: Value) -> Bool {
        if case .number(let a) = value, case .number(let b) = wanted { return abs(a - b) < 1e-9 }
        // A tuple has no form of its own in the files.
        return value.map { $0 == wanted || (try? $0.json()) == (try? wanted.json()) } ?? false
    }

    @Test func knownHabitsAreRecognised() throws {
        let counts = try Self.count(try Self.habits("habits.jsonl"))
        print("known habits: \(counts)")
        #expect(counts.rejected == 296 && counts.fixable == 230 && counts.silent == 65 && counts.fine == 36)
        #expect(counts.recognised == 296, "\(counts)")
        #expect(counts.fixed == 230, "\(counts)")
        #expect(counts.warned >= 45, "\(counts)")
        #expect(counts.alarms == 0, "\(counts)")
    }

    /// Programs that were written after the recognisers.
    @Test func otherHabitsAreRecognised() throws {
        let counts = try Self.count(try Self.habits("more-habits.jsonl"))
        print("other habits: \(counts)")
        #expect(counts.rejected + counts.silent + counts.fine >= 200)
        #expect(counts.recognised == counts.rejected, "\(counts)")
        #expect(counts.fixed == counts.fixable, "\(counts)")
        #expect(counts.warned == counts.silent, "\(counts)")
        #expect(counts.alarms == 0, "\(counts)")
    }

    /// Repair moves the places of a text, so nothing is said about one that is not UTF-8 but that it is not.
    @Test(arguments: [[], [0xFF], Array(repeating: 0xFF, count: 100)] as [[UInt8]])
    func textThatNeedsRepairHasNoHabits(_ invalid: [UInt8]) throws {
        let bytes = Array("x = 1\nx += 1 ".utf8) + invalid + Array(" # why\nfinish x".utf8)
        let error = try #require(throws: Diagnostics.self) { try Program(SourceText(bytes: bytes)) }
        let fixes = error.all.flatMap(\.fixes)
        #expect(fixes.isEmpty == !invalid.isEmpty)
        #expect(fixes.allSatisfy { $0.span.end <= bytes.count })
        #expect(error.all.contains { $0.code == "E0103" } == !invalid.isEmpty)
    }

    /// Warnings about habits on programs that finish as they should.
    @Test func finishingProgramsGiveFewFalseAlarms() throws {
        var finishing = 0
        var alarms: [String] = []
        let folder = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(2).joined(
            separator: "/"
        )
        for example in try Suite(paths: [folder + "/Conformance"]).cases
        where example.reach == .run && example.blocks.count == 1 {
            // What the case expects is what it does: the suite has its own test.
            guard example.finishes,
                let program = try? Program(example.blocks[0].source, environment: HostEnvironment(abilities: .all))
            else { continue }
            finishing += 1
            alarms += program.likelyMistakes.map { "\(example.title): \($0.code) \($0.message)" }
        }
        print("finishing programs: \(alarms.count) of \(finishing)")
        #expect(finishing > 500)
        #expect(Double(alarms.count) < 0.01 * Double(finishing), "\(alarms)")
    }
}
