internal import Lashlang

/// What a model is told of the tools that it can call.
enum ToolDocumentation {
    private static let exampleCount = 2
    private static let exampleLength = 240

    static func text(of catalog: ToolCatalog) -> String {
        catalog.members.map { text(of: $0) }.joined(separator: "\n\n")
    }

    private static func text(of member: ToolCatalog.Member) -> String {
        let contract = member.provider.contract(of: member.manifest.name)
        let input = contract.map { SchemaSignature($0.input.source) }
        let output = contract.map { SchemaSignature($0.output.source) }
        var lines = ["#### \(member.callPath)(\(input?.parameters ?? "{}")) -> \(output?.type ?? "any")"]
        let description = WhiteSpace.trimmed(member.manifest.description)
        if !description.isEmpty { lines.append(description) }
        let described = (input?.fields ?? []).filter { !$0.description.isEmpty || !$0.constraints.isEmpty }
        if !described.isEmpty {
            lines.append("Parameters:")
            for field in described {
                lines.append("- `\(field.detailed)`" + (field.description.isEmpty ? "" : " — \(field.description)"))
            }
        }
        let results = output?.resultFields ?? []
        if !results.isEmpty {
            lines.append("Return fields:")
            for field in results {
                lines.append(
                    "- `\(field.path): \(field.type)`" + (field.description.isEmpty ? "" : " — \(field.description)")
                )
            }
        }
        let examples = (contract?.examples ?? []).filter { $0.count <= exampleLength }.prefix(exampleCount)
        if !examples.isEmpty { lines.append("Examples: " + examples.joined(separator: "; ")) }
        return lines.joined(separator: "\n")
    }
}
