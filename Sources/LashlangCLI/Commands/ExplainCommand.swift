import ArgumentParser
import LashTerminal
import Lashlang

struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Explain the code of an error or a warning.",
        usage: "lashlang explain [CODE]",
        discussion: """
            Shows what the problem is, a program that has it, and the same program without it. Without a code all codes \
            are listed.

              $ lashlang explain E0102
            """
    )

    @Argument(
        help: ArgumentHelp("A code such as E0102 or W0203.", valueName: "CODE"),
        completion: .list(Explanations.all.map(\.code))
    )
    var code: String?

    func run() throws {
        guard let code else {
            return try Console.write(Explanations.all.map { "\($0.code)  \($0.title)\n" }.joined())
        }
        guard let page = Explanations.page(code) else {
            let near = Explanations.near(code)
            let advice = near.isEmpty ? "`lashlang explain` lists all codes" : "did you mean \(near)?"
            throw CommandFailure.usage("there is no code `\(code)`\n  \(advice)")
        }
        try Console.write(Explanations.text(page, width: min(Console.width ?? 80, 100)))
    }
}
