internal import LashLinker
public import LashVM

extension LanguageGrammar {
    /// A grammar in the form of TextMate, as editors and `bat` use it to colour programs.
    public static var textMate: Value {
        let strings: [Value] = ["\"\"\"", "'''", "\"", "'"].flatMap { quote in
            [string(quote, raw: true), string(quote, raw: false)]
        }
        let patterns: [Value] =
            [match("comment.line.lash", "(#|//).*$")] + strings + [
                match(
                    "constant.numeric.lash",
                    #"\b(0[xX][0-9A-Fa-f_]+|0[bB][01_]+|\d[\d_]*(\.\d[\d_]*)?([eE][+-]?\d+)?)"#
                ),
                match("entity.name.tag.lash", #"@label\b"#),
                declaration("process|fn", "entity.name.function.lash"),
                declaration("type", "entity.name.type.lash"),
                // After a dot and before a colon, words are names of fields.
                match("variable.other.member.lash", #"(?<=\.)[A-Za-z_]\w*"#),
                match("variable.other.key.lash", #"[A-Za-z_]\w*(?=\s*:(?!:))"#),
                match("keyword.control.lash", words(EditorWords.control)),
                match("keyword.other.lash", words(EditorWords.effects)),
                match("storage.modifier.lash", words(["let", "signals"])),
                match("keyword.operator.word.lash", words(["and", "or", "not"])),
                match("constant.language.lash", words(["true", "false", "null"])),
                match("support.function.lash", words(Builtin.allCases.map(\.name)) + #"(?=\s*\()"#),
                match("support.type.lash", words(EditorWords.types)),
                match("entity.name.function.lash", #"[A-Za-z_]\w*(?=\s*\()"#),
                match("keyword.operator.lash", #"==|!=|<=|>=|&&|\|\||->|[-+*/%<>=!?|]"#),
            ]
        return [
            "name": "lashlang", "scopeName": "source.lash", "fileTypes": ["lash"],
            "firstLineMatch": "^#!.*\\blashlang\\b",
            "patterns": .list(patterns),
        ]
    }

    private static func words(_ words: [String]) -> String { "\\b(\(words.joined(separator: "|")))\\b" }

    private static func match(_ name: String, _ pattern: String) -> Value {
        ["name": .string(name), "match": .string(pattern)]
    }

    private static func declaration(_ keyword: String, _ name: String) -> Value {
        [
            "match": .string("\\b(\(keyword))\\s+([A-Za-z_]\\w*)(?!\\s*[=.\\[])"),
            "captures": ["1": ["name": "keyword.declaration.lash"], "2": ["name": .string(name)]],
        ]
    }

    private static func string(_ quote: String, raw: Bool) -> Value {
        let kind = quote.first == "\"" ? "double" : "single"
        var fields: Record = [
            "name": .string("string.quoted.\(raw ? "raw" : kind).lash"),
            "begin": .string((raw ? "\\b[rR]" : "") + quote),
            "end": .string(quote),
        ]
        if !raw { fields["patterns"] = [match("constant.character.escape.lash", #"\\."#)] }
        return .record(fields)
    }
}
