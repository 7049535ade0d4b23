import ArgumentParser
import LashTerminal
import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

struct LspCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lsp",
        abstract: "Help an editor: a language server on standard input and output.",
        usage: "lashlang lsp",
        discussion: """
            Editors start it by themselves: it shows errors while one types, mends them, completes, explains, finds and \
            renames names, formats and colours. It never runs a program.

            What a program finds bound, and which operations there are, it reads from `lashlang.json` beside the program or \
            in a folder above it:

              {"bind": {"turn": "x"}, "files": {"board": "board.json"},
               "lazy": {"docs": "docs"}, "names": ["later"], "tools": "tools.json"}

            They stand for --bind NAME=JSON, --bind NAME=@FILE, --bind-lazy NAME=@FILE, --bind-name NAME and --tools FILE. \
            Paths begin at the folder of `lashlang.json`, and its changes count at once.

            The exit status is 0 after a shutdown that the editor asked for, and else 1.
            """
    )

    /// Editors name the channel; there is only this one.
    @Flag(help: "Accepted, because many editors say it: there is no other channel.")
    var stdio = false

    func run() throws {
        let server = LanguageServer()
        var stream = MessageStream()
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            while let message = try Self.next(&stream) {
                try send(server.receive(message))
                if let status = server.exitStatus { Console.exit(status == 0 ? .success : .failure) }
            }
            // A change is looked at when no other waits behind it.
            if !Self.hasInput(waiting: 0) { try send(server.analyse()) }
            let count = read(STDIN_FILENO, &chunk, chunk.count)
            if count > 0 {
                stream.append(chunk[..<count])
            } else if count == 0 || errno != EINTR {
                // The editor is gone.
                Console.exit(.failure)
            }
        }
    }

    private static func next(_ stream: inout MessageStream) throws(CommandFailure) -> [UInt8]? {
        do { return try stream.next() } catch {
            throw .data("cannot understand the editor: \(error.message)")
        }
    }

    private static func hasInput(waiting milliseconds: Int32) -> Bool {
        var request = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, milliseconds) > 0
    }

    private func send(_ messages: [Value]) throws {
        for message in messages { try Console.write(MessageStream.framed(message.json())) }
    }
}
