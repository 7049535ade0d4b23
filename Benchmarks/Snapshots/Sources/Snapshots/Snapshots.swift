import Lashlang

/// Measures what it costs to suspend a run that holds about 100,000 values: to write its bytes, to read them into a fresh
/// session, and to go on there.
@main struct Snapshots {
    struct Workload {
        var name: String
        /// Leaves the values in `x`.
        var program: String
    }

    static let workloads = [
        Workload(name: "100,000 numbers", program: "x = [i + 0.5 for i in range(100000)]"),
        Workload(name: "100,000 short texts", program: "x = [\"n\" + i for i in range(100000)]"),
        Workload(name: "100,000 long texts", program: "x = [\"the text of number \" + i for i in range(100000)]"),
        Workload(
            name: "100,000 texts that are not ASCII",
            program: "x = [\"ein Wort für Größe: \" + i for i in range(100000)]"
        ),
        Workload(
            name: "20,000 records of 4 fields",
            program: "x = [{id: i, name: \"n\" + i, score: i / 7, ok: i % 2 == 0} for i in range(20000)]"
        ),
        Workload(name: "33,000 lists of 2", program: "x = [[i, \"n\" + i] for i in range(33000)]"),
        Workload(name: "a record of 50,000 keys", program: "x = {}\nfor i in range(50000) { x[\"key \" + i] = i }"),
        Workload(
            name: "10,000 lists, each from ten places",
            program: "y = [[i, i] for i in range(10000)]\nx = [y[(i * 7919) % 10000] for i in range(100000)]"
        ),
        Workload(
            name: "a table: 10,000 records in records",
            program:
                "x = [{id: \"row number \" + i, at: {x: i, y: -i}, tags: [\"a\", \"tag \" + i], text: \"some more text "
                + "of row \" + i} for i in range(10000)]"
        ),
    ]

    static func main() throws {
        print("| suspended run | KB | write ms | read ms | all ms | MB/s |")
        print("|---|---:|---:|---:|---:|---:|")
        for workload in workloads {
            let program = try Program(workload.program + "\nprint len(x)\nfinish len(x)")
            let run = Session().start(program)
            guard case .printed = try run.resume() else { fatalError("\(workload.name) does not print") }
            let clock = ContinuousClock()
            var writing = Duration.seconds(60), reading = writing, all = writing
            var size = 0
            // The minimum of many rounds: the work is the same each time, what is above it is noise.
            for _ in 0..<30 {
                let start = clock.now
                let bytes = try run.snapshot()
                let written = clock.now
                let copy = try Run(snapshot: bytes, program: program)
                let read = clock.now
                guard case .ended = try copy.resume() else { fatalError("\(workload.name) does not finish") }
                let end = clock.now
                writing = min(writing, written - start)
                reading = min(reading, read - written)
                all = min(all, end - start)
                size = bytes.count
            }
            let row = [
                workload.name, "\(size / 1000)", milliseconds(writing), milliseconds(reading), milliseconds(all),
                "\(Int(Double(size) / (all / .microseconds(1))))",
            ]
            print("| \(row.joined(separator: " | ")) |")
        }
    }

    static func milliseconds(_ time: Duration) -> String {
        let microseconds = Int(time / .microseconds(1))
        let fraction = "\(microseconds % 1000 / 10)"
        return "\(microseconds / 1000).\(fraction.count < 2 ? "0" : "")\(fraction)"
    }
}
