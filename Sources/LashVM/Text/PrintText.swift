/// How much of a value `print` shows.
public struct PrintBudget: Hashable, Sendable {
    /// The most bytes before the text is cut.
    public var bytes: Int
    /// The most lines before the text is cut.
    public var lines: Int
    /// How deep lists and records are shown.
    public var depth: Int

    /// A budget; the defaults suit one observation.
    public init(bytes: Int = 16_384, lines: Int = 400, depth: Int = 6) {
        self.bytes = bytes
        self.lines = lines
        self.depth = depth
    }
}

extension Heap {
    /// What `print` shows of a value within a budget.
    func printText(_ slot: UnsafePointer<Tagged>, budget: PrintBudget) throws(Failure) -> String {
        try withScratch { buffer throws(Failure) in
            var projector = PrintProjector(heap: self, out: buffer, budget: budget)
            defer { buffer = projector.out }
            try projector.write(slot)
            projector.cut()
            return projector.out.string
        }
    }
}

/// Shows the parts of a value that matter most and stops where the budget is spent: whatever follows would be cut.
private struct PrintProjector {
    let heap: Heap
    var out: TextBuffer
    let budget: PrintBudget
    private var open: [Level] = []

    private struct Level {
        var object: Object
        /// The positions shown, in order; -1 stands for those left out.
        var shown: [Int]
        var next = 0
        var isRecord: Bool { object.header.pointee.kind == Tagged.Kind.record.rawValue }
    }

    init(heap: Heap, out: TextBuffer, budget: PrintBudget) {
        self.heap = heap
        self.out = out
        self.budget = budget
    }

    mutating func write(_ slot: UnsafePointer<Tagged>) throws(Failure) {
        if slot.pointee.isString {
            let text = TextView(slot)
            out.append(text.start, min(text.count, budget.bytes + 4))
            return
        }
        try begin(slot)
        while let level = open.last, out.count <= budget.bytes {
            guard level.next < level.shown.count else {
                out.append(level.isRecord ? UInt8(ascii: "}") : UInt8(ascii: "]"))
                open.removeLast()
                continue
            }
            open[open.count - 1].next += 1
            if level.next > 0 { out.append(UInt8(ascii: ",")) }
            let position = level.shown[level.next]
            if position < 0 {
                appendOmission(level)
            } else if level.isRecord {
                out.append(quoted: key(level.object, position))
                out.append(UInt8(ascii: ":"))
                try begin(level.object.fields + position)
            } else {
                try begin(level.object.elements + position)
            }
        }
    }

    private mutating func appendOmission(_ level: Level) {
        let left = level.object.count - level.shown.count + 1
        out.append(
            level.isRecord ? "\"__truncated__\":\"\(left) fields omitted\"" : "\"... \(left) items omitted ...\""
        )
    }

    private func key(_ record: Object, _ position: Int) -> TextView {
        let key = record.keyTable.keys[position]
        return TextView(start: UnsafePointer(key.bytes), count: key.count, isASCII: key.hasFlag(ObjectFlag.ascii))
    }

    private mutating func begin(_ slot: UnsafePointer<Tagged>) throws(Failure) {
        let value = slot.pointee
        switch value.kind {
        case .list, .tuple, .record:
            if open.count >= budget.depth {
                out.append("\"... max depth \(budget.depth) reached ...\"")
                return
            }
            out.append(value.isRecord ? UInt8(ascii: "{") : UInt8(ascii: "["))
            open.append(
                Level(
                    object: value.object,
                    shown: value.isRecord ? fields(value.object) : elements(value.object.count)
                )
            )
        case .string, .shortString: appendClipped(slot)
        default: try heap.append(slot, .print, to: &out)
        }
    }

    /// The first eight and the last two of a long list.
    private func elements(_ count: Int) -> [Int] {
        count <= 10 ? Array(0..<count) : Array(0..<8) + [-1, count - 2, count - 1]
    }

    /// What tells most about an outcome comes first; twelve fields are enough.
    private func fields(_ record: Object) -> [Int] {
        var shown: [Int] = []
        for name in Self.telling {
            let text = TextView(start: name.utf8Start, count: name.utf8CodeUnitCount, isASCII: true)
            let place = heap.find(text, hash: KeyHash.of(text.start, text.count), in: record)
            if place >= 0 { shown.append(place) }
        }
        let first = Set(shown)
        for position in 0..<record.count where !first.contains(position) {
            if shown.count >= 12 { break }
            shown.append(position)
        }
        if shown.count < record.count { shown.append(-1) }
        return shown
    }

    private static let telling: [StaticString] = [
        "status", "success", "ok", "error", "code", "exit_code", "stderr", "stdout", "message", "duration_ms",
    ]

    /// Text inside a container, shortened and in quotes.
    private mutating func appendClipped(_ slot: UnsafePointer<Tagged>) {
        let text = TextView(slot)
        let longest = max(64, min(budget.bytes, 1024) / 4)
        // Text has at least as many bytes as code points.
        guard text.count > longest else { return out.append(quoted: text) }
        let points = text.isASCII ? text.count : countCodePoints(text.start, text.count)
        guard points > longest else { return out.append(quoted: text) }
        let kept = max(16, longest - 32)
        let end = byteOffset(in: text.start, from: 0, advancedBy: kept)
        out.append(quoted: TextView(start: text.start, count: end, isASCII: text.isASCII))
        out.truncate(to: out.count - 1)
        out.append("... \(points - kept) chars truncated ...\"")
    }

    // MARK: Cutting

    mutating func cut() {
        if out.count > budget.bytes {
            var end = max(0, budget.bytes)
            while end > 0, out.start[end] & 0xC0 == 0x80 { end -= 1 }
            out.truncate(to: end)
            mark()
        }
        // A final newline begins no line.
        var lines = 0
        for i in 0..<out.count where out.start[i] == UInt8(ascii: "\n") {
            lines += 1
            if lines == budget.lines && i + 1 < out.count {
                out.truncate(to: i)
                mark()
                return
            }
        }
    }

    private mutating func mark() {
        if out.count == 0 || out.start[out.count - 1] != UInt8(ascii: "\n") { out.append(UInt8(ascii: "\n")) }
        out.append("...truncated...")
    }
}
