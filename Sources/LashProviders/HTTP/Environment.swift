#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Variables of the environment.
enum Environment {
    /// A variable of this process.
    static func process(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
