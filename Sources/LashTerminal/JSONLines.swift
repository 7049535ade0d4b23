package import Lashlang

/// One JSON value a line.
package enum JSONLines {
    /// The values as a list. Blank lines are skipped.
    package static func read(_ bytes: [UInt8], from path: String) throws(CommandFailure) -> Value {
        var items: [Value] = []
        var number = 0
        let lines = Inputs.withoutMark(bytes).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for line in lines {
            number += 1
            if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: "\r") }) {
                continue
            }
            do throws(JSONParseError) { items.append(try Value(json: Array(line))) } catch {
                // The reader counts from the start of what it is given, which is this line.
                let message = error.message.replacing(" at line 1 column", with: " at column")
                throw .data("\(path):\(number): not JSON: \(message)")
            }
        }
        return .list(items)
    }
}
