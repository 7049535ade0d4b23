/// Writes layout items into lines that are not too long where that can be helped.
///
/// Every group is measured once, so the time is linear in the number of items.
struct LayoutPrinter {
    private let items: [LayoutItem]
    /// The width of a group on one line, for the position of its `open`; beyond every line where it cannot be on one.
    private var flatWidth: [Int]
    /// The width from an item to the next place where a line may end.
    private var toBreak: [Int]

    private var lines = ""
    private var column = 0
    private var level = 0
    private var groups: [Mode] = []
    /// Groups and blocks that are broken.
    private var broken = 0
    /// Blanks that are written once something follows them.
    private var pendingBlank = ""
    private var mustBreak = false

    private enum Mode { case flat, broken, block }

    private static let never = 1 << 40

    init(_ items: [LayoutItem]) {
        self.items = items
        flatWidth = Array(repeating: 0, count: items.count)
        toBreak = Array(repeating: 0, count: items.count + 1)
        measure()
    }

    private static func width(_ text: String) -> Int {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F } ? text.utf8.count : firstLine(text).unicodeScalars.count
    }

    private static func firstLine(_ text: String) -> Substring { text.prefix { $0 != "\n" && $0 != "\r\n" } }

    private mutating func measure() {
        var open: [(item: Int, start: Int)] = []
        var total = 0
        for (index, item) in items.enumerated() {
            switch item {
            case .open, .openBlock: open.append((index, total))
            case .close: if let group = open.popLast() { flatWidth[group.item] = min(total - group.start, Self.never) }
            case .text(let text): total += Self.width(text)
            case .softBreak(let flat), .fillBreak(let flat): total += flat.utf8.count
            // No group around it fits on a line; the sum cannot overflow.
            case .hardBreak, .comment: total += 1 << 24
            case .indent: break
            }
        }
        for index in items.indices.reversed() {
            switch items[index] {
            case .text(let text): toBreak[index] = Self.width(text) + toBreak[index + 1]
            case .softBreak, .fillBreak, .hardBreak, .comment: toBreak[index] = 0
            case .open, .openBlock, .close, .indent: toBreak[index] = toBreak[index + 1]
            }
        }
    }

    /// The lines, each with its line feed.
    consuming func text() -> String {
        for index in items.indices { write(index) }
        if !lines.isEmpty, !lines.utf8.reversed().prefix(1).contains(0x0A) { lines += "\n" }
        return lines
    }

    private mutating func write(_ index: Int) {
        switch items[index] {
        case .text(let text): put(text)
        case .comment(let text):
            put(text)
            mustBreak = true
        case .indent(let steps): level += steps
        case .hardBreak(let blank):
            newline(extra: 2 * broken)
            if blank { lines += "\n" }
        case .open:
            // What closes the group has to fit as well.
            enter(index, .broken)
        case .openBlock:
            enter(index, .block)
        case .close:
            if let mode = groups.popLast(), mode != .flat {
                broken -= 1
                closesBroken = true
            }
        case .softBreak(let flat):
            if closesBroken {
                closesBroken = false
                newline(extra: 2 * broken)
            } else if let mode = groups.last, mode != .flat, !isClosing(index) {
                newline(extra: 2 * broken)
            } else {
                put(flat)
            }
        case .fillBreak(let flat):
            if groups.last != .flat, column + flat.utf8.count + toBreak[index + 1] > TokenLayout.width {
                newline(extra: 2 * broken + (groups.last == .broken ? 0 : 4))
            } else {
                put(flat)
            }
        }
    }

    private var closesBroken = false

    private mutating func enter(_ index: Int, _ mode: Mode) {
        let isFlat = !mustBreak && column + flatWidth[index] + (mode == .block ? 2 : 1) <= TokenLayout.width
        groups.append(isFlat ? .flat : mode)
        if !isFlat { broken += 1 }
    }

    /// The break right behind a `close` belongs to the closing bracket.
    private func isClosing(_ index: Int) -> Bool {
        if index > 0, case .close = items[index - 1] { return true }
        return false
    }

    private mutating func put(_ text: String) {
        if text.isEmpty { return }
        if mustBreak { newline(extra: 2 * broken) }
        if text.utf8.allSatisfy({ $0 == 0x20 }) {
            if column > 0 {
                pendingBlank += text
                column += text.utf8.count
            }
            return
        }
        if column == 0 || lineIsEmpty {
            let blanks = 2 * level + extraBlanks
            lines += String(repeating: " ", count: blanks)
            column = blanks
            pendingBlank = ""
            lineIsEmpty = false
        }
        lines += pendingBlank
        pendingBlank = ""
        lines += text
        if let feed = text.utf8.lastIndex(of: 0x0A) {
            column = text.utf8.distance(from: feed, to: text.utf8.endIndex) - 1
        } else {
            column += LayoutPrinter.width(text)
        }
    }

    private var lineIsEmpty = true
    private var extraBlanks = 0

    private mutating func newline(extra: Int) {
        mustBreak = false
        pendingBlank = ""
        extraBlanks = extra
        if lineIsEmpty { return }
        lines += "\n"
        column = 0
        lineIsEmpty = true
    }
}
