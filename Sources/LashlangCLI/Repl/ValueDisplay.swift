import LashTerminal
import Lashlang

/// Values in the notation of the language, no wider than a terminal: what is left out is marked, and counted.
///
/// Takes time for what is shown, not for what there is.
struct ValueDisplay {
    private let width: Int
    private let usesColor: Bool

    /// Elements of a list, or fields of a record, that get a line each where one line is not enough for all.
    private static let mostLines = 10
    /// Wider lines are hard to read, and would let values nest as deep.
    private static let widest = 240

    init(width: Int, usesColor: Bool) {
        self.width = min(max(width, 20), Self.widest)
        self.usesColor = usesColor
    }

    /// A value on one line, or on a few with its elements below each other.
    func text(_ value: Value) -> String {
        if let whole = whole(value, room: width) { return whole.text }
        if isFlat(value) { return cut(value, room: width).text }
        switch value {
        case .list(let items): return lines("list of \(items.count.grouped)", items.count) { ("", items[$0]) }
        case .tuple(let items): return lines("tuple of \(items.count.grouped)", items.count) { ("", items[$0]) }
        case .record(let record):
            return lines("record of \(Readable.plural(record.count, "field"))", record.count) { index in
                (key(record[index].key), record[index].value)
            }
        case .string(let text):
            let count = "  \(Readable.plural(text.unicodeScalars.count, "character"))"
            var line = cut(value, room: width - count.count)
            line.append(count, paint(.mark, count))
            return line.text
        default: return cut(value, room: width).text
        }
    }

    /// Whether a value is a list of short words, which need no lines of their own.
    private func isFlat(_ value: Value) -> Bool {
        guard case .list(let items) = value else { return false }
        return items.prefix(Self.mostLines).allSatisfy { !$0.hasParts && scalar($0, room: width / 4) != nil }
    }

    /// A value on one line, behind what is said of it.
    func line(_ label: String, _ value: Value) -> String {
        // A long name leaves half of the line to the value.
        let isLong = TerminalText.width(label) * 2 > width
        let label = isLong ? DisplayWidth.cut(label, to: width / 2) + " " : label
        let room = max(8, width - TerminalText.width(label))
        return label + (whole(value, room: room) ?? cut(value, room: room)).text
    }

    private func lines(_ title: String, _ count: Int, _ part: (Int) -> (label: String, value: Value)) -> String {
        var lines = [paint(.mark, title + ":")]
        let shown = count <= Self.mostLines ? count : Self.mostLines - 1
        for index in 0..<shown {
            let (label, value) = part(index)
            lines.append("  " + ValueDisplay(width: width - 2, usesColor: usesColor).line(label, value))
        }
        if shown < count { lines.append("  " + paint(.mark, Self.mark(count - shown))) }
        return lines.joined(separator: "\n")
    }

    private static func mark(_ count: Int) -> String { "… \(count.grouped) more" }

    // MARK: One line

    /// Text as a terminal shows it, and how wide it is there.
    private struct Line {
        var text = ""
        var width = 0

        mutating func append(_ plain: String, _ painted: String) {
            text += painted
            width += TerminalText.width(plain)
        }

        mutating func append(_ plain: String) { append(plain, plain) }

        mutating func append(_ other: Line) {
            text += other.text
            width += other.width
        }
    }

    /// The parts of a value that has parts.
    private struct Parts {
        var opening: String
        var closing: String
        var count: Int
        var part: (Int) -> (label: String, value: Value)
    }

    private func parts(of value: Value) -> Parts? {
        switch value {
        case .list(let items): Parts(opening: "[", closing: "]", count: items.count) { ("", items[$0]) }
        case .tuple(let items):
            Parts(opening: "(", closing: items.count == 1 ? ",)" : ")", count: items.count) { ("", items[$0]) }
        case .record(let record):
            Parts(opening: "{", closing: "}", count: record.count) { (key(record[$0].key), record[$0].value) }
        default: nil
        }
    }

    /// A key as it stands before its value. No key that is shown is longer than a line.
    private func key(_ key: String) -> String {
        let start = key.utf8.count > Self.widest ? String(key.prefix(Self.widest)) + "…" : key
        let literal = Value.record([start: .null]).literal
        return TerminalText.escaped(String(literal.dropFirst().dropLast("null}".count)))
    }

    /// All of a value; `nil` where it does not fit. Every level of nesting takes two columns at least, which bounds the
    /// recursion.
    private func whole(_ value: Value, room: Int) -> Line? {
        guard let parts = parts(of: value) else { return scalar(value, room: room) }
        guard parts.count * 3 <= room + 3 else { return nil }
        var line = Line()
        line.append(parts.opening)
        for index in 0..<parts.count {
            let (label, value) = parts.part(index)
            line.append((index == 0 ? "" : ", ") + label)
            let left = room - line.width - parts.closing.count
            guard left > 0, let part = whole(value, room: left) else { return nil }
            line.append(part)
        }
        line.append(parts.closing)
        return line.width <= room ? line : nil
    }

    private func scalar(_ value: Value, room: Int) -> Line? {
        if case .string(let text) = value, text.utf8.count > room * 16 { return nil }
        let text = TerminalText.escaped(value.literal)
        var line = Line()
        line.append(text, paint(Style(value), text))
        return line.width <= room ? line : nil
    }

    /// As much of a value as fits.
    private func cut(_ value: Value, room: Int) -> Line {
        var line = Line()
        guard let parts = parts(of: value) else {
            line.append(cutText(value, room: room), paint(Style(value), cutText(value, room: room)))
            return line
        }
        line.append(parts.opening)
        for index in 0..<parts.count {
            let separator = index == 0 ? "" : ", "
            let (label, value) = parts.part(index)
            let after = index == parts.count - 1 ? 0 : Self.mark(parts.count - index - 1).count + 2
            let left =
                room - line.width - separator.count - TerminalText.width(label) - parts.closing.count - after
            guard let part = part(value, room: left, isLast: after == 0) else {
                let mark = Self.mark(parts.count - index)
                line.append(separator + mark, separator + paint(.mark, mark))
                break
            }
            line.append(separator + label)
            line.append(part)
        }
        line.append(parts.closing)
        if line.width > room {
            line = Line()
            line.append(parts.opening + "…" + parts.closing)
        }
        return line
    }

    /// A value inside of another one, whole or cut; `nil` where there is no room for it.
    private func part(_ value: Value, room: Int, isLast: Bool) -> Line? {
        guard room > 0 else { return nil }
        if let whole = whole(value, room: room) { return whole }
        // One long part is not to take all the room of those behind it.
        let share = isLast ? room : max(room / 2, min(room, 24))
        guard share >= 4 else { return nil }
        let line = cut(value, room: share)
        return line.width <= room ? line : nil
    }

    private func cutText(_ value: Value, room: Int) -> String {
        guard case .string(let text) = value else {
            return DisplayWidth.cut(TerminalText.escaped(value.literal), to: max(1, room))
        }
        let start = Value.string(String(text.prefix(max(1, room)))).literal
        return DisplayWidth.cut(TerminalText.escaped(String(start.dropLast())) + " ", to: max(1, room - 2)) + "\""
    }

    // MARK: Colour

    private enum Style: String {
        case text = "32"
        case number = "36"
        case word = "35"
        case other = ""
        case mark = "2"

        init(_ value: Value) {
            switch value {
            case .string: self = .text
            case .number: self = .number
            case .bool, .null: self = .word
            default: self = .other
            }
        }
    }

    private func paint(_ style: Style, _ text: String) -> String {
        usesColor && style != .other ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension Value {
    fileprivate var hasParts: Bool {
        switch self {
        case .list, .tuple, .record: true
        default: false
        }
    }
}
