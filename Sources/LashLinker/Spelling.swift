/// The candidate that a misspelt name most likely means, `nil` where none is close.
func closest(to name: String, among candidates: some Sequence<String>) -> String? {
    let wanted = Array(name.utf8)
    guard (3...40).contains(wanted.count) else { return nil }
    let allowed = wanted.count < 5 ? 1 : 2
    var best: (distance: Int, name: String)?
    for candidate in candidates {
        let letters = Array(candidate.utf8)
        guard abs(letters.count - wanted.count) <= allowed else { continue }
        let distance = editDistance(wanted, letters)
        guard distance <= allowed else { continue }
        if let known = best, (known.distance, known.name) <= (distance, candidate) { continue }
        best = (distance, candidate)
    }
    return best?.name
}

/// How many letters have to be added, dropped, changed or swapped with their neighbour.
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for i in left.indices {
        var row = [i + 1]
        for j in right.indices {
            var distance = min(last[j] + (left[i] == right[j] ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                distance = min(distance, beforeLast[j - 1] + 1)
            }
            row.append(distance)
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}

/// The builtin that does what a function or method of this name does elsewhere.
func familiar(_ name: String) -> String? { familiarNames[name.lowercased()] }

/// The builtin that a misspelt name of elsewhere most likely means.
func closestFamiliar(to name: String) -> String? {
    closest(to: name.lowercased(), among: familiarNames.keys).flatMap { familiarNames[$0] }
}

private let familiarNames: [String: String] = [
    "str": "to_string", "string": "to_string", "tostring": "to_string",
    "int": "to_int", "integer": "to_int", "parseint": "to_int", "parse_int": "to_int",
    "float": "to_float", "number": "to_float", "parsefloat": "to_float", "parse_float": "to_float",
    "length": "len", "size": "len", "count": "len",
    "append": "push", "add": "push",
    "substring": "slice", "substr": "slice",
    "index_of": "find", "indexof": "find",
    "strip": "trim",
    "includes": "contains", "has": "contains", "has_key": "contains",
    "sprintf": "format",
    "parse_json": "json_parse", "from_json": "json_parse", "json_loads": "json_parse",
    "is_empty": "empty", "isempty": "empty",
    "startswith": "starts_with", "endswith": "ends_with",
    "grep": "grep_text",
]

/// The type that a type of this name stands for elsewhere.
func familiarType(_ name: String) -> String? {
    switch name.lowercased() {
    case "str", "string", "text": "str"
    case "int", "integer": "int"
    case "float", "double", "number", "num": "float"
    case "bool", "boolean": "bool"
    case "dict", "map", "object", "record": "dict"
    case "list", "array", "tuple": "list[any]"
    case "none", "nil", "undefined", "void": "null"
    case "any", "unknown": "any"
    default: nil
    }
}
