public import Lashlang

/// The items of a history: the one enumeration that `history[i]` in programs and in prompts refers to.
public enum HistoryItems {
    /// The items of a frame as programs see them, complete, oldest first.
    public static func values(of entries: some Sequence<HistoryEntry>) -> [Value] {
        entries.compactMap { value(of: $0) }
    }

    /// The item that an entry is; `nil` for one that is none.
    public static func value(of entry: HistoryEntry) -> Value? {
        guard entry.isItem else { return nil }
        switch entry {
        case .message(let message):
            var fields: Record = [
                "kind": "message", "id": .string(message.id), "role": .string(message.role.rawValue),
                "content": .string(message.content),
            ]
            if !message.attachments.isEmpty { fields["attachments"] = .list(message.attachments.map(\.value)) }
            return .record(fields)
        case .step(let step):
            var fields: Record = [
                "kind": "lashlang_step", "id": .string(step.id), "protocol_iteration": .number(Double(step.iteration)),
                "code": .string(step.code), "output": .list(step.output.map { .string($0) }),
            ]
            if !step.images.isEmpty { fields["images"] = .list(step.images.map(\.value)) }
            if let error = step.error { fields["error"] = .string(error) }
            if let final = step.finalOutput { fields["final_output"] = final.value }
            return .record(fields)
        case .seed, .plugin: return nil
        }
    }
}
