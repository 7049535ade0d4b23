#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// A process that has a lease.
struct LeaseHolder: Equatable, Sendable {
    /// Its number.
    var process: Int
    /// Where the number means something: the machine, and on Linux the space of numbers that the process lives in.
    var machine: String

    /// This process.
    static let current: LeaseHolder = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        var space = [CChar](repeating: 0, count: 256)
        readlink("/proc/self/ns/pid", &space, space.count - 1)
        return LeaseHolder(process: Int(getpid()), machine: "\(text(name)) \(text(space))")
    }()

    private static func text(_ characters: [CChar]) -> String {
        String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Whether the process may be there: another one may have its number by now, and of other machines nothing is known.
    var mayBeAlive: Bool {
        guard machine == Self.current.machine, let number = pid_t(exactly: process), number > 0 else { return true }
        return kill(number, 0) == 0 || errno != ESRCH
    }
}
