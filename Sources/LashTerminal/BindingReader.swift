package import Lashlang

/// Turns the arguments of `--bind`, `--bind-text` and `--bind-lazy` into bindings.
package enum BindingReader {
    /// Reads everything that is to be bound. `input` is marked used if one of them is standard input.
    package static func load(
        _ arguments: [String],
        texts: [String],
        lazy: [String] = [],
        _ input: inout StandardInput
    ) throws(CommandFailure) -> ProjectedBindings {
        var bindings = ProjectedBindings()
        for argument in arguments { try bind(argument, to: &bindings, &input) }
        for argument in texts { try bindText(argument, to: &bindings) }
        for argument in lazy { try bindLazy(argument, to: &bindings) }
        return bindings
    }

    /// `NAME=JSON`, `NAME=@FILE` or `NAME=-`.
    package static func bind(
        _ argument: String,
        to bindings: inout ProjectedBindings,
        _ input: inout StandardInput
    ) throws(CommandFailure) {
        let (name, text) = try split(argument, option: "--bind", form: "NAME=JSON, NAME=@FILE or NAME=-")
        if text == "-" {
            let bytes = try input.read(for: "--bind \(name)=-")
            try bind(name, json: bytes, from: "standard input", to: &bindings)
        } else if text.hasPrefix("@") {
            try bind(name, file: String(text.dropFirst()), to: &bindings)
        } else {
            do throws(JSONParseError) { _ = try Value(json: text) } catch {
                throw .usage(
                    "--bind \(name): not JSON: \(error.message)\n"
                        + "  for a text write --bind-text \(name)=…, for a file --bind \(name)=@FILE"
                )
            }
            try named { () throws(BindingError) in try bindings.bind(name, json: Array(text.utf8)) }
        }
    }

    /// `NAME=TEXT`.
    package static func bindText(_ argument: String, to bindings: inout ProjectedBindings) throws(CommandFailure) {
        let (name, text) = try split(argument, option: "--bind-text", form: "NAME=TEXT")
        try named { () throws(BindingError) in try bindings.bind(name, .string(text)) }
    }

    /// `NAME=@FILE`, which is read where programs look.
    package static func bindLazy(_ argument: String, to bindings: inout ProjectedBindings) throws(CommandFailure) {
        let (name, text) = try split(argument, option: "--bind-lazy", form: "NAME=@FILE")
        guard text.hasPrefix("@"), text.utf8.count > 1 else {
            throw .usage("--bind-lazy needs NAME=@FILE, not `\(argument)`")
        }
        let file: any ProjectionDescriptor
        do throws(LazyFileError) { file = try LazyFile.open(String(text.dropFirst())) } catch {
            throw error.isMalformed ? .data(error.message) : CommandFailure(.noInput, "cannot read \(error.message)")
        }
        try named { () throws(BindingError) in try bindings.bind(name, projecting: file) }
    }

    private static func split(
        _ argument: String,
        option: String,
        form: String
    ) throws(CommandFailure) -> (name: String, text: String) {
        guard let sign = argument.firstIndex(of: "="), sign != argument.startIndex else {
            throw .usage("\(option) needs \(form), not `\(argument)`")
        }
        return (String(argument[..<sign]), String(argument[argument.index(after: sign)...]))
    }

    private static func named(_ bind: () throws(BindingError) -> Void) throws(CommandFailure) {
        do { try bind() } catch { throw .usage(error.message) }
    }

    private static func bind(
        _ name: String,
        file path: String,
        to bindings: inout ProjectedBindings
    ) throws(CommandFailure) {
        if path.isEmpty { throw .usage("--bind \(name)=@ needs the name of a file") }
        let bytes = try Inputs.read(path)
        let value: Value
        switch suffix(of: path) {
        case "json":
            return try bind(name, json: bytes, from: path, to: &bindings)
        case "jsonl", "ndjson": value = try JSONLines.read(bytes, from: path)
        case "csv": value = try Table.read(bytes, separator: UInt8(ascii: ","), from: path)
        case "tsv": value = try Table.read(bytes, separator: UInt8(ascii: "\t"), from: path)
        default: value = .string(try Inputs.text(bytes, of: path))
        }
        try named { () throws(BindingError) in try bindings.bind(name, value) }
    }

    private static func bind(
        _ name: String,
        json bytes: [UInt8],
        from place: String,
        to bindings: inout ProjectedBindings
    ) throws(CommandFailure) {
        let bytes = Array(Inputs.withoutMark(bytes))
        do throws(BindingError) { try bindings.bind(name, json: bytes) } catch {
            // Either the name is wrong or the text is. Reading it again costs nothing that matters now.
            do throws(JSONParseError) { _ = try Value(json: bytes) } catch {
                throw .data("\(place) is not JSON: \(error.message)")
            }
            throw .usage(error.message)
        }
    }

    private static func suffix(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return "" }
        return name[name.index(after: dot)...].lowercased()
    }
}
