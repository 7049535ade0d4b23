import ArgumentParser
import LashTerminal
import Lashlang

struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Measure how long a program takes to compile and to run.",
        usage: "lashlang bench FILE [--bind NAME=JSON] [--rounds N] [--json]",
        discussion: """
            Compiles and runs again and again, each run with fresh variables, and shows the median and the minimum. What \
            the program prints is dropped.

              $ lashlang bench board.lash --bind board=@board.json
            """
    )

    @Argument(
        help: ArgumentHelp("A program; - is standard input.", valueName: "FILE"),
        completion: .file(extensions: ["lash"])
    )
    var file: String

    @OptionGroup(title: "Data") var bindings: BindingOptions

    @OptionGroup(title: "Limits of each run") var limits: LimitOptions

    @Option(help: ArgumentHelp("Rounds; without it, as many as fit into about a second.", valueName: "N"))
    var rounds: Int?

    @Flag(help: "Print one JSON object with times in nanoseconds.")
    var json = false

    @OptionGroup var color: ColorOptions

    func validate() throws {
        if let rounds, rounds < 1 { throw ValidationError("--rounds must be at least 1.") }
    }

    func run() throws {
        var input = StandardInput()
        let source = try ProgramFile.source(file, &input)
        let limits = try limits.limits()
        let bindings = try bindings.load(&input)
        Interruption.catchSignal(once: true)

        let environment = HostEnvironment(readOnlyNames: Set(bindings.names))
        let program: Program
        var compiling = Timing()
        do {
            program = try Program(source, environment: environment)
            try compiling.measure(rounds: rounds, for: .milliseconds(300)) { () throws(Diagnostics) in
                _ = try Program(source, environment: environment)
            }
        } catch {
            ProgramFile.failure(error.all, in: source, color: color.onError)
        }

        var first = Timing()
        var running = Timing()
        var statistics = RunStatistics()
        func runOnce() throws(RuntimeError) {
            let session = Session()
            _ = try session.run(
                program,
                bindings: bindings,
                limits: limits,
                isCancelled: { Interruption.isPending }
            )
            statistics = session.statistics
        }
        do {
            try first.measure(rounds: 1, for: .zero, runOnce)
            try running.measure(rounds: rounds, for: .seconds(1), runOnce)
        } catch {
            let renderer = DiagnosticRenderer(source, usesColor: color.onError)
            Console.writeError(renderer.render(error.advisedDiagnostic))
            let isCancelled = error.diagnostic.code == FailureCode.cancelled.rawValue
            Console.exit(isCancelled ? .interrupted : error.diagnostic.stage == .limit ? .limit : .failure)
        }
        let report = BenchReport(
            program: program,
            compiling: compiling,
            first: first,
            running: running,
            statistics: statistics
        )
        try Console.write(json ? report.jsonText() + "\n" : report.text)
    }
}

/// What `bench` found out.
private struct BenchReport {
    var program: Program
    var compiling: Timing
    var first: Timing
    var running: Timing
    var statistics: RunStatistics

    private var megabytesPerSecond: Double {
        // Bytes a nanosecond are gigabytes a second.
        Double(program.source.bytes.count) / Double(max(1, compiling.median)) * 1000
    }

    var text: String {
        func line(_ name: String, _ text: String) -> String {
            name + String(repeating: " ", count: 14 - name.count) + text + "\n"
        }
        func times(_ timing: Timing) -> String {
            "\(Readable.time(nanoseconds: timing.median)) median, \(Readable.time(nanoseconds: timing.minimum)) minimum"
                + " of \(Readable.count(timing.samples.count))"
        }
        return line("source", "\(Readable.size(program.source.bytes.count)), \(program.source.name)")
            + line("instructions", Readable.count(program.instructionCount))
            + line("compile", "\(times(compiling)), \(Readable.decimals(megabytesPerSecond)) MB/s")
            + line("first run", Readable.time(nanoseconds: first.minimum))
            + line("run", times(running))
            + line("fuel", "\(Readable.count(statistics.fuel)) a run")
            + line("peak memory", Readable.size(statistics.peakMemory))
    }

    func jsonText() throws(CommandFailure) -> String {
        func times(_ timing: Timing) -> Value {
            [
                "median_ns": .number(Double(timing.median)), "min_ns": .number(Double(timing.minimum)),
                "rounds": .number(Double(timing.samples.count)),
            ]
        }
        let report: Value = [
            "file": .string(program.source.name),
            "source_bytes": .number(Double(program.source.bytes.count)),
            "instructions": .number(Double(program.instructionCount)),
            "compile": times(compiling),
            "compile_mb_per_s": .number(megabytesPerSecond),
            "first_run_ns": .number(Double(first.minimum)),
            "run": times(running),
            "fuel": .number(Double(statistics.fuel)),
            "peak_memory": .number(Double(statistics.peakMemory)),
        ]
        return try report.jsonText()
    }
}
