import ArgumentParser
import LashTerminal
import Lashlang

struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show what a program would do, without running it.",
        usage: "lashlang plan FILE [--tools FILE] [--bind NAME=JSON] [--json]",
        discussion: """
            Everything that the program can ask of its host, with its place: what is in a loop, how often at the most where \
            the text says so, what stands behind a condition, and what needs approval ("approval": true in the tools).
            Then the names that it reads and writes, and about how much fuel it takes.

              $ lashlang plan watch.lash --tools watch.json

            The exit status is 65 if the program has errors.
            """
    )

    @Argument(help: ArgumentHelp("A program; - is standard input.", valueName: "FILE"))
    var file: String

    @OptionGroup(title: "Data") var data: BindingOptions

    @Option(
        name: [.customLong("bind-name"), .customLong("read-only")],
        help: ArgumentHelp("A name that will be bound.", valueName: "NAME")
    )
    var names: [String] = []

    @OptionGroup(title: "Host") var tools: ToolsOptions

    @Flag(help: "Print one JSON object on standard output instead.")
    var json = false

    @OptionGroup var color: ColorOptions

    func run() throws {
        var input = StandardInput()
        let source = try ProgramFile.source(file, &input)
        let bindings = try data.load(&input)
        let host = try tools.load()
        var environment = host?.environment ?? HostEnvironment()
        environment.readOnlyNames = Set(names).union(bindings.names)
        let program: Program
        do { program = try Program(source, environment: environment) } catch {
            ProgramFile.failure(error.all, in: source, color: color.onError)
        }
        let approvals = host?.approvals ?? []
        let plan = program.plan(lengths: lengths(of: bindings), needsApproval: approvals.contains)
        let report = PlanReport(plan, of: program, bound: environment.readOnlyNames)
        try Console.write(json ? try report.json.jsonText() + "\n" : report.text)
    }

    private func lengths(of bindings: ProjectedBindings) -> [String: Int] {
        var lengths: [String: Int] = [:]
        for name in bindings.names {
            switch bindings.value(of: name) {
            case .list(let elements)?, .tuple(let elements)?: lengths[name] = elements.count
            default: break
            }
        }
        return lengths
    }
}
