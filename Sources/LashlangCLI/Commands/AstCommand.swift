import ArgumentParser
import LashTerminal
import Lashlang

struct AstCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ast",
        abstract: "Show the syntax tree of a program.",
        usage: "lashlang ast FILE [--json]",
        discussion: """
            One node a line, its place behind it. With --json the form that case files use: \
            {"main":[…],"declarations":[…]}.

              $ echo 'finish 1 + x' | lashlang ast -
              finish  1:1
                +  1:8
                  1  1:8
                  x  1:12
            """
    )

    @Argument(
        help: ArgumentHelp("A program; - is standard input.", valueName: "FILE"),
        completion: .file(extensions: ["lash"])
    )
    var file: String

    @Flag(help: "Print JSON.")
    var json = false

    @OptionGroup var color: ColorOptions

    func run() throws {
        let source = try ProgramFile.source(file)
        let (tree, problems) = SyntaxTree.parse(source)
        if !problems.isEmpty { ProgramFile.failure(problems, in: source, color: color.onError) }
        if json {
            try Console.write("{\"main\":\(tree.mainJSON),\"declarations\":\(tree.declarationsJSON)}\n")
        } else {
            var outline = TreeOutline(tree)
            try Console.write(outline.text())
        }
    }
}
