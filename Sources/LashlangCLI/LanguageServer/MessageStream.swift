/// Splits what an editor sends into messages: a header with `Content-Length`, an empty line, and so many bytes.
struct MessageStream {
    /// The most bytes of a header and of a message.
    static let headerLimit = 8 << 10
    static let messageLimit = 64 << 20

    /// Why nothing that comes behind can be understood.
    struct Failure: Error, Equatable {
        var message: String
    }

    private var bytes: [UInt8] = []
    private var start = 0

    mutating func append(_ more: some Sequence<UInt8>) {
        if start > 0 {
            bytes.removeFirst(start)
            start = 0
        }
        bytes.append(contentsOf: more)
    }

    /// The next message, or `nil` where it is not here yet.
    mutating func next() throws(Failure) -> [UInt8]? {
        guard let end = endOfHeader() else {
            if bytes.count - start > Self.headerLimit { throw Failure(message: "a header without an end") }
            return nil
        }
        let length = try length(String(decoding: bytes[start..<end.header], as: UTF8.self))
        guard bytes.count - end.body >= length else { return nil }
        defer { start = end.body + length }
        return Array(bytes[end.body..<end.body + length])
    }

    private func endOfHeader() -> (header: Int, body: Int)? {
        var at = start
        let last = min(bytes.count, start + Self.headerLimit)
        while at + 3 < last {
            if bytes[at] == 0x0D, bytes[at + 1] == 0x0A, bytes[at + 2] == 0x0D, bytes[at + 3] == 0x0A {
                return (at, at + 4)
            }
            at += 1
        }
        return nil
    }

    private func length(_ header: String) throws(Failure) -> Int {
        // In Swift, CR and LF together are one character.
        for line in header.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
            let text = parts[1].filter { $0 != " " }
            guard let length = Int(text), length >= 0 else { throw Failure(message: "no length: `\(text)`") }
            if length > Self.messageLimit {
                throw Failure(message: "a message of \(length) bytes; the most are \(Self.messageLimit)")
            }
            return length
        }
        throw Failure(message: "a header without Content-Length")
    }

    /// A message as it is sent.
    static func framed(_ body: String) -> String { "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" }
}
