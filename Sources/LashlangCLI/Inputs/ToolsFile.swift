import LashTerminal
import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// A mock host from a file of JSON.
enum ToolsFile {
    static func load(_ path: String) throws(CommandFailure) -> MockHost {
        let bytes = try Inputs.read(path)
        do { return try MockHost(HostDescription(json: bytes)) } catch {
            throw .data("cannot read the tools \(path): \(error)")
        }
    }
}

extension Simulation {
    /// A simulation for people: it begins now, and lets real time pass where a program waits.
    static func inRealTime(_ host: MockHost, program: Program, limits: Limits) -> Simulation {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        let now = Double(time.tv_sec) * 1000 + Double(time.tv_nsec / 1_000_000)
        let simulation = Simulation(
            host,
            program: program,
            now: now,
            limits: limits,
            isCancelled: { Interruption.isPending }
        )
        simulation.onWait = Self.pause
        return simulation
    }

    /// Waits, in short pieces: whoever presses Ctrl-C does not want to wait for the end of a day.
    private static func pause(milliseconds: Double) -> Bool {
        var left = milliseconds
        while left > 0, !Interruption.isPending {
            let step = min(left, 100)
            var time = timespec(tv_sec: 0, tv_nsec: Int(step * 1_000_000))
            nanosleep(&time, nil)
            left -= step
        }
        return !Interruption.isPending
    }
}
