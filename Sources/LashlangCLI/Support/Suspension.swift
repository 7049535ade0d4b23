import LashTerminal
import Lashlang

/// Where a run is to be left waiting, and where it is kept then.
struct Suspension {
    /// The number of the question, from 1.
    var at: Int?
    /// The file.
    var path: String?

    /// Writes a run that was left waiting, and says what for.
    func write(_ run: ProgramRun, of name: String) throws(CommandFailure) {
        guard let suspension = run.suspension else { return }
        let path = path ?? name
        do { try Files.replace(path, with: suspension.snapshot) } catch {
            throw CommandFailure(.outputError, "cannot write \(path): \(error.message)")
        }
        Console.writeError(
            "suspended at \(CallReport.text(suspension.event)); go on with: lashlang resume \(path) --answer JSON\n"
        )
    }
}
