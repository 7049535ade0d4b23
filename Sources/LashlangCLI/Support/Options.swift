import ArgumentParser
import LashTerminal
import Lashlang

struct ToolsOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A mock host: the modules and functions that programs may call, and what they answer.",
            discussion: """
                A JSON file, such as {"tools": {"files.read": {"input": "{ path: str }", "output": "str", "returns": \
                "text"}}}. An entry answers with "returns", "error", "echo" or a "sequence" of them, after "delay_ms". \
                "functions", "constructors", "types", "processes", "signals", "abilities" and "globals" stand beside \
                "tools".
                """,
            valueName: "FILE"
        ),
        completion: .file(extensions: ["json"])
    )
    var tools: String?

    func load() throws(CommandFailure) -> MockHost? {
        guard let tools else { return nil }
        return try ToolsFile.load(tools)
    }
}

struct SuspensionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Leave the run waiting at its N-th question to the host, and write it to a file.",
            discussion:
                "Operations, functions, awaited processes, sleeps and signals are questions. See `lashlang resume`.",
            valueName: "N"
        )
    )
    var suspendAt: Int?

    @Option(help: ArgumentHelp("Where to write it; the program's name with .snapshot if not said.", valueName: "FILE"))
    var snapshot: String?

    func validate() throws {
        if let suspendAt, suspendAt < 1 { throw ValidationError("--suspend-at counts from 1.") }
        if snapshot != nil, suspendAt == nil { throw ValidationError("--snapshot needs --suspend-at.") }
    }

    var suspension: Suspension { Suspension(at: suspendAt, path: snapshot) }
}

/// The limits of a command line that says nothing of them, as it would say them and as numbers.
enum StandardLimits {
    static let fuel = (text: "100G", units: 100_000_000_000)
    static let memory = (text: "1GiB", bytes: 1 << 30)

    static let calls = (text: "100k", count: 100_000)
    static let output = (text: "100MB", bytes: 100_000_000)

    static var all: Limits {
        Limits(fuel: fuel.units, memory: memory.bytes, hostCalls: calls.count, outputBytes: output.bytes)
    }
}

struct LimitOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Units of work, as 1M or 10k; none for no limit.", valueName: "N"))
    var fuel = StandardLimits.fuel.text

    @Option(help: ArgumentHelp("Bytes of live values, as 10MB or 1GiB; none for no limit.", valueName: "SIZE"))
    var maxMemory = StandardLimits.memory.text

    @Option(help: ArgumentHelp("Time, as 500ms or 2s; none for no limit.", valueName: "TIME"))
    var timeout = "none"

    @Option(help: ArgumentHelp("Calls of the host, as 100 or 10k; none for no limit.", valueName: "N"))
    var maxCalls = StandardLimits.calls.text

    @Option(
        help: ArgumentHelp(
            "Text of everything printed and of the finished value, as 10MB or 1GiB; none for no limit.",
            valueName: "SIZE"
        )
    )
    var maxOutput = StandardLimits.output.text

    func limits() throws(CommandFailure) -> Limits {
        Limits(
            fuel: fuel == "none" ? nil : try Self.named("--fuel", fuel, Quantity.count),
            memory: maxMemory == "none" ? nil : try Self.named("--max-memory", maxMemory, Quantity.bytes),
            time: timeout == "none" ? nil : try Self.named("--timeout", timeout, Quantity.time),
            hostCalls: maxCalls == "none" ? nil : try Self.named("--max-calls", maxCalls, Quantity.count),
            outputBytes: maxOutput == "none" ? nil : try Self.named("--max-output", maxOutput, Quantity.bytes)
        )
    }

    private static func named<Amount>(
        _ option: String,
        _ text: String,
        _ read: (String) throws(CommandFailure) -> Amount
    ) throws(CommandFailure) -> Amount {
        do { return try read(text) } catch { throw .usage("\(option): \(error.message)") }
    }
}

/// The forms of what is said about a run, besides the one for people.
struct ReportOptions: ParsableArguments {
    @Flag(help: "Print one JSON object instead of the value.")
    var json = false

    @Flag(help: "Say what is wrong in the short form that language models get.")
    var forModel = false

    func validate() throws {
        if json, forModel { throw ValidationError("--json and --for-model are two forms of one report; give one.") }
    }

    /// The form that was asked for.
    var form: ReportForm { json ? .json : forModel ? .model : .people }
}
