import Lashlang

/// A literal that cannot be read.
struct LiteralError: Error {
    var message: String
    /// Counted in scalars from the start of the text.
    var offset: Int
}

/// Reads one value in the notation of case files, which contains JSON.
///
/// Beyond JSON: tuples `(1,)`, keys that are identifiers without quotes, `-0`, `inf`, `-inf`, `NaN`,
/// `Image(id: "i", mime: "m", label: "l", size: 1, width: 2, height: null)` and `Resource(type: "T", alias: "a")`.
struct LiteralReader {
    private let scalars: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    /// Recursion stays shallow enough for the smallest thread stacks.
    private static let deepest = 1_000

    static func value(_ text: some StringProtocol) throws(LiteralError) -> Value {
        var reader = LiteralReader(text)
        let value = try reader.value()
        try reader.end()
        return value
    }

    /// A value at the start of the text, and what follows it.
    static func prefix(_ text: some StringProtocol) throws(LiteralError) -> (value: Value, rest: String) {
        var reader = LiteralReader(text)
        let value = try reader.value()
        var rest = String.UnicodeScalarView()
        rest.append(contentsOf: reader.scalars[reader.position...])
        return (value, String(rest))
    }

    private init(_ text: some StringProtocol) { scalars = Array(text.unicodeScalars) }

    private var next: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private func fault(_ message: String) -> LiteralError { LiteralError(message: message, offset: position) }

    private mutating func skipSpace() {
        while let next, next == " " || next == "\t" || next == "\n" || next == "\r" { position += 1 }
    }

    private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
        skipSpace()
        guard next == scalar else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ scalar: Unicode.Scalar) throws(LiteralError) {
        if !take(scalar) { throw fault("expected `\(scalar)`") }
    }

    private mutating func end() throws(LiteralError) {
        skipSpace()
        if position < scalars.count { throw fault("unexpected text after the value") }
    }

    private mutating func value() throws(LiteralError) -> Value {
        skipSpace()
        depth += 1
        defer { depth -= 1 }
        if depth > Self.deepest { throw fault("the value nests too deep") }
        guard let next else { throw fault("expected a value") }
        switch next {
        case "\"": return .string(try string())
        case "[":
            position += 1
            return .list(try items(until: "]"))
        case "(":
            position += 1
            return .tuple(try items(until: ")"))
        case "{":
            position += 1
            return .record(try entries(until: "}"))
        case "-", "0"..."9": return .number(try number())
        default: return try named()
        }
    }

    private mutating func items(until close: Unicode.Scalar) throws(LiteralError) -> [Value] {
        var items: [Value] = []
        while !take(close) {
            items.append(try value())
            if take(close) {
                // A tuple of one element is told from a group by its comma.
                if close == ")" && items.count == 1 { throw fault("expected `,` in a tuple of one element") }
                return items
            }
            try expect(",")
        }
        return items
    }

    private mutating func entries(until close: Unicode.Scalar) throws(LiteralError) -> Record {
        var record = Record()
        while !take(close) {
            skipSpace()
            let isQuoted = next == "\""
            let key = isQuoted ? try string() : word()
            guard isQuoted || LiteralWriter.isIdentifier(key) else { throw fault("expected a key") }
            try expect(":")
            record[key] = try value()
            if take(close) { return record }
            try expect(",")
        }
        return record
    }

    private mutating func word() -> String {
        var word = String.UnicodeScalarView()
        while let next, next == "_" || next.properties.isAlphabetic || ("0"..."9").contains(next) {
            word.append(next)
            position += 1
        }
        return String(word)
    }

    private mutating func named() throws(LiteralError) -> Value {
        let start = position
        switch word() {
        case "null": return .null
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "inf": return .number(.infinity)
        case "NaN": return .number(.nan)
        case "Image":
            try expect("(")
            let fields = try entries(until: ")")
            guard let image = Image(fields) else { throw fault("not the fields of an image") }
            return .image(image)
        case "Resource":
            try expect("(")
            let fields = try entries(until: ")")
            guard case .string(let type) = fields["type"], case .string(let alias) = fields["alias"] else {
                throw fault("not the fields of a resource")
            }
            return .resource(Resource(type: type, alias: alias))
        case let word:
            guard let role = RecordRole.allCases.first(where: { $0 != .plain && LiteralWriter.word($0) == word }) else {
                position = start
                throw fault("expected a value")
            }
            try expect("{")
            var record = try entries(until: "}")
            record.role = role
            return .record(record)
        }
    }

    private mutating func number() throws(LiteralError) -> Double {
        let start = position
        if next == "-" { position += 1 }
        if next == "i" {
            if word() == "inf" { return -.infinity }
            position = start
            throw fault("expected a number")
        }
        while let next, ("0"..."9").contains(next) || ".eE+-".unicodeScalars.contains(next) { position += 1 }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars[start..<position])
        guard let number = Double(String(text)), number.isFinite else {
            position = start
            throw fault("malformed number")
        }
        return number
    }

    private mutating func string() throws(LiteralError) -> String {
        position += 1
        var text = String.UnicodeScalarView()
        while let scalar = next {
            position += 1
            switch scalar {
            case "\"": return String(text)
            case "\\": text.append(try escape())
            default: text.append(scalar)
            }
        }
        throw fault("unterminated string")
    }

    private mutating func escape() throws(LiteralError) -> Unicode.Scalar {
        guard let scalar = next else { throw fault("unterminated string") }
        position += 1
        switch scalar {
        case "\"", "\\", "/": return scalar
        case "b": return "\u{8}"
        case "f": return "\u{c}"
        case "n": return "\n"
        case "r": return "\r"
        case "t": return "\t"
        case "u":
            var code = try fourDigits()
            if (0xd800..<0xdc00).contains(code), next == "\\", position + 1 < scalars.count,
                scalars[position + 1] == "u"
            {
                position += 2
                let low = try fourDigits()
                code = 0x10000 + (code - 0xd800) << 10 + (low &- 0xdc00)
            }
            guard let decoded = Unicode.Scalar(code) else { throw fault("not a character") }
            return decoded
        default: throw fault("unknown escape")
        }
    }

    private mutating func fourDigits() throws(LiteralError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let scalar = next, scalar.isASCII, let digit = Character(scalar).hexDigitValue else {
                throw fault("expected four hexadecimal digits")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }
}

extension Image {
    init?(_ fields: Record) {
        guard case .string(let id) = fields["id"], case .string(let mime) = fields["mime"],
            case .string(let label) = fields["label"], case .number(let size) = fields["size"],
            let size = UInt64(exactly: size)
        else { return nil }
        func pixels(_ value: Value?) -> UInt32?? {
            switch value {
            case nil, .null: .some(nil)
            case .number(let number): UInt32(exactly: number).map { .some($0) }
            default: nil
            }
        }
        guard let width = pixels(fields["width"]), let height = pixels(fields["height"]) else { return nil }
        self.init(id: id, mime: mime, label: label, size: size, width: width, height: height)
    }
}
