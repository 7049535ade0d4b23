#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Processes that tests have started.
package enum ChildProcess {
    /// Microseconds after which a process that does not end is killed: better one test that fails than all that never end.
    private static let patience = 300_000_000

    /// Waits for the end of a process; gives its exit status, or the negative number of the signal that ended it.
    package static func end(of process: Int32) -> Int32 {
        var status: Int32 = 0
        var (waited, pause) = (0, 500)
        while true {
            let ended = waitpid(process, &status, WNOHANG)
            if ended == process { return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F) }
            if ended < 0, errno != EINTR { return -SIGKILL }
            if waited > patience { kill(process, SIGKILL) }
            usleep(UInt32(pause))
            waited += pause
            pause = min(pause * 2, 10_000)
        }
    }
}
