import ArgumentParser
import LashTerminal
import Lashlang

struct ResumeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Go on with a suspended run.",
        usage: "lashlang resume SNAPSHOT [--answer JSON]... [--fail TEXT]... [--tools FILE] [options]",
        discussion: """
            A snapshot holds the program, its variables, and what it waits for: one answer, or one for each call that was \
            made at once. Answers are given in that order. Without an answer, the mock host of --tools is asked. The \
            snapshot stays as it is: it can be resumed again, with other answers.

              $ lashlang run watch.lash --tools watch.json --suspend-at 2
              $ lashlang resume watch.snapshot --answer '"ok"' --tools watch.json

            Output and exit status are those of `lashlang run`.
            """
    )

    @Argument(
        help: ArgumentHelp("The file that --suspend-at has written.", valueName: "SNAPSHOT"),
        completion: .file()
    )
    var snapshot: String

    @Option(
        help: ArgumentHelp("The answer to the first open question. Repeat it for the next ones.", valueName: "JSON")
    )
    var answer: [String] = []

    @Option(
        name: .customLong("fail"),
        help: ArgumentHelp("A failure, for the questions after those that have answers.", valueName: "TEXT")
    )
    var failures: [String] = []

    @OptionGroup(title: "Host") var tools: ToolsOptions

    @OptionGroup(title: "Suspension") var suspension: SuspensionOptions

    @OptionGroup(title: "Limits") var limits: LimitOptions

    @OptionGroup var report: ReportOptions

    @OptionGroup var color: ColorOptions

    func run() throws {
        let results = try results()
        let host = try tools.load()
        let limits = try limits.limits()
        let bytes = try Inputs.read(snapshot)
        let run: Run
        do throws(SnapshotError) {
            run = try Run(
                snapshot: bytes,
                environment: host?.environment ?? HostEnvironment(),
                limits: limits,
                isCancelled: { Interruption.isPending }
            )
        } catch {
            let advice =
                host == nil && error.message.hasPrefix("this host") ? "; give --tools FILE as it was run with" : ""
            throw CommandFailure.data("cannot resume \(snapshot): \(error.message)\(advice)")
        }
        Interruption.catchSignal(once: true)
        try answer(run, results, hasHost: host != nil)
        var program = ProgramRun(run.session, keepsPrints: report.json)
        let printsLive = !report.json
        program.resume(
            run,
            host: host ?? MockHost(environment: HostEnvironment()),
            suspendsAt: suspension.suspendAt,
            limits: limits
        ) { value in
            if printsLive { Console.writeError(line: value) }
        }
        try suspension.suspension.write(program, of: snapshot)
        try program.report(report.form, color: color.color, atMost: limits.outputBytes)
    }

    private func results() throws(CommandFailure) -> [CallResult] {
        var results: [CallResult] = []
        for text in answer {
            do throws(JSONParseError) { results.append(.value(try Value(json: text))) } catch {
                throw .usage("--answer: not JSON: \(error.message)")
            }
        }
        return results + failures.map { .failure(CallFailure($0)) }
    }

    private func answer(_ run: Run, _ results: [CallResult], hasHost: Bool) throws {
        let event: Run.Event
        do throws(RuntimeError) { event = try run.resume() } catch {
            // The limits were used up before the run was suspended.
            throw CommandFailure(.limit, error.diagnostic.message)
        }
        let open: [Int]
        switch event {
        case .asked: open = run.unansweredCalls.map(\.position)
        case .requested: open = [0]
        default: open = []
        }
        if results.count > open.count {
            let many = Readable.plural(open.count, "answer")
            throw CommandFailure.usage("the run waits for \(many), and \(results.count) are given")
        }
        if results.count < open.count, !hasHost {
            throw CommandFailure.usage(
                "the run waits for \(CallReport.text(event)): give \(Readable.plural(open.count, "--answer JSON")), or --tools FILE"
            )
        }
        for (position, result) in zip(open, results) { run.answer(result, at: position) }
    }
}
