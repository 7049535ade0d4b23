import LashTerminal

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The lines of standard input, however long they are: of those that are too long only that is kept.
struct RequestLines {
    enum Line: Equatable {
        case text([UInt8])
        case tooLong
    }

    /// The most bytes of a line.
    static let limit = 4 << 20

    private var buffer: [UInt8] = []
    private var isTooLong = false
    private var isAtEnd = false

    /// The next line without its end; `nil` at the end of the input, and where Ctrl-C was typed.
    mutating func next() -> Line? {
        var searched = 0
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) {
                defer { buffer.removeFirst(end + 1) }
                return line(Array(buffer[..<end]))
            }
            if isAtEnd {
                if buffer.isEmpty && !isTooLong { return nil }
                defer { buffer = [] }
                return line(buffer)
            }
            if buffer.count > Self.limit {
                isTooLong = true
                buffer = []
            }
            searched = buffer.count
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            let count = chunk.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR, !Interruption.isPending { continue }
            if count <= 0 { isAtEnd = true } else { buffer += chunk.prefix(count) }
            if Interruption.isPending { return nil }
        }
    }

    private mutating func line(_ bytes: [UInt8]) -> Line {
        defer { isTooLong = false }
        return isTooLong || bytes.count > Self.limit ? .tooLong : .text(bytes)
    }
}
