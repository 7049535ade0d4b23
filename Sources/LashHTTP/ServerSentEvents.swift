package import LashAgent

/// One event of a stream of server-sent events.
package struct ServerSentEvent: Equatable {
    /// The name; empty where there is none.
    package var name = ""
    /// The data, its lines joined by line feeds.
    package var data: [UInt8] = []

    /// An event.
    package init(name: String = "", data: [UInt8] = []) {
        self.name = name
        self.data = data
    }
}

/// Takes a stream of server-sent events apart, however it was cut into pieces.
///
/// Works on bytes, so that a character may be cut too. Lines end with a line feed, a carriage return, or both.
package struct ServerSentEventReader {
    /// The bytes that one event may have.
    package let eventLimit: Int
    private var line: [UInt8] = []
    private var event = ServerSentEvent()
    private var hasData = false
    /// Whether the last byte was a carriage return, which a line feed may follow.
    private var endsInReturn = false
    private var isAtStart = true

    package init(eventLimit: Int = 16 << 20) { self.eventLimit = eventLimit }

    /// The events that some more bytes complete.
    package mutating func take(_ bytes: some Sequence<UInt8>) throws(ModelError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\n") where endsInReturn: endsInReturn = false
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                endsInReturn = byte == UInt8(ascii: "\r")
                if let event = endLine() { events.append(event) }
            default:
                endsInReturn = false
                line.append(byte)
                if line.count + event.data.count > eventLimit {
                    throw ModelError(.malformedResponse, "an event of the answer is longer than \(eventLimit) bytes")
                }
            }
        }
        return events
    }

    /// The event that the end of the stream completes: one that no blank line follows counts too, as services forget it.
    package mutating func end() -> ServerSentEvent? {
        if !line.isEmpty { _ = endLine() }
        return endEvent()
    }

    /// Takes in a line; a blank one completes an event.
    private mutating func endLine() -> ServerSentEvent? {
        defer { line.removeAll(keepingCapacity: true) }
        if isAtStart {
            isAtStart = false
            if line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        }
        if line.isEmpty { return endEvent() }
        let name = line.prefix { $0 != UInt8(ascii: ":") }
        var value = line[name.endIndex...].dropFirst()
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        if name.elementsEqual("data".utf8) {
            if hasData { event.data.append(UInt8(ascii: "\n")) }
            event.data += value
            hasData = true
        } else if name.elementsEqual("event".utf8) {
            event.name = String(decoding: value, as: UTF8.self)
        }
        return nil
    }

    private mutating func endEvent() -> ServerSentEvent? {
        defer {
            event = ServerSentEvent()
            hasData = false
        }
        return hasData ? event : nil
    }
}
