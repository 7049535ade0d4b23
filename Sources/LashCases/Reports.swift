/// The results of a run in the forms that people and machines read.
public enum Reports {
    /// Test Anything Protocol, version 13.
    public static func tap(_ results: [CaseResult]) -> String {
        var text = "TAP version 13\n1..\(results.count)\n"
        for (index, result) in results.enumerated() { text += tap(result, number: index + 1) }
        return text
    }

    /// The lines of one case.
    public static func tap(_ result: CaseResult, number: Int) -> String {
        let name = escaped(tap: result.example.title)
        switch result.status {
        case .passed: return "ok \(number) - \(name)\n"
        case .skipped: return "ok \(number) - \(name) # SKIP \(oneLine(result.example.skipped ?? ""))\n"
        case .failed:
            // A block scalar needs no escapes; its lines only have to be indented.
            var text = "not ok \(number) - \(name)\n  ---\n  message: |\n"
            for line in lines(result.report) { text += "    \(printable(line, allowingTab: true))\n" }
            return text + "  ...\n"
        }
    }

    /// JUnit's XML: one test suite for each file.
    public static func junit(_ results: [CaseResult]) -> String {
        var files: [String] = []
        var byFile: [String: [CaseResult]] = [:]
        for result in results {
            if byFile[result.example.path] == nil { files.append(result.example.path) }
            byFile[result.example.path, default: []].append(result)
        }
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites \(counts(results))>\n"
        for file in files {
            let members = byFile[file] ?? []
            text += "  <testsuite name=\"\(escaped(xml: file))\" \(counts(members))>\n"
            for result in members { text += testCase(result) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func testCase(_ result: CaseResult) -> String {
        let example = result.example
        let name = ["\(example.line)", example.name, example.id ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        let head =
            "    <testcase classname=\"\(escaped(xml: example.path))\" name=\"\(escaped(xml: name))\""
            + " time=\"\(seconds(result.duration))\""
        switch result.status {
        case .passed: return head + "/>\n"
        case .skipped:
            let why = escaped(xml: example.skipped ?? "")
            return head + ">\n      <skipped message=\"\(why)\"/>\n    </testcase>\n"
        case .failed:
            let subject = escaped(xml: result.mismatches.first?.subject ?? "")
            let report = escaped(xml: result.report, keepingLines: true)
            return head + ">\n      <failure message=\"\(subject)\">\(report)</failure>\n    </testcase>\n"
        }
    }

    private static func counts(_ results: [CaseResult]) -> String {
        let total = results.reduce(Duration.zero) { $0 + $1.duration }
        return "tests=\"\(results.count)\" failures=\"\(count(results, .failed))\""
            + " skipped=\"\(count(results, .skipped))\" time=\"\(seconds(total))\""
    }

    private static func count(_ results: [CaseResult], _ status: CaseResult.Status) -> Int {
        results.reduce(0) { $1.status == status ? $0 + 1 : $0 }
    }

    private static func seconds(_ duration: Duration) -> String {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        let fraction = String(microseconds % 1_000_000)
        return "\(microseconds / 1_000_000).\(String(repeating: "0", count: 6 - fraction.count))\(fraction)"
    }

    /// What failed, then `N passed, N failed, N skipped` as the last line.
    public static func summary(_ results: [CaseResult]) -> String {
        var text = ""
        for result in results where result.status == .failed { text += "\(result.example.title)\n\(result.report)\n\n" }
        return text + closing(results)
    }

    /// `N passed, N failed, N skipped`
    public static func closing(_ results: [CaseResult]) -> String {
        "\(count(results, .passed)) passed, \(count(results, .failed)) failed, \(count(results, .skipped)) skipped"
    }
}

extension Reports {
    private static func lines(_ text: String) -> [String] {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    private static func printable(_ text: String, allowingTab: Bool = false) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if scalar == "\t" && allowingTab || LiteralWriter.isVisible(scalar) {
                result.append(scalar)
            } else {
                result.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            }
        }
        return String(result)
    }

    private static func oneLine(_ text: String) -> String { printable(text) }

    /// `#` begins a directive in a description, and `\` escapes it.
    static func escaped(tap text: String) -> String {
        var result = ""
        for scalar in printable(text).unicodeScalars {
            if scalar == "#" || scalar == "\\" { result += "\\" }
            result.unicodeScalars.append(scalar)
        }
        return result
    }

    /// XML has no way at all to write most control characters, so they are shown as `\u{…}`.
    static func escaped(xml text: String, keepingLines: Bool = false) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n" where keepingLines: result += "\n"
            default: result += printable(String(scalar))
            }
        }
        return result
    }
}
