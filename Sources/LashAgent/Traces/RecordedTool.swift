internal import Lashlang

/// A tool as traces describe it.
struct RecordedTool: Sendable {
    /// The event that tells of a tool which the host found when it was called.
    static let resolvedEvent = "tool_resolved"

    let manifest: ToolManifest
    let contract: ToolContract?

    init(_ manifest: ToolManifest, _ contract: ToolContract?) {
        self.manifest = manifest
        self.contract = contract
    }

    /// `{"id", "name", "description", "call_path", "input", "output", "examples"}`
    var value: Value {
        var fields: Record = [
            "id": .string(manifest.id), "name": .string(manifest.name), "description": .string(manifest.description),
        ]
        if let path = manifest.callPath { fields["call_path"] = .string(path) }
        if let contract {
            fields["input"] = contract.input.source
            fields["output"] = contract.output.source
            fields["examples"] = .list(contract.examples.map { .string($0) })
        }
        return .record(fields)
    }

    init(_ value: Value) throws(TraceError) {
        struct Fields: Decodable {
            var id: String
            var name: String
            var description: String
            var call_path: String?
            var input: Value?
            var output: Value?
            var examples: [String]?
        }
        do {
            let fields = try ValueDecoder().decode(Fields.self, from: value, root: "tool")
            manifest = ToolManifest(
                id: fields.id,
                name: fields.name,
                description: fields.description,
                callPath: fields.call_path
            )
            contract = try fields.input.map { input in
                ToolContract(
                    input: try JSONSchema(input),
                    output: try JSONSchema(fields.output ?? [:]),
                    examples: fields.examples ?? []
                )
            }
        } catch {
            throw TraceError("a tool cannot be read: \(error)")
        }
    }
}
