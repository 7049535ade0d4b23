package import ArgumentParser
package import Lashlang

/// When to colour.
package enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
    case auto, always, never
}

package struct ColorOptions: ParsableArguments {
    package init() {}

    @Option(help: "When to colour: auto, always or never. NO_COLOR is respected.")
    package var color = ColorChoice.auto

    /// Whether to colour what goes to standard error.
    package var onError: Bool { Console.usesColor(onTerminal: Console.errorIsTerminal, color) }
    /// Whether to colour what goes to standard output.
    package var onOutput: Bool { Console.usesColor(onTerminal: Console.outputIsTerminal, color) }
}

package struct BindingOptions: ParsableArguments {
    package init() {}

    @Option(
        help: ArgumentHelp(
            "Put a value in scope under a name; programs cannot change it. May be repeated.",
            discussion: """
                NAME=JSON is a value, NAME=@FILE a file, NAME=- JSON from standard input. What a file means follows from \
                its name: .json is a value; .jsonl and .ndjson are a list, one value a line; .csv and .tsv are a list of \
                records by the names in the first row, all values text; any other file is its text.
                """,
            valueName: "NAME=JSON|NAME=@FILE|NAME=-"
        )
    )
    package var bind: [String] = []

    @Option(help: ArgumentHelp("Put a text in scope under a name, as it is.", valueName: "NAME=TEXT"))
    package var bindText: [String] = []

    @Option(
        help: ArgumentHelp(
            "Put a file or a folder in scope under a name; only what a program looks at is read.",
            discussion: """
                For data of any size: the same values as with --bind, read where they lie, which must not change \
                meanwhile. .jsonl, .ndjson, .csv, .tsv and text may be compressed, with .gz behind the name. A folder is a \
                record of the texts of its files by their paths.
                """,
            valueName: "NAME=@FILE"
        )
    )
    package var bindLazy: [String] = []

    /// Reads everything that is to be bound. `input` is marked used if one of them is standard input.
    package func load(_ input: inout StandardInput) throws(CommandFailure) -> ProjectedBindings {
        try BindingReader.load(bind, texts: bindText, lazy: bindLazy, &input)
    }
}
