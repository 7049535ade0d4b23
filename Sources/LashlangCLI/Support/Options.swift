import ArgumentParser
import Lashlang

/// When to colour.
enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

struct ColorOptions: ParsableArguments {
    @Option(help: "When to colour: auto, always or never. NO_COLOR is respected.")
    var color = ColorChoice.auto

    /// Whether to colour what goes to standard error.
    var onError: Bool { Console.usesColor(onTerminal: Console.errorIsTerminal, color) }
    /// Whether to colour what goes to standard output.
    var onOutput: Bool { Console.usesColor(onTerminal: Console.outputIsTerminal, color) }
}

struct BindingOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Put a value in scope under a name; programs cannot change it. May be repeated.",
            discussion: """
                NAME=JSON is a value, NAME=@FILE a file, NAME=- JSON from standard input. What a file means follows from \
                its name: .json is a value; .jsonl and .ndjson are a list, one value a line; .csv and .tsv are a list of \
                records by the names in the first row, all values text; any other file is its text.
                """,
            valueName: "NAME=JSON|NAME=@FILE|NAME=-"
        )
    )
    var bind: [String] = []

    @Option(help: ArgumentHelp("Put a text in scope under a name, as it is.", valueName: "NAME=TEXT"))
    var bindText: [String] = []

    /// Reads everything that is to be bound. `input` is marked used if one of them is standard input.
    func load(_ input: inout StandardInput) throws(CommandFailure) -> ProjectedBindings {
        try BindingReader.load(bind, texts: bindText, &input)
    }
}

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
        )
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
