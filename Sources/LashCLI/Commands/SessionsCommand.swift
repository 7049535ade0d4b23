import ArgumentParser
import LashAgent
import LashStore
import LashTerminal
import Lashlang

struct SessionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions",
        abstract: "List the sessions of a store, or delete one.",
        discussion: """
              $ lash sessions --store work.db
              monday    3 turns  2026-11-25T23:36:31.000Z
              $ lash sessions --store work.db --delete monday
            """
    )

    @Option(help: ArgumentHelp("The SQLite file.", valueName: "FILE"))
    var store: String

    @Option(help: ArgumentHelp("Delete this session with everything that belongs to it.", valueName: "ID"))
    var delete: String?

    @Flag(help: "Print one JSON object for each session.")
    var json = false

    func run() throws { try Blocking.run { try await work() } }

    private func work() async throws {
        // Listing must not make a file.
        _ = try Inputs.read(store)
        let database = try StoreOptions.open(store)
        let sessions: [SessionSummary]
        do { sessions = try await database.sessions() } catch { throw CommandFailure(.noInput, "\(error)") }
        if let delete {
            guard sessions.contains(where: { $0.id == delete }) else {
                throw CommandFailure(.noInput, "\(store) has no session `\(delete)`")
            }
            try await database.delete(delete)
            return
        }
        let width = sessions.map(\.id.count).max() ?? 0
        for session in sessions {
            if json {
                try Console.write(try ValueEncoder().encode(session).json() + "\n")
                continue
            }
            let name = session.id + String(repeating: " ", count: width - session.id.count)
            let mark = session.hasOpenTurn ? "  interrupted" : ""
            let time = TraceText.time(session.updated)
            try Console.write("\(name)  \(Readable.plural(session.turnCount, "turn"))  \(time)\(mark)\n")
        }
    }
}
