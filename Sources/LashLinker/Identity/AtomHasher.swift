/// Hashes a sequence of texts so that no two sequences are taken for each other: each with its length before it.
struct AtomHasher {
    private var hash = SHA256()

    /// Begins a hash of a kind of things.
    init(_ kind: String) {
        add("lashlang-semantic-v2")
        add(kind)
    }

    mutating func add(_ text: String) {
        var bytes = Array("\(text.utf8.count):".utf8)
        bytes.append(contentsOf: text.utf8)
        bytes.append(UInt8(ascii: ";"))
        hash.update(bytes)
    }

    mutating func add(_ number: Int) { add(String(number)) }

    mutating func add(_ flag: Bool) { add(flag ? "true" : "false") }

    /// The hash in lower-case hexadecimal.
    consuming func hexadecimal() -> String { hash.hexadecimal() }

    mutating func add(_ type: HostType) {
        switch type {
        case .any, .str, .int, .float, .bool, .dict, .null: add("type:\(type)")
        case .enumeration(let values):
            add("type:enum")
            add(values.count)
            for value in values { add(value) }
        case .list(let item):
            add("type:list")
            add(item)
        case .object(let fields):
            add("type:object")
            add(fields.count)
            for field in fields {
                add(field.name)
                add(field.isOptional)
                add(field.type)
            }
        case .named(let name):
            add("type:ref")
            add(name)
        case .process(let input, let count, let output):
            add("type:process")
            add(count)
            add(input)
            add(output)
        case .triggerHandle(let event):
            add("type:trigger-handle")
            add(event)
        case .union(let members):
            add("type:union")
            add(members.count)
            for member in members { add(member) }
        }
    }
}
