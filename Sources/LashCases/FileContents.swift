import Lashlang

/// A file that a case describes.
struct FileContents: Sendable {
    /// The name of the file, or its path in a folder.
    var path: String
    var bytes: [UInt8]

    /// Reads `PATH "TEXT"`, where several texts follow each other, each repeated where `* N` stands behind it. In texts,
    /// `\n`, `\r`, `\t`, `\"` and `\\` are as in JSON, and `\xE4` is one byte. `gzip` in front of the texts compresses them.
    init(_ argument: String, isInFolder: Bool) throws(DirectiveError) {
        var (path, rest) = CaseLine.word(argument)
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { $0.isEmpty || $0 == ".." || $0 == "." }), isInFolder || parts.count == 1 else {
            throw DirectiveError("expected the name of a file, got `\(path)`")
        }
        self.path = path
        var isCompressed = false
        if case ("gzip", let behind) = CaseLine.word(rest) { (isCompressed, rest) = (true, behind) }
        var reader = ByteTextReader(rest)
        bytes = try reader.all()
        if isCompressed { bytes = Gzip.stored(bytes) }
    }
}

/// Texts in double quotes that stand for bytes.
private struct ByteTextReader {
    private let text: [UInt8]
    private var at = 0
    /// More than any case needs.
    private static let most = 1 << 26

    init(_ text: String) { self.text = Array(text.utf8) }

    mutating func all() throws(DirectiveError) -> [UInt8] {
        var bytes: [UInt8] = []
        skipSpace()
        repeat {
            let piece = try piece()
            var times = 1
            skipSpace()
            if at < text.count, text[at] == UInt8(ascii: "*") {
                at += 1
                skipSpace()
                let digits = text[at...].prefix { $0 != UInt8(ascii: " ") }
                times = try DirectiveError.count(String(decoding: digits, as: UTF8.self))
                at = digits.endIndex
                skipSpace()
            }
            guard piece.count * times <= Self.most else { throw DirectiveError("the file is too large for a case") }
            for _ in 0..<times { bytes.append(contentsOf: piece) }
        } while at < text.count
        return bytes
    }

    private mutating func skipSpace() {
        while at < text.count, text[at] == UInt8(ascii: " ") { at += 1 }
    }

    private mutating func piece() throws(DirectiveError) -> [UInt8] {
        guard at < text.count, text[at] == UInt8(ascii: "\"") else { throw DirectiveError("expected text in quotes") }
        at += 1
        var bytes: [UInt8] = []
        while at < text.count {
            let byte = text[at]
            at += 1
            switch byte {
            case UInt8(ascii: "\""): return bytes
            case UInt8(ascii: "\\"): bytes.append(try escape())
            default: bytes.append(byte)
            }
        }
        throw DirectiveError("unterminated text")
    }

    private mutating func escape() throws(DirectiveError) -> UInt8 {
        guard at < text.count else { throw DirectiveError("unterminated text") }
        at += 1
        switch text[at - 1] {
        case UInt8(ascii: "n"): return UInt8(ascii: "\n")
        case UInt8(ascii: "r"): return UInt8(ascii: "\r")
        case UInt8(ascii: "t"): return UInt8(ascii: "\t")
        case UInt8(ascii: "\""): return UInt8(ascii: "\"")
        case UInt8(ascii: "\\"): return UInt8(ascii: "\\")
        case UInt8(ascii: "x"):
            let digits = String(decoding: text[at...].prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let byte = UInt8(digits, radix: 16) else {
                throw DirectiveError("expected two hexadecimal digits behind `\\x`")
            }
            at += 2
            return byte
        default: throw DirectiveError("unknown escape")
        }
    }
}

/// Files in the format of gzip.
private enum Gzip {
    /// Bytes as a gzip file that compresses nothing.
    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var file: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        var start = 0
        repeat {
            let count = min(0xFFFF, bytes.count - start)
            file.append(start + count == bytes.count ? 1 : 0)
            for number in [count, ~count] { file += [UInt8(number & 0xFF), UInt8(number >> 8 & 0xFF)] }
            file += bytes[start..<start + count]
            start += count
        } while start < bytes.count
        for number in [checksum(bytes), UInt32(truncatingIfNeeded: bytes.count)] {
            for shift in [0, 8, 16, 24] as [UInt32] { file.append(UInt8(truncatingIfNeeded: number >> shift)) }
        }
        return file
    }

    /// CRC-32.
    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum: UInt32 = .max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
