import Lashlang

/// What a run read of lazy bindings, for people and as JSON.
enum Receipts {
    /// The members of the object that stands for a receipt.
    static func value(_ receipt: ProjectionReceipt) -> Value {
        [
            "binding": .string(receipt.name), "data": .string(receipt.summary),
            "reads": .number(Double(receipt.reads)), "bytes": .number(Double(receipt.bytesMaterialized)),
            "largest": .number(Double(receipt.largestMaterialization)), "touched": .bool(receipt.wasTouched),
        ]
    }

    /// A table with a line for each binding.
    static func table(_ receipts: [ProjectionReceipt]) -> String {
        var rows = [["binding", "reads", "bytes", "largest", "data"]]
        for receipt in receipts {
            rows.append([
                receipt.name, receipt.wasTouched ? receipt.reads.grouped : "never touched",
                receipt.bytesMaterialized.grouped, receipt.largestMaterialization.grouped, receipt.summary,
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.indices.map { column in
                let room = String(repeating: " ", count: widths[column] - row[column].count)
                // Numbers end where they end.
                return (1...3).contains(column) ? room + row[column] : row[column] + room
            }.joined(separator: "  ").trimmingEnd + "\n"
        }.joined()
    }

    /// What to say of a run that read much more than it can have used; `nil` where it did not.
    static func warning(_ receipts: [ProjectionReceipt], used: Int) -> String? {
        guard let worst = receipts.max(by: { $0.bytesMaterialized < $1.bytesMaterialized }),
            worst.bytesMaterialized >= noticeable, worst.bytesMaterialized / 16 > used
        else { return nil }
        return
            "`\(worst.name)` was read whole: \(worst.bytesMaterialized.grouped) bytes for \(used.grouped) bytes of output; "
            + "read parts of it, or let `find`, `grep_text` and `slice` do so"
    }

    /// Bytes below which nobody minds.
    private static let noticeable = 1 << 20
}

extension String {
    /// The text without spaces at its end.
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
