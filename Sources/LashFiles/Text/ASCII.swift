extension UInt8 {
    static let lineFeed = UInt8(ascii: "\n")
    static let carriageReturn = UInt8(ascii: "\r")
    static let quote = UInt8(ascii: "\"")
    static let backslash = UInt8(ascii: "\\")
    static let comma = UInt8(ascii: ",")
}

extension Bytes {
    @inline(__always) var firstByte: UInt8? { count > 0 ? start[0] : nil }
}

extension Sequence<UInt8> {
    /// How many code points begin in bytes that are UTF-8.
    var codePoints: Int { reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 } }
}

extension [UInt8] {
    /// Adds text as JSON.
    mutating func append(quoting text: some Sequence<UInt8>) {
        append(.quote)
        for byte in text {
            switch byte {
            case .quote, .backslash:
                append(.backslash)
                append(byte)
            case ..<0x20:
                let digits = Array("0123456789abcdef".utf8)
                append(contentsOf: "\\u00".utf8)
                append(digits[Int(byte >> 4)])
                append(digits[Int(byte & 15)])
            default: append(byte)
            }
        }
        append(.quote)
    }
}
