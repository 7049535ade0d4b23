import LashTestSupport
import Lashlang

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The limits that hostile programs are run under, one at a time.
enum HostileLimit: String, CaseIterable {
    case fuel, memory, time, output

    /// The code of the error with which a program ends, unless it says otherwise; a program says itself whether it meets
    /// the limit of output.
    var standardCode: String? {
        switch self {
        case .fuel: "E0401"
        case .memory: "E0402"
        case .time: "E0403"
        case .output: nil
        }
    }
}

/// A program that wants more than it may have.
struct HostileProgram: CustomStringConvertible, Sendable {
    var name: String
    var text: String
    /// What ends it under each limit: the code of an error, or `none` where it comes to its end.
    var ends: [HostileLimit: String]

    var description: String { name }

    /// Those of `Tests/Hostile/programs.lash`.
    static let all: [HostileProgram] = {
        guard let file = try? ProjectFiles.text("Tests/Hostile/programs.lash") else { return [] }
        return ProjectFiles.lines(file).split(separator: "---").map { HostileProgram(lines: Array($0)) }
    }()

    private init(lines: [String]) {
        var fields: [String: String] = [:]
        for line in lines where line.hasPrefix("//! ") {
            let words = line.split(separator: " ")
            if words.count == 3 { fields[String(words[1])] = String(words[2]) }
        }
        name = fields["name"] ?? ""
        text = lines.filter { !$0.hasPrefix("//! ") }.joined(separator: "\n")
        ends = [:]
        for limit in HostileLimit.allCases { ends[limit] = fields[limit.rawValue] ?? limit.standardCode }
    }
}

/// What hostile programs find bound: `measure.py` has the same, only larger.
enum HostileData {
    static let scale = 60_000

    static let bindings: ProjectedBindings = {
        var bindings = ProjectedBindings()
        for (name, value) in values {
            // A name that cannot be bound makes every program fail that mentions it.
            try? bindings.bind(name, value)
        }
        return bindings
    }()

    private static var values: [(String, Value)] {
        let many = Record((0..<scale / 64).map { ("key \($0)", .number(Double($0))) })
        let keys = (try? Value.record(many).json()) ?? ""
        let others = keys.split(separator: "\"key 9\"", omittingEmptySubsequences: false).joined(separator: "\"other\"")
        func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }
        return [
            ("letters", .string(times("a", scale))),
            ("period", .string(times("abbbbbbb", scale / 8))),
            ("accents", .string(times("é", scale / 2))),
            ("digits", .string(times("1", scale))),
            ("zeros", .string("0." + times("0", scale) + "1")),
            ("spaces", .string(times(" ", scale))),
            ("words", .string(times("lorem ", scale / 6))),
            ("lines", .string(times("ab\n", scale / 3))),
            ("numbers", .list((0..<scale / 8).map { .number(Double($0)) })),
            ("texts", .list((0..<scale / 32).map { .string("a text of some length \($0)") })),
            (
                "rows",
                .list((0..<scale / 64).map { ["id": .number(Double($0)), "name": .string("name \($0)"), "ok": true] })
            ),
            ("many", .record(many)),
            ("flat_json", .string("[" + times("1,", scale / 2) + "1]")),
            ("deep_json", .string("[" + times(times("[", 100) + "1" + times("]", 100) + ",", scale / 202) + "1]")),
            ("keys_json", .string(keys)),
            ("other_keys_json", .string("[\(keys),\(others)]")),
            ("escapes_json", .string("\"" + times("\\u0041", scale / 6) + "\"")),
            ("wrong_json", .string("[" + times("1,", scale / 2) + "x")),
            ("many_bytes", 2_000_000),
        ]
    }
}

/// Time that this thread has worked: what other threads of the machine do does not show.
func threadTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}
