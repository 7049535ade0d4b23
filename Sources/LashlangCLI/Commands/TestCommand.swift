import ArgumentParser
import LashCases
import LashTerminal
import Synchronization

struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run case files and compare what happens with what they expect.",
        usage: "lashlang test PATH... [--filter PATTERN] [--bless] [--tap] [--junit FILE] [--jobs N]",
        discussion: """
            A case file is a .lash file; cases are separated by lines of three dashes, and lines that begin with //! say \
            what is given and what is expected. Of a folder all .lash files below it are run.

              $ lashlang test Tests/Conformance
              $ lashlang test Tests/Conformance --filter 'record order'
              $ lashlang test new.lash --bless     # write down what happens; then read the changes

            The exit status is 1 if a case failed, 65 if a case file is malformed, 66 if it cannot be read.
            """
    )

    @Argument(
        help: ArgumentHelp("Case files, and folders with case files.", valueName: "PATH"),
        completion: .file(extensions: ["lash"])
    )
    var paths: [String]

    @Option(
        help: ArgumentHelp(
            "Run only the cases whose path, line, name or id has this text, or matches this regular expression.",
            valueName: "PATTERN"
        )
    )
    var filter: String?

    @Flag(help: "Put what happens in place of what was expected and did not happen.")
    var bless = false

    @Flag(help: "Report in the Test Anything Protocol.")
    var tap = false

    @Option(help: ArgumentHelp("Write a report in JUnit's XML as well.", valueName: "FILE"))
    var junit: String?

    @Option(help: ArgumentHelp("Threads; without it, one for each processor.", valueName: "N"))
    var jobs: Int?

    func validate() throws {
        if let jobs, jobs < 1 { throw ValidationError("--jobs must be at least 1.") }
    }

    func run() throws {
        var suite = try load()
        if let filter { suite.filter(filter) }
        if suite.cases.isEmpty {
            throw CommandFailure(.failure, filter.map { "no case matches `\($0)`" } ?? "there are no cases")
        }
        let progress = Progress(total: suite.cases.count, isShown: Console.errorIsTerminal && !tap)
        let results = suite.run(jobs: jobs ?? Console.processors) { _ in progress.step() }
        progress.clear()
        if let junit {
            do { try Files.replace(junit, with: Array(Reports.junit(results).utf8)) } catch {
                throw CommandFailure(.outputError, "cannot write \(junit): \(error.message)")
            }
        }
        try Console.write(tap ? Reports.tap(results) : Reports.summary(results) + "\n")
        if bless { return try bless(suite, results) }
        if results.contains(where: { $0.status == .failed }) { Console.exit(.failure) }
    }

    private func load() throws -> Suite {
        do { return try Suite(paths: paths) } catch let error as CaseFileErrors {
            // A file that cannot be read is reported without a line.
            let isUnreadable = error.all.allSatisfy { $0.line == 0 }
            if !isUnreadable { throw CommandFailure(.dataError, error.description) }
            let lines = error.all.map { "cannot read \($0.path): \($0.message)" }
            throw CommandFailure(.noInput, lines.joined(separator: "\n"))
        } catch let error as FileError {
            throw CommandFailure(.noInput, "cannot read \(error.path): \(error.message)")
        }
    }

    private func bless(_ suite: Suite, _ results: [CaseResult]) throws {
        do {
            let written = try suite.bless(results)
            for path in written { Console.writeError("wrote \(path)\n") }
        } catch let error as FileError {
            throw CommandFailure(.outputError, "cannot write \(error.path): \(error.message)")
        }
    }
}

/// A line on the terminal that counts, and goes away in the end.
private final class Progress: Sendable {
    private let total: Int
    private let isShown: Bool
    private let done = Atomic<Int>(0)

    init(total: Int, isShown: Bool) {
        self.total = total
        self.isShown = isShown
    }

    func step() {
        let count = done.add(1, ordering: .relaxed).newValue
        if isShown, count % 50 == 0 || count == total { Console.writeError("\r\(count) of \(total) cases") }
    }

    func clear() {
        if isShown { Console.writeError("\r\u{1B}[K") }
    }
}
