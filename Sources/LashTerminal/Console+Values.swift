package import Lashlang

extension Console {
    /// Writes a value in some form, and the end of the line. Its text need not fit into memory; Ctrl-C cuts it short.
    package static func write(line value: Value, _ form: Value.WrittenForm) throws(CommandFailure) {
        let code = try stream(value, form, to: Files.output)
        if code != 0 {
            throw CommandFailure(.outputError, "cannot write to standard output: \(Files.describe(code))")
        }
    }

    /// The same to standard error.
    package static func writeError(line value: Value) {
        do { _ = try stream(value, .print, to: Files.errors) } catch { writeError("<\(error.message)>\n") }
    }

    /// Zero or the error code.
    private static func stream(
        _ value: Value,
        _ form: Value.WrittenForm,
        to file: Int32
    ) throws(CommandFailure) -> Int32 {
        var code: Int32 = 0
        // One piece stays behind, so that the end of a short line comes with it.
        var last: [UInt8] = []
        do {
            try value.write(form) { piece in
                code = last.withUnsafeBytes { Files.writeAll($0, to: file) }
                last = Array(piece)
                return code == 0 && !Interruption.isPending
            }
        } catch {
            throw CommandFailure(.limit, "the value cannot be written: \(error.message)")
        }
        if code != 0 { return code }
        last.append(UInt8(ascii: "\n"))
        return last.withUnsafeBytes { Files.writeAll($0, to: file) }
    }
}
