/// What is known of how much models read, for those who do not say it.
enum ModelWindows {
    /// What is taken for a model that is not known.
    static let usual = 200_000

    /// The tokens of a request, by what names of models begin with. Longer beginnings come first.
    private static let known: [(beginning: String, tokens: Int)] = [
        ("gpt-4.1", 1_047_576), ("gpt-4o", 128_000), ("gpt-5", 272_000), ("o3", 200_000), ("o4-mini", 200_000),
        ("claude", 200_000), ("gemini-2", 1_048_576),
    ]

    /// The tokens that a model reads in one request. A name may have the name of a service before it, as `openai/gpt-5`.
    static func tokens(of model: String) -> Int {
        let name = (model.split(separator: "/").last ?? "").lowercased()
        return known.first { name.hasPrefix($0.beginning) }?.tokens ?? usual
    }
}
