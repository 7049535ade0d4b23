#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Variables of the environment.
package enum Environment {
    /// A variable of this process.
    package static func process(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
