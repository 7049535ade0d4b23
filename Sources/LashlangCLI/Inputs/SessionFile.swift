import LashTerminal
import Lashlang

/// Variables that stay on disk from one run to the next.
struct SessionFile {
    let path: String

    /// The variables of the file; none if there is no such file yet, unless it `mustExist`.
    func load(mustExist: Bool = false) throws(CommandFailure) -> Session {
        let bytes: [UInt8]
        do throws(SystemError) { bytes = try Files.read(path) } catch {
            if error.isMissingFile, !mustExist { return Session() }
            throw CommandFailure(.noInput, "cannot read the session \(path): \(error.message)")
        }
        do { return try Session(snapshot: bytes) } catch {
            throw .data("cannot read the session \(path): \(error.message)")
        }
    }

    func save(_ session: Session) throws(CommandFailure) {
        let bytes: [UInt8]
        do { bytes = try session.snapshot() } catch {
            throw CommandFailure(.limit, "cannot write the session \(path): \(error.message)")
        }
        do { try Files.replace(path, with: bytes) } catch {
            throw CommandFailure(.outputError, "cannot write the session \(path): \(error.message)")
        }
    }
}
