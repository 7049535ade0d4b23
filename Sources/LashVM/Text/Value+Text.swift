/// A text that is not JSON.
public struct JSONParseError: Error, Hashable, Sendable {
    /// What is wrong, with line and column.
    public var message: String

    /// An error with a reason.
    public init(message: String) { self.message = message }
}

extension Value {
    /// The value of a JSON text. Strict; keeps the order of keys; refuses more than 127 levels of nesting. Hundreds of
    /// megabytes a second.
    public init(json text: String) throws(JSONParseError) {
        try self.init(json: Array(text.utf8))
    }

    /// The value of a JSON text in UTF-8 that nests fewer than `levels` levels deep.
    public init(json bytes: [UInt8], levels: Int = 128) throws(JSONParseError) {
        let (owner, root) = try HeapOwner.reading(json: bytes, levels: levels)
        defer { owner.heap.release(root) }
        self = withUnsafePointer(to: root) { Value($0) }
    }

    /// The value as JSON: keys in order, tuples as arrays, `null` for numbers that JSON has not.
    ///
    /// Throws for a value that nests deeper than 512 levels, and for one whose text would be longer than 2^30 bytes: a
    /// small program can make a value that holds one list very many times.
    public func json(pretty: Bool = false) throws(ValueError) -> String {
        let owner = HeapOwner()
        do {
            var copy = try owner.heap.makeForText(self)
            defer { owner.heap.release(copy) }
            return try owner.heap.string(&copy, pretty ? .prettyJSON : .json)
        } catch {
            throw ValueError(message: error.message)
        }
    }

    /// What `to_string` gives: text as it is, anything else as in the language's own text form. For showing: a value
    /// that has no text, as it is too deep or too large, gives the reason in angle brackets; so do the forms below.
    public var text: String { text(.plain) }

    /// The value in the language's notation: `(1,)`, `-0`, `NaN`, `{a: "b"}`.
    public var literal: String { text(.notation) }

    /// `text`, where it has at most so many bytes; a longer one is not built, and the reason stands in angle brackets.
    /// Text itself is given as it is, whatever its length.
    package func text(atMost bytes: Int) -> String {
        if case .string(let text) = self { return text }
        return text(.plain, atMost: bytes) ?? "<a text of more than \(bytes.grouped) bytes>"
    }

    /// The value as compact JSON, where that has at most so many bytes; a longer one is not built.
    package func json(atMost bytes: Int) -> String? { text(.json, atMost: bytes) }

    private func text(_ style: TextStyle, atMost bytes: Int) -> String? {
        if style == .json, case .string(let text) = self, text.utf8.count > bytes { return nil }
        let owner = HeapOwner()
        guard var copy = try? owner.heap.make(self) else { return nil }
        defer { owner.heap.release(copy) }
        var writer = ValueWriter(heap: owner.heap, out: TextBuffer(), atMost: bytes)
        let isWritten = (try? writer.write(&copy, style)) != nil
        var buffer = writer.finish()
        defer { buffer.deallocate() }
        return isWritten && buffer.count <= bytes ? buffer.string : nil
    }

    private func text(_ style: TextStyle) -> String {
        if style != .notation, case .string(let text) = self { return text }
        return withTemporaryCopy { heap, slot throws(Failure) in try heap.string(slot, style) }
    }

    /// What `print` shows of the value; all of it where there is no budget.
    public func printText(_ budget: PrintBudget? = nil) -> String {
        guard let budget else { return text(.print) }
        return withTemporaryCopy(isCut: true) { heap, slot throws(Failure) in
            try heap.printText(slot, budget: budget)
        }
    }

    /// Hands over the text of the value piece by piece, as UTF-8, until `sink` wants no more: what `print` shows, or JSON.
    /// Needs memory for the value and for its longest text, not for all of the text. Throws what `json` throws.
    package func write(
        _ form: WrittenForm,
        to sink: (UnsafeBufferPointer<UInt8>) -> Bool
    ) throws(ValueError) {
        let owner = HeapOwner()
        do throws(Failure) {
            var copy = try owner.heap.makeForText(self)
            defer { owner.heap.release(copy) }
            try withoutActuallyEscaping(sink) { sink throws(Failure) in
                var writer = ValueWriter(heap: owner.heap, out: TextBuffer())
                writer.sink = sink
                defer {
                    var buffer = writer.finish()
                    buffer.deallocate()
                }
                try writer.write(&copy, form.style)
            }
        } catch {
            if error.code != .cancelled { throw ValueError(message: error.message) }
        }
    }

    /// Forms in which a value is handed over piece by piece.
    package enum WrittenForm {
        case print, json, prettyJSON

        fileprivate var style: TextStyle {
            switch self {
            case .print: .print
            case .json: .json
            case .prettyJSON: .prettyJSON
            }
        }
    }

    /// Runs text forms on a copy in a heap of its own: there is one implementation of them.
    private func withTemporaryCopy(
        isCut: Bool = false,
        _ body: (Heap, SlotPointer) throws(Failure) -> String
    ) -> String {
        let owner = HeapOwner()
        do {
            var copy = try isCut ? owner.heap.make(self) : owner.heap.makeForText(self)
            defer { owner.heap.release(copy) }
            return try withUnsafeMutablePointer(to: &copy) { slot throws(Failure) in try body(owner.heap, slot) }
        } catch {
            return "<\(error.message)>"
        }
    }
}

extension HeapOwner {
    /// A fresh heap that holds what a JSON text describes. The caller releases or freezes the value.
    static func reading(
        json bytes: [UInt8],
        levels: Int = JSONReader.levels
    ) throws(JSONParseError) -> (owner: HeapOwner, root: Tagged) {
        let owner = HeapOwner()
        do {
            let root = try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
                try owner.heap.parseJSON(bytes: buffer, levels: levels)
            }
            return (owner, root)
        } catch {
            let prefix = "invalid json: "
            let message =
                error.message.hasPrefix(prefix) ? String(error.message.dropFirst(prefix.count)) : error.message
            throw JSONParseError(message: message)
        }
    }
}

/// Texts as JSON has them.
public enum JSONText {
    /// A text as a JSON string, quotes included.
    public static func quoted(_ text: String) -> String {
        var text = text
        var buffer = TextBuffer()
        defer { buffer.deallocate() }
        text.withUTF8 { bytes in
            // An empty text may come without a base address.
            withUnsafePointer(to: UInt8(0)) {
                buffer.append(quoted: TextView(start: bytes.baseAddress ?? $0, count: bytes.count, isASCII: false))
            }
        }
        return buffer.string
    }
}
