/// One answer of a scripted model.
public struct ScriptedReply: Hashable, Sendable {
    /// How the text is cut into pieces.
    public enum Chunking: Hashable, Sendable {
        /// In one piece.
        case whole
        /// In pieces of so many characters; at least one.
        case characters(Int)
        /// In exactly these pieces, whatever the text is.
        case pieces([String])
    }

    /// What goes wrong.
    public enum Fault: Hashable, Sendable {
        /// An error after so many pieces.
        case error(ModelError, afterPieces: Int)
        /// Nothing more comes after so many pieces, until the reader gives up.
        case silence(afterPieces: Int)
        /// After so many pieces the answer begins again from nothing.
        case restart(afterPieces: Int)
    }

    /// The text of the answer.
    public var text: String
    /// What the model says it thought before.
    public var reasoning: String
    /// The parts of the answer; empty where it is the text, and the reasoning before it.
    public var parts: [ModelPart] = []
    /// How the text is cut.
    public var chunking: Chunking
    /// What the answer is said to have taken.
    public var usage: ModelUsage?
    /// Why it ends.
    public var stopReason: ModelStopReason
    /// What goes wrong with it.
    public var fault: Fault?
    /// How long the model waits before each piece.
    public var delay: Duration

    /// An answer.
    public init(
        _ text: String,
        reasoning: String = "",
        chunking: Chunking = .whole,
        usage: ModelUsage? = nil,
        stopReason: ModelStopReason = .stop,
        fault: Fault? = nil,
        delay: Duration = .zero
    ) {
        self.text = text
        self.reasoning = reasoning
        self.chunking = chunking
        self.usage = usage
        self.stopReason = stopReason
        self.fault = fault
        self.delay = delay
    }

    /// An answer of several parts. The text of each is cut by itself: whole, or in pieces of so many characters.
    public init(
        parts: [ModelPart],
        chunking: Chunking = .whole,
        usage: ModelUsage? = nil,
        stopReason: ModelStopReason = .stop,
        fault: Fault? = nil
    ) {
        self.init("", chunking: chunking, usage: usage, stopReason: stopReason, fault: fault)
        self.parts = parts
    }

    /// An answer that fails before it begins.
    public static func failure(_ error: ModelError) -> ScriptedReply {
        ScriptedReply("", fault: .error(error, afterPieces: 0))
    }

    /// The pieces in which the text comes.
    public var pieces: [String] { pieces(of: text) }

    /// What comes before the usage and the end.
    var events: [ModelEvent] {
        if parts.isEmpty {
            return (reasoning.isEmpty ? [] : [.reasoning(reasoning)]) + pieces.map { .text($0) }
        }
        return parts.flatMap { part -> [ModelEvent] in
            let pieces = pieces(of: part.text)
            switch part.kind {
            case .text: return [.part(part.kind)] + pieces.map { .text($0) }
            case .reasoning: return [.part(part.kind)] + pieces.map { .reasoning($0) }
            case .toolCall: return [.part(part.kind)]
            }
        }
    }

    private func pieces(of text: String) -> [String] {
        switch chunking {
        case .whole: return text.isEmpty ? [] : [text]
        case .pieces(let pieces): return pieces
        case .characters(let count):
            var rest = text[...]
            var pieces: [String] = []
            while !rest.isEmpty {
                pieces.append(String(rest.prefix(max(1, count))))
                rest = rest.dropFirst(max(1, count))
            }
            return pieces
        }
    }
}

extension ScriptedReply: ExpressibleByStringLiteral {
    /// An answer in one piece that ends of itself.
    public init(stringLiteral text: String) { self.init(text) }
}
