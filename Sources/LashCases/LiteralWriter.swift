import Lashlang

/// Writes values in the notation of case files: equal texts mean identical values.
///
/// Unlike the language's own equality, this tells `-0` from `0` and one order of keys from another, and `NaN` is
/// identical to itself.
enum LiteralWriter {
    static func text(_ value: Value) -> String {
        var text = ""
        write(value, to: &text)
        return text
    }

    /// The variables of a session; their order means nothing.
    static func state(_ record: Record) -> String {
        text(.record(Record(record.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })))
    }

    /// A tree as JSON whose keys are sorted, at every level.
    static func sorted(_ value: Value) -> Value {
        switch value {
        case .list(let items): .list(items.map(sorted))
        case .record(let record):
            .record(Record(record.sorted { $0.key < $1.key }.map { ($0.key, sorted($0.value)) }))
        default: value
        }
    }

    static func json(_ value: Value) -> String {
        var text = ""
        write(value, to: &text, isJSON: true)
        return text
    }

    private static func write(_ value: Value, to text: inout String, isJSON: Bool = false) {
        switch value {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += Self.number(number)
        case .string(let string): text += quoted(string)
        case .list(let items): write(items, "[", "]", to: &text, isJSON: isJSON)
        case .tuple(let items): write(items, "(", items.count == 1 ? ",)" : ")", to: &text, isJSON: isJSON)
        case .record(let record):
            if !isJSON && record.role != .plain { text += word(record.role) }
            text += "{"
            for (index, entry) in record.enumerated() {
                if index > 0 { text += isJSON ? "," : ", " }
                text += isJSON || !isIdentifier(entry.key) ? quoted(entry.key) : entry.key
                text += isJSON ? ":" : ": "
                write(entry.value, to: &text, isJSON: isJSON)
            }
            text += "}"
        case .image(let image):
            text += "Image(id: \(quoted(image.id)), mime: \(quoted(image.mime)), label: \(quoted(image.label))"
            text += ", size: \(image.size)"
            text += ", width: \(image.width.map(String.init) ?? "null")"
            text += ", height: \(image.height.map(String.init) ?? "null"))"
        case .projection(let projection): text += "Projection(\(projection.name))"
        case .resource(let resource):
            text += "Resource(type: \(quoted(resource.type)), alias: \(quoted(resource.alias)))"
        }
    }

    private static func write(_ items: [Value], _ open: String, _ close: String, to text: inout String, isJSON: Bool) {
        text += open
        for (index, item) in items.enumerated() {
            if index > 0 { text += isJSON ? "," : ", " }
            write(item, to: &text, isJSON: isJSON)
        }
        text += close
    }

    /// The word before a record that stands for something.
    static func word(_ role: RecordRole) -> String {
        switch role {
        case .plain: ""
        case .handle: "Handle"
        case .failure: "Failure"
        case .process: "Process"
        case .descriptor: "Descriptor"
        case .placeholder: "Placeholder"
        }
    }

    private static func number(_ number: Double) -> String {
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number < 0 ? "-inf" : "inf" }
        if number == 0 { return number.sign == .minus ? "-0" : "0" }
        if number == number.rounded(), abs(number) < 1e15 { return String(Int(number)) }
        return number.description.replacing("e-0", with: "e-")
    }

    static func isIdentifier(_ key: String) -> Bool {
        guard let first = key.unicodeScalars.first, first.isASCII else { return false }
        return (first == "_" || first.properties.isAlphabetic)
            && key.unicodeScalars.allSatisfy {
                $0.isASCII && ($0 == "_" || $0.properties.isAlphabetic || ("0"..."9").contains($0))
            }
    }

    /// JSON, with everything escaped that an editor would not show.
    static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if isVisible(scalar) {
                    text.unicodeScalars.append(scalar)
                } else {
                    for unit in String(scalar).utf16 {
                        let digits = String(unit, radix: 16)
                        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
                    }
                }
            }
        }
        return text + "\""
    }

    static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned: false
        case .spaceSeparator: scalar == " "
        default: true
        }
    }
}
