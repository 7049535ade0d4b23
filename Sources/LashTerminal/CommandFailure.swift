/// How a command ends when it does not end well. The numbers follow `sysexits.h`, `timeout(1)` and the shells.
package enum ExitStatus: Int32 {
    case success = 0
    /// The program failed, or a test did.
    case failure = 1
    case usage = 64
    /// A program, or data given to it, has errors.
    case dataError = 65
    /// A file is missing or cannot be read.
    case noInput = 66
    case internalError = 70
    /// Output could not be written.
    case outputError = 74
    /// The run waits for answers, and was written down.
    case suspended = 75
    case limit = 124
    case interrupted = 130
}

/// The end of a command with one message for people. It is the only error that commands throw on purpose.
package struct CommandFailure: Error {
    package var status: ExitStatus
    package var message: String

    package init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }

    package static func usage(_ message: String) -> CommandFailure { CommandFailure(.usage, message) }
    package static func data(_ message: String) -> CommandFailure { CommandFailure(.dataError, message) }
}
