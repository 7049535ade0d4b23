#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// What time it is for programs, and how they wait.
public protocol HostClock: Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    var now: Double { get }

    /// Returns once `now` has reached a time, in milliseconds since 1970; at once where that has passed.
    ///
    /// Throws when the task is cancelled, as soon as it is.
    func sleep(until deadline: Double) async throws(CancellationError)
}

/// The clock of the machine.
///
/// A sleep takes as long as it was when it began: setting the machine's time makes it neither longer nor shorter.
public struct SystemClock: HostClock {
    /// The clock.
    public init() {}

    /// Milliseconds since 1970-01-01T00:00:00Z.
    public var now: Double {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Double(time.tv_sec) * 1000 + Double(time.tv_nsec) / 1_000_000
    }

    /// Sleeps for what is missing until then.
    public func sleep(until deadline: Double) async throws(CancellationError) {
        let clock = ContinuousClock()
        var remaining = deadline - now
        // Longer sleeps than a day are slept in parts: the system's timers do not reach as far as a double.
        while remaining > 0 {
            let part = min(remaining, 86_400_000)
            let began = clock.now
            do { try await Task.sleep(for: .nanoseconds(Int64(part * 1_000_000)), clock: clock) } catch {
                throw CancellationError()
            }
            remaining -= max(1, (clock.now - began).milliseconds)
        }
        if Task.isCancelled { throw CancellationError() }
    }
}

extension Duration {
    var milliseconds: Double { Double(components.seconds) * 1000 + Double(components.attoseconds) / 1e15 }
}
