/// Names of files as editors say them.
enum FileURI {
    /// The path of a `file:` address, `nil` for others.
    static func path(_ uri: String) -> String? {
        guard uri.hasPrefix("file://") else { return nil }
        let rest = uri.dropFirst(7)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        var bytes: [UInt8] = []
        var left = Array(rest[slash...].utf8)[...]
        while let byte = left.popFirst() {
            if byte == UInt8(ascii: "%"), left.count >= 2,
                let code = UInt8(String(decoding: left.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(code)
                left = left.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        // The system would take what stands before a null byte for the whole.
        return bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}
