import LashCases
import Testing

/// The conformance suite, one test for each of its files.
@Suite struct ConformanceTests {
    private static let folder: String = {
        let parts = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        return parts.dropLast(2).joined(separator: "/") + "/Conformance"
    }()

    private static let files = (try? Suite.files(at: folder)) ?? []

    @Test func isComplete() throws {
        let suite = try Suite(paths: [Self.folder])
        #expect(suite.files.count >= 40)
        #expect(suite.cases.count >= 1_100)
        let ids = suite.cases.compactMap(\.id)
        #expect(Set(ids).count == ids.count, "every id stands for one case")
    }

    @Test(arguments: files) func conforms(file: String) throws {
        for result in try Suite(paths: [file]).run() where result.status == .failed {
            Issue.record("\(result.example.title)\n\(result.report)")
        }
    }
}
