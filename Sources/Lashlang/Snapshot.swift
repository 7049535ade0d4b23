/// A snapshot that cannot be read.
public struct SnapshotError: Error, Hashable, Sendable {
    /// Why.
    public var message: String

    /// An error with a reason.
    public init(message: String) { self.message = message }
}

/// The form in which variables are kept: a JSON text
///
///     {"lashlang_snapshot":1,"variables":{"x":…}}
///
/// Values are JSON, but for what JSON has no form for. Those are objects with the key `$lash`, and so is a record that
/// itself has that key; no other object has it, so no data can be taken for something that it is not.
///
///     {"$lash":"tuple","items":[…]}
///     {"$lash":"number","text":"NaN"}        also inf, -inf, -0
///     {"$lash":"image","id":…,"mime":…,"label":…,"size":…,"width":…,"height":…}
///     {"$lash":"resource","type":…,"alias":…}
///     {"$lash":"record","keys":[…],"values":[…]}
enum Snapshot {
    static let version = 1.0
    private static let mark = "$lash"

    /// The most bytes of a snapshot: a value that holds one list very many times has a short program and a text
    /// without end.
    static let maximumBytes = 1 << 29

    static func encode(_ variables: Record) throws(SnapshotError) -> [UInt8] {
        var writer = Writer()
        writer.text = "{\"lashlang_snapshot\":1,\"variables\":"
        try writer.write(pairs: variables)
        writer.text += "}\n"
        return Array(writer.text.utf8)
    }

    static func decode(_ bytes: [UInt8]) throws(SnapshotError) -> Record {
        let document: Value
        do { document = try Value(json: bytes, levels: 4 * 512) } catch {
            throw SnapshotError(message: "not a snapshot: \(error.message)")
        }
        guard case .record(let fields) = document, let found = fields["lashlang_snapshot"] else {
            throw SnapshotError(message: "not a snapshot: the key `lashlang_snapshot` is missing")
        }
        guard found == .number(version) else {
            throw SnapshotError(message: "a snapshot of version \(found.text); this program reads version 1")
        }
        guard case .record(let variables)? = fields["variables"] else {
            throw SnapshotError(message: "not a snapshot: the key `variables` is missing")
        }
        var decoded = Record()
        for (name, value) in variables { decoded[name] = try decode(value) }
        return decoded
    }

    /// Writes while it goes: neither the depth nor the size of what escapes add is kept anywhere.
    private struct Writer {
        var text = ""

        mutating func write(_ value: Value) throws(SnapshotError) {
            switch value {
            case .number(let number) where number.isNaN: write(marked: "number", ("text", "NaN"))
            case .number(let number) where number.isInfinite:
                write(marked: "number", ("text", number < 0 ? "-inf" : "inf"))
            case .number(let number) where number == 0 && number.sign == .minus:
                write(marked: "number", ("text", "-0"))
            case .list(let items): try write(items: items)
            case .tuple(let items):
                text += "{\"\(mark)\":\"tuple\",\"items\":"
                try write(items: items)
                text += "}"
            case .record(let fields) where fields[mark] == nil: try write(pairs: fields)
            case .record(let fields):
                text += "{\"\(mark)\":\"record\",\"keys\":"
                try write(items: fields.keys.map(Value.string))
                text += ",\"values\":"
                try write(items: fields.values)
                text += "}"
            case .image(let image):
                write(
                    marked: "image",
                    ("id", .string(image.id)),
                    ("mime", .string(image.mime)),
                    ("label", .string(image.label)),
                    ("size", .number(Double(image.size))),
                    ("width", image.width.map { .number(Double($0)) } ?? .null),
                    ("height", image.height.map { .number(Double($0)) } ?? .null)
                )
            case .resource(let resource):
                write(marked: "resource", ("type", .string(resource.type)), ("alias", .string(resource.alias)))
            case .null, .bool, .number, .string: write(scalar: value)
            }
        }

        private mutating func write(items: [Value]) throws(SnapshotError) {
            text += "["
            for (position, item) in items.enumerated() {
                if position > 0 { text += "," }
                try write(item)
            }
            text += "]"
            try checkSize()
        }

        mutating func write(pairs: Record) throws(SnapshotError) {
            text += "{"
            for (position, pair) in pairs.enumerated() {
                if position > 0 { text += "," }
                write(scalar: .string(pair.key))
                text += ":"
                try write(pair.value)
            }
            text += "}"
            try checkSize()
        }

        /// Values without parts, by their text form: numbers are finite here.
        private mutating func write(scalar: Value) {
            if case .string(let string) = scalar { text += JSONText.quoted(string) } else { text += scalar.text }
        }

        private mutating func write(marked kind: String, _ fields: (String, Value)...) {
            text += "{\"\(mark)\":\"\(kind)\""
            for (key, value) in fields {
                text += ",\"\(key)\":"
                write(scalar: value)
            }
            text += "}"
        }

        private func checkSize() throws(SnapshotError) {
            if text.utf8.count > maximumBytes {
                throw SnapshotError(
                    message: "the variables are too large to keep: more than \(maximumBytes) bytes of text"
                )
            }
        }
    }

    private static func decode(_ value: Value) throws(SnapshotError) -> Value {
        switch value {
        case .list(let items): return .list(try decode(items))
        case .record(let fields):
            if case .string(let kind)? = fields[mark] { return try decode(kind, fields) }
            var decoded = Record()
            for (key, value) in fields { decoded[key] = try decode(value) }
            return .record(decoded)
        default: return value
        }
    }

    private static func decode(_ items: [Value]) throws(SnapshotError) -> [Value] {
        var decoded: [Value] = []
        for item in items { decoded.append(try decode(item)) }
        return decoded
    }

    private static func decode(_ kind: String, _ fields: Record) throws(SnapshotError) -> Value {
        switch (kind, fields["items"], fields["text"], fields["keys"], fields["values"]) {
        case ("tuple", .list(let items)?, _, _, _): return .tuple(try decode(items))
        case ("number", _, .string("NaN")?, _, _): return .number(.nan)
        case ("number", _, .string("inf")?, _, _): return .number(.infinity)
        case ("number", _, .string("-inf")?, _, _): return .number(-.infinity)
        case ("number", _, .string("-0")?, _, _): return .number(-0.0)
        case ("record", _, _, .list(let keys)?, .list(let values)?) where keys.count == values.count:
            var record = Record()
            for (key, value) in zip(keys, values) {
                guard case .string(let key) = key else { throw malformed(kind) }
                record[key] = try decode(value)
            }
            return .record(record)
        case ("image", _, _, _, _): return try decodeImage(fields)
        case ("resource", _, _, _, _):
            guard case .string(let type)? = fields["type"], case .string(let alias)? = fields["alias"] else {
                throw malformed(kind)
            }
            return .resource(Resource(type: type, alias: alias))
        default: throw malformed(kind)
        }
    }

    private static func decodeImage(_ fields: Record) throws(SnapshotError) -> Value {
        guard case .string(let id)? = fields["id"], case .string(let mime)? = fields["mime"],
            case .string(let label)? = fields["label"], case .number(let size)? = fields["size"],
            let size = UInt64(exactly: size)
        else { throw malformed("image") }
        func dimension(_ key: String) throws(SnapshotError) -> UInt32? {
            switch fields[key] {
            case .null?, nil: return nil
            case .number(let number)?:
                guard let whole = UInt32(exactly: number) else { throw malformed("image") }
                return whole
            default: throw malformed("image")
            }
        }
        return .image(
            Image(
                id: id,
                mime: mime,
                label: label,
                size: size,
                width: try dimension("width"),
                height: try dimension("height")
            )
        )
    }

    private static func malformed(_ kind: String) -> SnapshotError {
        SnapshotError(message: "not a snapshot: a malformed `\(kind)`")
    }
}
