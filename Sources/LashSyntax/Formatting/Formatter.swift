extension SyntaxTree {
    /// The text in the one style of the language: one statement on a line, two blanks for each block, lists and calls that
    /// are longer than a line broken at their commas. Comments and groups of lines stay; tokens and so the tree never
    /// change, and formatting a result again changes nothing.
    ///
    /// Only for trees without errors. Takes time linear in the text.
    public func formatted() -> String {
        var layout = TokenLayout(self)
        layout.build()
        return LayoutPrinter(layout.items).text()
    }
}

/// A piece of text, or a place where a line may end.
enum LayoutItem {
    case text(String)
    /// A line break in a broken group, `flat` otherwise.
    case softBreak(flat: String)
    /// A line break only where the next piece does not fit any more.
    case fillBreak(flat: String)
    /// A line break always, with an empty line before the next one or not.
    case hardBreak(blank: Bool)
    case open
    /// A block that may be one line.
    case openBlock
    case close
    /// The blanks at the beginning of lines change by this many steps.
    case indent(Int)
    /// Text behind which the line has to end.
    case comment(String)
}

/// Turns tokens and the comments between them into layout items.
struct TokenLayout {
    private let tree: SyntaxTree
    private(set) var items: [LayoutItem] = []
    private var marks: [TokenMarks]
    private var partner: [Int]
    /// Ternaries that wait for their `:`, for each bracket.
    private var ternaries: [Int] = [0]
    /// Brackets whose content may be broken.
    private var groups: [Bool] = []

    /// What a token is to the layout.
    struct TokenMarks: OptionSet {
        var rawValue: UInt16
        /// A statement or declaration begins with it.
        static let statement = TokenMarks(rawValue: 1)
        static let blockOpen = TokenMarks(rawValue: 2)
        static let blockClose = TokenMarks(rawValue: 4)
        /// A block on one line.
        static let inlineBlock = TokenMarks(rawValue: 8)
        /// An operator with one operand.
        static let prefix = TokenMarks(rawValue: 16)
        static let binary = TokenMarks(rawValue: 32)
        /// `for` or `if` of a comprehension.
        static let clause = TokenMarks(rawValue: 64)
        /// The brace of an object type.
        static let typeBrace = TokenMarks(rawValue: 128)
        /// A word of the language, not a name.
        static let keyword = TokenMarks(rawValue: 256)
        /// `<` or `>` around types.
        static let typeAngle = TokenMarks(rawValue: 512)
        /// A list of short items, which share lines.
        static let dense = TokenMarks(rawValue: 1024)
        /// The only argument's bracket, so that the call itself is not broken.
        static let hugged = TokenMarks(rawValue: 2048)
        /// The end of a label.
        static let labelEnd = TokenMarks(rawValue: 4096)
    }

    static let width = 100

    init(_ tree: SyntaxTree) {
        self.tree = tree
        marks = Array(repeating: [], count: tree.tokenTable.count)
        partner = Array(repeating: -1, count: tree.tokenTable.count)
        matchBrackets()
        markNodes()
        markStatements()
        markBrackets()
    }

    // MARK: Marks

    private mutating func matchBrackets() {
        var open: [Int] = []
        for (token, kind) in tree.tokenTable.lazy.map(\.kind).enumerated() {
            if kind.isOpener {
                open.append(token)
            } else if kind.isCloser, let opener = open.popLast() {
                partner[opener] = token
                partner[token] = opener
            }
        }
    }

    private mutating func markNodes() {
        for node in tree.nodeTable.indices {
            let entry = tree.nodeTable[node]
            let main = Int(entry.main)
            switch entry.kind {
            case .negate, .not: marks[main].insert(.prefix)
            case .binary: marks[main].insert(.binary)
            case .forClause: marks[main - 1].insert(.clause)
            case .ifClause: marks[main].insert(.clause)
            case .objectType:
                let brace = tree.tokenTable[main].kind == .leftBrace ? main : main + 1
                marks[brace].insert(.typeBrace)
            case .typeLiteral, .finish, .yield, .wake, .fail, .returnStatement, .whileLoop, .sleepFor, .sleepUntil:
                marks[main].insert(.keyword)
            case .labeled: markLabel(main)
            case .processDeclaration:
                if main >= 1 { marks[main - 1].insert(.keyword) }
            case .processType, .triggerHandleType:
                marks[main + 1].insert(.typeAngle)
                let closing = entry.kind == .processType ? tree.extra[Int(entry.right) + 1] : entry.right
                if Int(closing) < marks.count { marks[Int(closing)].insert(.typeAngle) }
            case .block where entry.left != Parser.none:
                guard partner[main] > main else { break }
                marks[main].insert(.blockOpen)
                marks[partner[main]].insert(.blockClose)
            default: break
            }
        }
        for (token, kind) in tree.tokenTable.lazy.map(\.kind).enumerated()
        where kind == .wordUntil && token > 0 && tree.tokenTable[token - 1].kind == .wordSleep {
            marks[token].insert(.keyword)
        }
    }

    /// `@label(…)`: what follows begins a line.
    private mutating func markLabel(_ at: Int) {
        let open = at + 2
        if open < partner.count, partner[open] > open { marks[partner[open]].insert(.labelEnd) }
    }

    private mutating func markStatements() {
        for entry in tree.nodeTable where entry.kind == .block {
            let isProgram = entry.left == Parser.none
            let members = tree.words(isProgram ? entry.right : entry.left)
            for member in members { markStart(NodeID(raw: member)) }
            let open = Int(entry.main)
            if marks[open].contains(.blockOpen), !isProgram, isInline(open, members) {
                marks[open].insert(.inlineBlock)
                marks[partner[open]].insert(.inlineBlock)
            }
        }
        for declaration in tree.declarations { markStart(declaration) }
    }

    private mutating func markStart(_ node: NodeID) {
        let start = tree.statementSpan(of: node).start
        if let token = tree.token(startingAt: start) { marks[token].insert(.statement) }
    }

    /// A block of one plain statement that stood on one line, and may stay there.
    private func isInline(_ open: Int, _ members: ArraySlice<UInt32>) -> Bool {
        let close = partner[open]
        if close == open + 1 { return false }
        guard members.count == 1, let only = members.first else { return false }
        switch tree.nodeTable[Int(only)].kind {
        case .ifStatement, .forLoop, .whileLoop, .labeled: return false
        default: break
        }
        let (start, end) = (Int(tree.tokenTable[open].start), Int(tree.tokenTable[close].start))
        guard close - open <= 24 else { return false }
        return !tree.source.bytes[start..<end].contains { $0 == 0x0A || $0 == UInt8(ascii: "#") }
    }

    private mutating func markBrackets() {
        for (token, kind) in tree.tokenTable.lazy.map(\.kind).enumerated()
        where kind.isOpener && partner[token] > token {
            let close = partner[token]
            if kind == .leftParen, token + 1 < close {
                let inner = tree.tokenTable[token + 1].kind
                if inner == .leftBrace || inner == .leftBracket, partner[token + 1] == close - 1 {
                    marks[token].insert(.hugged)
                }
            }
            if kind == .leftBracket, close - token > 16, isDense(token, close) { marks[token].insert(.dense) }
        }
    }

    /// Only literals and names, all of them short.
    private func isDense(_ open: Int, _ close: Int) -> Bool {
        for token in open + 1..<close {
            let kind = tree.tokenTable[token].kind
            guard
                kind == .comma || kind == .minus || kind == .number || kind == .null || kind == .true || kind == .false
                    || kind == .string || kind == .identifier
            else { return false }
            let span = tree.span(ofToken: token)
            if kind != .comma, span.end - span.start > 16 { return false }
        }
        return true
    }

    // MARK: Items

    mutating func build() {
        let end = tree.tokenTable.count - 1
        for token in 0..<max(0, end) {
            gap(before: token)
            emit(token)
        }
        if end >= 0 { gap(before: end) }
    }

    /// The comments before a token, and the line breaks or blanks that belong there.
    private mutating func gap(before token: Int) {
        let isEnd = token == tree.tokenTable.count - 1
        let from = token == 0 ? 0 : tree.span(ofToken: token - 1).end
        let to = Int(tree.tokenTable[token].start)
        let beginsLine =
            isEnd || marks[token].contains(.statement)
            || (marks[token].contains(.blockClose) && !marks[token].contains(.inlineBlock))
        var isFirst = token == 0 || marks[token - 1].contains(.blockOpen)
        var newlines = 0
        var at = from
        var hasComment = false
        let bytes = tree.source.bytes
        while at < to {
            if bytes[at] == 0x0A { newlines += 1 }
            guard
                bytes[at] == UInt8(ascii: "#")
                    || (bytes[at] == UInt8(ascii: "/") && at + 1 < to && bytes[at + 1] == bytes[at])
            else {
                at += 1
                continue
            }
            var end = at
            while end < to, bytes[end] != 0x0A { end += 1 }
            var last = end
            while last > at, bytes[last - 1] == 0x20 || bytes[last - 1] == 0x0D || bytes[last - 1] == 0x09 { last -= 1 }
            let comment = tree.source[Span(at, last)]
            if newlines == 0, token > 0, !hasComment {
                // Behind an opening bracket, before the break that belongs to it.
                if case .softBreak = items.last, tree.tokenTable[token - 1].kind.isOpener, let opened = items.popLast()
                {
                    items.append(.comment("  " + comment))
                    items.append(opened)
                } else {
                    items.append(.comment("  " + comment))
                }
            } else {
                items.append(.hardBreak(blank: newlines > 1 && !isFirst && (beginsLine || groups.isEmpty)))
                items.append(.comment(comment))
            }
            isFirst = false
            hasComment = true
            newlines = 0
            at = end
        }
        if isEnd { return }
        if beginsLine {
            let closes = marks[token].contains(.blockClose)
            if closes { items.append(.indent(-1)) }
            let followsLabel = token > 0 && marks[token - 1].contains(.labelEnd)
            if token > 0 || hasComment {
                if closes, tree.tokenTable[token - 1].kind == .leftBrace, marks[token - 1].contains(.blockOpen),
                    !hasComment
                {
                    return
                }
                if marks[max(0, token - 1)].contains(.inlineBlock), marks[max(0, token - 1)].contains(.blockOpen),
                    !hasComment
                {
                    items.append(.softBreak(flat: " "))
                    return
                }
                items.append(.hardBreak(blank: newlines > 1 && !isFirst && !closes && !followsLabel))
            }
        } else if hasComment {
            items.append(.hardBreak(blank: false))
        } else if token > 0 {
            space(before: token)
        }
    }

    /// What stands between two tokens of a statement.
    private mutating func space(before token: Int) {
        let kind = tree.tokenTable[token].kind
        let last = tree.tokenTable[token - 1].kind
        let lastMarks = marks[token - 1]
        if lastMarks.contains(.labelEnd) {
            items.append(.hardBreak(blank: false))
            return
        }
        if last.isOpener, !lastMarks.contains(.blockOpen) {
            // `emit` has written the break of a group.
            return
        }
        if kind.isCloser, !marks[token].contains(.blockClose) { return }
        if marks[token].contains(.blockClose) || lastMarks.contains(.blockOpen) {
            items.append(.close)
            items.append(.softBreak(flat: " "))
            return
        }
        if last == .comma, groups.last == true { return }
        if needsNoSpace(token, kind, last, lastMarks) { return }
        if marks[token].contains(.clause), groups.last == true {
            items.append(.softBreak(flat: " "))
            return
        }
        if last == .notIn {
            items.append(.text(" "))
            return
        }
        let followsNotIn = last == .in && token > 1 && tree.tokenTable[token - 2].kind == .notIn
        if lastMarks.contains(.binary) || followsNotIn || kind == .ternary
            || (kind == .colon && (ternaries.last ?? 0) > 0)
        {
            items.append(.fillBreak(flat: " "))
            return
        }
        items.append(.text(" "))
    }

    private func needsNoSpace(_ token: Int, _ kind: TokenKind, _ last: TokenKind, _ lastMarks: TokenMarks) -> Bool {
        switch kind {
        case .comma: return true
        case .dot: return last != .number
        case .unwrap: return true
        case .ternary: return false
        case .colon: return (ternaries.last ?? 0) == 0
        case .leftParen where lastMarks.contains(.prefix): return last != .not
        case .leftBracket where lastMarks.contains(.prefix): return last != .not
        case .leftParen: return isName(token - 1) && !lastMarks.contains(.keyword) || isCloserOfValue(token - 1)
        case .leftBracket:
            return isName(token - 1) && !lastMarks.contains(.keyword) || last == .string || isCloserOfValue(token - 1)
                || last == .unwrap
        case .less, .greater: if marks[token].contains(.typeAngle) { return true }
        default: break
        }
        if last == .minus, kind == .greater { return true }
        if last == .dot || last == .at { return true }
        if lastMarks.contains(.prefix), last != .not { return true }
        if lastMarks.contains(.typeAngle), last == .less { return true }
        return false
    }

    /// A name in front of a parenthesis or bracket, which belongs to it.
    private func isName(_ token: Int) -> Bool {
        let kind = tree.tokenTable[token].kind
        if token > 0, tree.tokenTable[token - 1].kind == .dot { return true }
        return kind.isIdentifier
    }

    private func isCloserOfValue(_ token: Int) -> Bool {
        tree.tokenTable[token].kind.isCloser && !marks[token].contains(.blockClose)
    }

    private mutating func emit(_ token: Int) {
        let kind = tree.tokenTable[token].kind
        let text = tree.source[tree.span(ofToken: token)]
        if kind.isCloser, !marks[token].contains(.blockClose), partner[token] >= 0 {
            close(token)
            items.append(.text(text))
            return
        }
        items.append(.text(text))
        if kind.isOpener, partner[token] > token {
            if marks[token].contains(.blockOpen) {
                items.append(marks[token].contains(.inlineBlock) ? .openBlock : .indent(1))
            } else {
                open(token)
            }
            return
        }
        switch kind {
        case .comma:
            if groups.last == true { items.append(isInDense ? .fillBreak(flat: " ") : .softBreak(flat: " ")) }
        case .ternary: ternaries[ternaries.count - 1] += 1
        case .colon: if (ternaries.last ?? 0) > 0 { ternaries[ternaries.count - 1] -= 1 }
        default: break
        }
    }

    private var denseLevels: [Bool] = []
    private var isInDense: Bool { denseLevels.last ?? false }

    private mutating func open(_ token: Int) {
        let breaks = !marks[token].contains(.hugged) && partner[token] > token + 1
        groups.append(breaks)
        denseLevels.append(marks[token].contains(.dense))
        ternaries.append(0)
        guard breaks else { return }
        items.append(.open)
        items.append(.softBreak(flat: marks[token].contains(.typeBrace) ? " " : ""))
    }

    private mutating func close(_ token: Int) {
        if ternaries.count > 1 { ternaries.removeLast() }
        denseLevels.removeLast()
        guard groups.popLast() == true else { return }
        // The break behind the last comma is that before the closer.
        if case .softBreak = items.last {
            items.removeLast()
        } else if case .fillBreak = items.last {
            items.removeLast()
        }
        items.append(.close)
        items.append(.softBreak(flat: marks[partner[token]].contains(.typeBrace) ? " " : ""))
    }
}

extension SyntaxTree {
    /// The token that begins at a byte offset.
    func token(startingAt offset: Int) -> Int? {
        var (low, high) = (0, tokenTable.count)
        while low < high {
            let middle = (low + high) / 2
            if Int(tokenTable[middle].start) < offset { low = middle + 1 } else { high = middle }
        }
        return low < tokenTable.count && Int(tokenTable[low].start) == offset ? low : nil
    }
}
