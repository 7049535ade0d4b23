/// String literals and the quoted form of texts.
enum StringText {
    /// The value of the literal that begins at `start`.
    static func value(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> String {
        let form = LexicalForms.stringForm(bytes, start)
        let literal = LexicalForms.endOfString(bytes, start)
        let end = literal.end - (form.triple ? 3 : 1)
        guard form.contents < end else { return "" }
        let contents = UnsafeBufferPointer(rebasing: bytes[form.contents..<end])
        if !literal.hasEscapes { return String(decoding: contents, as: UTF8.self) }
        var result: [UInt8] = []
        result.reserveCapacity(contents.count)
        var at = 0
        while at < contents.count {
            var byte = contents[at]
            if byte == UInt8(ascii: "\\"), at + 1 < contents.count {
                at += 1
                byte = contents[at]
                switch byte {
                case UInt8(ascii: "n"): byte = 0x0A
                case UInt8(ascii: "r"): byte = 0x0D
                case UInt8(ascii: "t"): byte = 0x09
                default: break
                }
            }
            result.append(byte)
            at += 1
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// `text` in double quotes, with escapes for what cannot be seen.
    static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case "\0": result += "\\0"
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case _ where isInvisible(scalar): result += "\\u{" + String(scalar.value, radix: 16) + "}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// Controls, format characters, separators other than the space, and what Unicode has not assigned.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII { return scalar.value < 0x20 || scalar.value == 0x7F }
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
            .spaceSeparator:
            return true
        default:
            return false
        }
    }
}
