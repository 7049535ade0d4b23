import LashTestSupport

/// Bodies of responses as services send them.
enum Transcripts {
    static func text(_ name: String) throws -> String {
        try ProjectFiles.text("Tests/LashProvidersTests/Transcripts/\(name)")
    }
}
