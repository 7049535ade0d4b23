/// What the bytes of a file mean.
public enum FileFormat: String, CaseIterable, Sendable {
    /// One JSON value.
    case json
    /// One JSON value a line, as a list; blank lines are skipped.
    case jsonLines
    /// A table with commas, as a list of records by the names in the first row; every value is text.
    case csv
    /// A table with tabs.
    case tsv
    /// Text in UTF-8.
    case text

    /// The format that the name of a file tells, and whether the file is compressed: `.json`, `.jsonl` and `.ndjson`,
    /// `.csv` and `.tsv`, with `.gz` behind it or not; anything else is text.
    public static func of(_ path: String) -> (format: FileFormat, isCompressed: Bool) {
        var name = (path.split(separator: "/").last ?? "").lowercased()
        let isCompressed = name.hasSuffix(".gz")
        if isCompressed { name.removeLast(3) }
        let suffix = name.lastIndex(of: ".").map { $0 == name.startIndex ? "" : String(name[$0...]) }
        switch suffix {
        case ".json"?: return (.json, isCompressed)
        case ".jsonl"?, ".ndjson"?: return (.jsonLines, isCompressed)
        case ".csv"?: return (.csv, isCompressed)
        case ".tsv"?: return (.tsv, isCompressed)
        default: return (.text, isCompressed)
        }
    }

    /// For people.
    var description: String {
        switch self {
        case .json: "JSON"
        case .jsonLines: "JSON lines"
        case .csv: "CSV"
        case .tsv: "TSV"
        case .text: "text"
        }
    }
}
