import Lashlang
import Testing

/// What `make install` brings beside the binary says everything that the binary says of itself.
@Suite struct ManualTests {
    let place = Workplace()

    private static let program: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return (parts.dropLast(3) + ["Examples", "Manual", "manual.lash"]).joined(separator: "/")
    }()

    private struct Command {
        var name: String
        /// The options as they are typed, and what stands for arguments.
        var options: [String] = []
        var arguments: [String] = []
    }

    private static func field(_ name: String, of value: Value?) -> Value? {
        guard case .record(let record)? = value else { return nil }
        return record[name]
    }

    private static func list(_ value: Value?) -> [Value] {
        guard case .list(let items)? = value else { return [] }
        return items
    }

    /// The root command, by an empty name, and its subcommands.
    private func commands() throws -> [Command] {
        let help = place.lashlang("--experimental-dump-help").output
        place.write(help, to: "help.json")
        let root = Self.field("command", of: try Value(json: help))
        let all =
            [("", root)]
            + Self.list(Self.field("subcommands", of: root)).map { sub in
                (Self.field("commandName", of: sub)?.text ?? "", sub)
            }
        return all.filter { $0.0 != "help" }.map { name, value in
            var command = Command(name: name)
            for argument in Self.list(Self.field("arguments", of: value)) {
                let names = Self.list(Self.field("names", of: argument))
                for name in names {
                    let dashes = Self.field("kind", of: name) == "long" ? "--" : "-"
                    command.options.append(dashes + (Self.field("name", of: name)?.text ?? ""))
                }
                if names.isEmpty { command.arguments.append(Self.field("valueName", of: argument)?.text ?? "") }
            }
            return command
        }
    }

    @Test func pagesMentionEveryOption() throws {
        let commands = try commands()
        #expect(commands.count > 8)
        for command in commands {
            let run = place.lashlang(
                "run",
                Self.program,
                "--bind",
                "help=@help.json",
                "--bind-text",
                "name=\(command.name)"
            )
            #expect(run.status == 0 && run.errors == "")
            let page = run.output.replacing("\\-", with: "-")
            #expect(page.contains("\n.SH NAME\nlashlang"))
            for option in command.options { #expect(page.contains("\\fB\(option)\\fR"), "\(command.name) \(option)") }
            for argument in command.arguments { #expect(page.contains(".TP\n\\fI\(argument)\\fR\n")) }
            if command.name.isEmpty {
                for other in commands.dropFirst() { #expect(page.contains("\\fBlashlang-\(other.name)\\fR(1)")) }
            }
        }
        #expect(place.lashlang("run", Self.program, "--bind", "help=@help.json", "--bind-text", "name=x").status == 1)
    }

    @Test(arguments: ["bash", "zsh", "fish"])
    func completionsKnowEveryOption(shell: String) throws {
        let script = place.lashlang("--generate-completion-script", shell).output
        for command in try commands() {
            #expect(script.contains(command.name))
            for option in command.options where option.hasPrefix("--") {
                #expect(script.contains(shell == "fish" ? String(option.dropFirst(2)) : option))
            }
        }
    }
}
