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
        if receipts.isEmpty { return "no receipts: nothing is bound with --bind-lazy\n" }
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

    /// What to say of a run that read much more at once than it can have used; `nil` where it did not. What loops read,
    /// piece by piece, is no waste.
    static func warning(_ receipts: [ProjectionReceipt], used: Int) -> String? {
        guard let worst = receipts.max(by: { $0.largestMaterialization < $1.largestMaterialization }),
            worst.largestMaterialization >= noticeable, worst.largestMaterialization / 16 > used
        else { return nil }
        return
            "\(worst.largestMaterialization.grouped) bytes of `\(worst.name)` were read at once, for \(used.grouped) bytes of "
            + "output; read parts of it, or let `find`, `grep_text`, `slice` or a loop do so"
    }

    /// Bytes below which nobody minds: more than what a loop reads at once.
    private static let noticeable = 1 << 22
}

extension String {
    /// The text without spaces at its end.
    fileprivate var trimmingEnd: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
