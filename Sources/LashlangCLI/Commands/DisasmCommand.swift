import ArgumentParser
import LashTerminal
import Lashlang

struct DisasmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disasm",
        abstract: "Show the instructions that a program is compiled to.",
        usage: "lashlang disasm FILE [--bind-name NAME]",
        discussion: """
            Registers stand by name, constants by value, and the source line beside the first instruction of each.

              $ echo 'finish 1 + 1' | lashlang disasm -
            """
    )

    @Argument(
        help: ArgumentHelp("A program; - is standard input.", valueName: "FILE"),
        completion: .file(extensions: ["lash"])
    )
    var file: String

    @Option(
        name: [.customLong("bind-name"), .customLong("read-only")],
        help: ArgumentHelp("A name that will be bound.", valueName: "NAME")
    )
    var names: [String] = []

    @Flag(help: "Leave out all optimizations.")
    var unoptimized = false

    @OptionGroup var color: ColorOptions

    func run() throws {
        let source = try ProgramFile.source(file)
        let program: Program
        do {
            program = try Program(
                source,
                environment: HostEnvironment(readOnlyNames: Set(names)),
                optimization: unoptimized ? .none : .full
            )
        } catch {
            ProgramFile.failure(error.all, in: source, color: color.onError)
        }
        try Console.write(program.disassembly())
    }
}
