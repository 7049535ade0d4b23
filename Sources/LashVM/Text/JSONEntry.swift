extension Heap {
    /// The value that a JSON text describes; owned.
    func parseJSON(_ text: TextView, levels: Int = JSONReader.levels) throws(Failure) -> Tagged {
        var reader = JSONReader(heap: self, bytes: text.start, count: text.count, levels: levels)
        return try reader.read()
    }

    /// The value that bytes from outside describe; they need not be UTF-8.
    func parseJSON(
        bytes: UnsafeBufferPointer<UInt8>,
        levels: Int = JSONReader.levels
    ) throws(Failure) -> Tagged {
        guard let start = bytes.baseAddress else { throw .invalidJSON("EOF while parsing a value at line 1 column 0") }
        let valid = validUTF8Prefix(start, bytes.count)
        if valid < bytes.count {
            throw JSONError(problem: .invalidUnicode, taken: valid + 1).failure(
                in: start,
                count: bytes.count
            )
        }
        return try parseJSON(TextView(start: start, count: bytes.count, isASCII: false), levels: levels)
    }
}

/// How many bytes from the start are well-formed UTF-8.
func validUTF8Prefix(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> Int {
    let raw = UnsafeRawPointer(bytes)
    var i = 0
    while i < count {
        if i &+ 8 <= count, raw.loadUnaligned(fromByteOffset: i, as: UInt64.self) & 0x8080_8080_8080_8080 == 0 {
            i &+= 8
            continue
        }
        let lead = bytes[i]
        if lead < 0x80 {
            i &+= 1
            continue
        }
        let width = codePointWidth(lead)
        guard lead >= 0xC2, lead <= 0xF4, i &+ width <= count else { return i }
        // What the second byte may be keeps out overlong forms, surrogates and what lies beyond U+10FFFF.
        let second = bytes[i &+ 1]
        let lowest: UInt8 = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80
        let highest: UInt8 = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF
        guard second >= lowest, second <= highest else { return i }
        for k in stride(from: 2, to: width, by: 1) where bytes[i &+ k] & 0xC0 != 0x80 { return i }
        i &+= width
    }
    return i
}
