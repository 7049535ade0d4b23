import Lashlang

/// Measures what bindings cost: giving a large value to a run, reading paths in it, sessions that share it, and the same
/// with data that stays with its host.
@main struct Bindings {
    static func main() throws {
        let document = document(megabytes: 50)
        let clock = ContinuousClock()
        print("| what | takes |")
        print("|---|---:|")
        func row(_ what: String, _ time: Duration) { print("| \(what) | \(time.formatted) |") }

        var plain = ProjectedBindings()
        row(
            "read \(document.count / 1_000_000) MB of JSON into a binding, once",
            try clock.measure {
                try plain.bind("doc", json: document)
            }
        )
        let environment = HostEnvironment(readOnlyNames: ["doc"])
        let count = try Program("finish len(doc.rows)", environment: environment)
        _ = try Session().run(count, bindings: plain)
        row(
            "a run that binds it and counts its rows",
            try best(of: 1_000) {
                _ = try Session().run(count, bindings: plain)
            }
        )

        let reads = try Program(
            "t = 0\nfor i in range(1000000) { t = t + doc.rows[7].place.x }\nfinish t",
            environment: environment
        )
        row(
            "1,000,000 reads of `doc.rows[7].place.x`",
            try best(of: 3) {
                _ = try Session().run(reads, bindings: plain)
            }
        )

        row(
            "100,000 sessions that share it, each with a run",
            try clock.measure {
                for _ in 0..<100_000 { _ = try Session().run(count, bindings: plain) }
            }
        )

        guard case .record(let value)? = plain.value(of: "doc") else { fatalError("the document is no record") }
        var lazy = ProjectedBindings()
        try lazy.bind("doc", projecting: ValueProjection(.record(value)))
        row(
            "a run that counts its rows, as a projection",
            try best(of: 1_000) {
                _ = try Session().run(count, bindings: lazy)
            }
        )
        row(
            "1,000,000 reads of `doc.rows[7].place.x`, as a projection",
            try best(of: 3) {
                _ = try Session().run(reads, bindings: lazy)
            }
        )

        let numbers = ListProjection(0..<1_000_000) { Value.number(Double($0)) }
        var list = ProjectedBindings()
        try list.bind("doc", projecting: numbers)
        let sum = try Program("t = 0\nfor x in doc { t = t + x }\nfinish t", environment: environment)
        row(
            "a loop over a projection of 1,000,000 numbers",
            try best(of: 3) {
                _ = try Session().run(sum, bindings: list)
            }
        )
    }

    /// The least time of several rounds: what is above it is noise.
    static func best(of rounds: Int, _ body: () throws -> Void) throws -> Duration {
        var least = Duration.seconds(3600)
        for _ in 0..<rounds { least = min(least, try ContinuousClock().measure(body)) }
        return least
    }

    static func document(megabytes: Int) -> [UInt8] {
        var text = "{\"rows\":["
        var number = 0
        while text.utf8.count < megabytes * 1_000_000 {
            if number > 0 { text += "," }
            text += "{\"id\":\(number),\"name\":\"row number \(number)\",\"place\":{\"x\":\(number % 100),\"y\":0.5},"
            text += "\"tags\":[\"a\",\"tag \(number)\"]}"
            number += 1
        }
        return Array((text + "]}").utf8)
    }
}

extension Duration {
    fileprivate var formatted: String {
        let (seconds, attoseconds) = components
        let microseconds = Double(seconds) * 1e6 + Double(attoseconds) / 1e12
        func rounded(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
        return microseconds < 1_000
            ? rounded(microseconds) + " µs"
            : microseconds < 1e6 ? rounded(microseconds / 1e3) + " ms" : rounded(microseconds / 1e6) + " s"
    }
}
