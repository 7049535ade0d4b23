/// Finds the program in a reply while it is being written.
///
/// Any division of a text into chunks gives the same prose, the same code and the same verdict. Text is held back only
/// while the line that it stands on may still become a tag. Takes time and memory linear in the text.
public struct BlockScanner: Sendable {
    /// What a chunk has brought.
    public struct Output: Hashable, Sendable {
        /// Prose that may be shown now.
        public var prose = ""
        /// Code of the block that is being written.
        public var code = ""
        /// Whether the block begins in this chunk.
        public var beginsBlock = false
        /// Whether the block ends in this chunk: nothing that follows matters, and the model need not go on.
        public var endsBlock = false
    }

    /// What is known at the end of the text.
    public struct End: Hashable, Sendable {
        /// What was held back.
        public var output: Output
        /// What was found of a program.
        public var verdict: Reply.Verdict
        /// Whether more whole blocks follow the one that counts.
        public var hasMoreBlocks: Bool
    }

    private enum Place {
        case prose, block, after
    }

    private var place = Place.prose
    /// The line at hand, or what of it is held back.
    private var line: [UInt8] = []
    /// Compares the line at hand with the tag that is looked for.
    private var matcher = TagMatcher(BlockTag.start)
    /// Whether the line at hand is no tag whatever follows.
    private var isPlainLine = false

    private var body: [UInt8] = []
    /// How much of `body` was handed out.
    private var handedOut = 0
    private var tracker = StringTracker()
    /// The length of `body` before the first tag line that stands in a string in triple quotes. It ends the block after
    /// all if no other tag line does.
    private var candidate: Int?
    private var code: [UInt8] = []
    private var rest: [BlockScanner] = []
    private let looksFurther: Bool

    /// A scanner at the beginning of a text.
    public init() { looksFurther = true }

    private init(looksFurther: Bool) { self.looksFurther = looksFurther }

    /// Whether the block has been closed.
    public var isClosed: Bool { place == .after }

    /// Takes the next chunk.
    public mutating func read(_ chunk: String) -> Output {
        var output = Output()
        read(Array(chunk.utf8)[...], &output)
        return output
    }

    /// Takes the end of the text. The scanner cannot be used any more.
    public mutating func finish() -> End {
        var output = Output()
        switch place {
        case .prose:
            if let program = BlockTag.program(onLine: line[...]) {
                takeWholeBlock(program, &output)
            } else {
                output.prose = String(decoding: line, as: UTF8.self)
            }
        case .block:
            let endsHere = !isPlainLine && matcher.state == .tag
            if endsHere && (!tracker.isInTripleQuotes || candidate == nil) {
                close(at: body.count, &output)
            } else if let candidate {
                let remaining = Array(body[candidate...]) + line
                close(at: candidate, &output)
                // The tag line itself is no part of what follows.
                readRest(remaining.drop { $0 != 0x0A }.dropFirst())
            } else {
                body += line
                handOut(upTo: body.count, &output)
                return End(
                    output: output,
                    verdict: .unclosed(code: String(decoding: body, as: UTF8.self)),
                    hasMoreBlocks: false
                )
            }
        case .after: break
        }
        guard place == .after else { return End(output: output, verdict: .none, hasMoreBlocks: false) }
        var hasMore = false
        if !rest.isEmpty, case .block = rest[0].finish().verdict { hasMore = true }
        return End(
            output: output,
            verdict: .block(code: String(decoding: code, as: UTF8.self)),
            hasMoreBlocks: hasMore
        )
    }

    private mutating func read(_ chunk: ArraySlice<UInt8>, _ output: inout Output) {
        var chunk = chunk
        var prose: [UInt8] = []
        while !chunk.isEmpty {
            if place == .after {
                readRest(chunk)
                break
            }
            let end = chunk.firstIndex(of: 0x0A)
            let piece = chunk[chunk.startIndex..<(end.map { $0 + 1 } ?? chunk.endIndex)]
            chunk = chunk[piece.endIndex...]
            if place == .prose {
                readProse(piece, isWhole: end != nil, &prose, &output)
            } else {
                readBody(piece, isWhole: end != nil, &output)
            }
        }
        output.prose = String(decoding: prose, as: UTF8.self)
    }

    // MARK: Prose

    private mutating func readProse(
        _ piece: ArraySlice<UInt8>,
        isWhole: Bool,
        _ prose: inout [UInt8],
        _ output: inout Output
    ) {
        if isPlainLine {
            prose += piece
            isPlainLine = !isWhole
            return
        }
        line += piece
        matcher.read(isWhole ? piece.dropLast() : piece)
        if isWhole {
            if matcher.state == .tag {
                line = []
                place = .block
                matcher = TagMatcher(BlockTag.end)
                output.beginsBlock = true
                return
            }
            if matcher.state == .tagAndMore, let program = BlockTag.program(onLine: line[...]) {
                takeWholeBlock(program, &output)
                return
            }
        } else if matcher.state != .other {
            return
        }
        prose += line
        beginLine(BlockTag.start, isPlain: !isWhole)
    }

    private mutating func takeWholeBlock(_ program: ArraySlice<UInt8>, _ output: inout Output) {
        code = Array(program)
        line = []
        place = .after
        output.beginsBlock = true
        output.endsBlock = true
        output.code = String(decoding: code, as: UTF8.self)
    }

    // MARK: The block

    private mutating func readBody(_ piece: ArraySlice<UInt8>, isWhole: Bool, _ output: inout Output) {
        if isPlainLine {
            add(piece)
            isPlainLine = !isWhole
        } else {
            line += piece
            matcher.read(isWhole ? piece.dropLast() : piece)
            if isWhole, matcher.state == .tag {
                guard tracker.isInTripleQuotes else {
                    close(at: body.count, &output)
                    return
                }
                if candidate == nil { candidate = body.count }
            } else if !isWhole, matcher.state != .other, matcher.state != .tagAndMore {
                return
            }
            add(line[...])
            beginLine(BlockTag.end, isPlain: !isWhole)
        }
        // The line end before the end tag is no part of the code.
        if candidate == nil { handOut(upTo: Self.withoutLineEnd(body[...]), &output) }
    }

    private mutating func beginLine(_ tag: String, isPlain: Bool) {
        line = []
        matcher = TagMatcher(tag)
        isPlainLine = isPlain
    }

    private mutating func add(_ bytes: ArraySlice<UInt8>) {
        tracker.read(bytes)
        body += bytes
    }

    private mutating func handOut(upTo end: Int, _ output: inout Output) {
        guard end > handedOut else { return }
        output.code += String(decoding: body[handedOut..<end], as: UTF8.self)
        handedOut = end
    }

    private mutating func close(at end: Int, _ output: inout Output) {
        let end = Self.withoutLineEnd(body[..<end])
        handOut(upTo: end, &output)
        code = Array(body[..<end])
        body = []
        line = []
        isPlainLine = false
        place = .after
        output.endsBlock = true
    }

    /// Where a text ends if its last line end is left out. A carriage return at its very end may be half of a line end.
    private static func withoutLineEnd(_ text: ArraySlice<UInt8>) -> Int {
        var text = text
        if text.last == 0x0A { text = text.dropLast() }
        if text.last == 0x0D { text = text.dropLast() }
        return text.endIndex
    }

    // MARK: What follows

    private mutating func readRest(_ bytes: ArraySlice<UInt8>) {
        guard looksFurther else { return }
        if rest.isEmpty { rest = [BlockScanner(looksFurther: false)] }
        var ignored = Output()
        rest[0].read(bytes, &ignored)
    }
}
