extension Builtin {
    /// The row of this builtin in the registry.
    var described: Entry {
        switch self {
        case .len:
            Entry("len", ["value"], .int, .constant, "Length of a text in code points, or of a list, tuple or record")
        case .empty:
            Entry("empty", ["value"], .bool, .constant, "Whether a text, list, tuple, record or null has no content")
        case .keys:
            Entry("keys", ["record"], .list, .elements, "The keys of a record in order")
        case .values:
            Entry("values", ["record"], .list, .elements, "The values of a record in order")
        case .trim:
            Entry("trim", ["text"], .str, .text, "The text without white space at both ends")
        case .toString:
            Entry("to_string", ["value"], .str, .wholeValue, "The text form of any value")
        case .toInt:
            Entry("to_int", ["value"], .int, .constant, "A number, or a text that spells one, cut to a whole number")
        case .toFloat:
            Entry("to_float", ["value"], .float, .constant, "A number, or a text that spells one, as a number")
        case .jsonParse:
            Entry("json_parse", ["text"], .any, .text, "The value that a JSON text describes")
        case .contains:
            Entry(
                "contains",
                ["whole", "part"],
                .bool,
                .elements,
                "Whether a text has a part, a list or tuple an element, or a record a key"
            )
        case .find:
            Entry(
                "find",
                ["text", "part", "start"],
                optional: 1,
                .int,
                .text,
                "Position of the first occurrence of a part at or after start, or null"
            )
        case .grepText:
            Entry(
                "grep_text",
                ["text", "part"],
                .list,
                .text,
                "A record {line, text, match, start, end} for every line that has the part"
            )
        case .startsWith:
            Entry("starts_with", ["text", "prefix"], .bool, .text, "Whether a text begins with another")
        case .endsWith:
            Entry("ends_with", ["text", "suffix"], .bool, .text, "Whether a text ends with another")
        case .split:
            Entry("split", ["text", "separator"], .list, .text, "The pieces of a text between separators")
        case .join:
            Entry("join", ["items", "separator"], .str, .elements, "The items as one text, a separator between them")
        case .validate:
            Entry(
                "validate",
                ["value", "type"],
                .any,
                .wholeValue,
                "The value unchanged if it has the shape of a Type literal, else an error"
            )
        case .ceilDiv:
            Entry("ceil_div", ["a", "b"], .int, .constant, "The quotient of two whole numbers, rounded up")
        case .floorDiv:
            Entry("floor_div", ["a", "b"], .int, .constant, "The quotient of two whole numbers, rounded down")
        case .push:
            Entry("push", ["list", "value"], .list, .elements, "A new list with the value at its end")
        case .slice:
            Entry(
                "slice",
                ["value", "start", "end"],
                .any,
                .result,
                "Part of a text, list or tuple; null leaves a side open, negative counts from the end"
            )
        case .range:
            Entry(
                "range",
                ["start", "end", "step"],
                optional: 2,
                .list,
                .result,
                "Whole numbers from start (0 if only end is given) up to but without end"
            )
        case .format:
            Entry(
                "format",
                ["template", "values"],
                variadic: true,
                .str,
                .result,
                "The template with each {} or {0} replaced by the text form of a value"
            )
        case .sort:
            Entry(
                "sort",
                ["list", "order"],
                optional: 1,
                .sameList,
                .sorting,
                "The elements in ascending order, or with \"desc\" in descending order; all numbers, texts or booleans"
            )
        case .sortBy:
            Entry(
                "sort_by",
                ["list", "key", "order"],
                optional: 1,
                .sameList,
                .sorting,
                "The records by a dotted path such as \"a.b\", or any elements by what a declared function gives for them"
            )
        case .sum:
            Entry("sum", ["list"], .float, .elements, "The sum of numbers; 0 where there are none")
        case .min:
            Entry("min", ["list", "key"], optional: 1, .element, .elements, "The first least element")
        case .max:
            Entry("max", ["list", "key"], optional: 1, .element, .elements, "The first greatest element")
        case .replace:
            Entry(
                "replace",
                ["text", "part", "replacement"],
                .str,
                .text,
                "The text with every occurrence of a part replaced; no patterns"
            )
        case .lower:
            Entry("lower", ["text"], .str, .text, "The text in lower case")
        case .upper:
            Entry("upper", ["text"], .str, .text, "The text in upper case")
        case .unique:
            Entry("unique", ["list"], .sameList, .elements, "The first of all equal elements, in order")
        case .reverse:
            Entry("reverse", ["list"], .sameList, .elements, "The elements from last to first")
        }
    }
}
