import LashAgent
import Testing

@testable import LashHTTP
@testable import LashProviders

@Suite struct ServerSentEventTests {
    private func events(_ text: String, cut: (Int) -> Bool = { _ in false }) throws -> [ServerSentEvent] {
        var reader = ServerSentEventReader()
        var events: [ServerSentEvent] = []
        var piece: [UInt8] = []
        for (position, byte) in text.utf8.enumerated() {
            if cut(position) {
                events += try reader.take(piece)
                piece = []
            }
            piece.append(byte)
        }
        events += try reader.take(piece)
        return events + (reader.end().map { [$0] } ?? [])
    }

    private func event(_ data: String) -> ServerSentEvent { event("", data) }

    private func event(_ name: String, _ data: String) -> ServerSentEvent {
        ServerSentEvent(name: name, data: Array(data.utf8))
    }

    @Test func fieldsMakeEvents() throws {
        let text =
            "\u{FEFF}: hello\nevent: a\nid: 1\ndata: x\ndata:y\ndata\ndata:  z\n\nretry: 1\n\n\ndata: 🙂\r\n\r\nevent: b\rdata: c\r\r"
        #expect(try events(text) == [event("a", "x\ny\n\n z"), event("🙂"), event("b", "c")])
    }

    @Test func theEndOfTheStreamEndsAnEvent() throws {
        #expect(try events("data: a") == [event("a")])
        #expect(try events("data: a\n") == [event("a")])
        #expect(try events("event: a\n\n") == [])
    }

    @Test func cutsMakeNoDifference() throws {
        let text = "data: ä🙂\r\n\r\nevent: b\rdata: c\r\rdata: 1\ndata: 2\n\n: x\n\ndata: end"
        let whole = try events(text)
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let mask = numbers.next()
            #expect(try events(text) { (mask >> UInt64($0 % 64)) & 1 == 1 } == whole)
        }
    }

    @Test func anEventHasALimit() throws {
        var reader = ServerSentEventReader(eventLimit: 10)
        #expect(try reader.take("data: 123\n\n".utf8).count == 1)
        let error = #expect(throws: ModelError.self) { try reader.take("data: 12\ndata: 345678".utf8) }
        #expect(error?.message == "an event of the answer is longer than 10 bytes")
    }
}
