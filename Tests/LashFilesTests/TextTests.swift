import Testing

@testable import LashFiles

@Suite struct TextTests {
    private func reader(_ text: String) throws -> TextReader {
        try TextReader(MemorySource(Array(text.utf8), name: "text"))
    }

    private func find(_ part: String, in text: String, from point: Int = 0) throws -> Int? {
        var reader = try reader(text)
        let offset = try #require(try finish { try reader.offset(ofCodePoint: point) })
        var search = TextReader.Search(TextPattern(part), fromCodePoint: point, at: offset)
        return try finish { try reader.find(&search) }
    }

    private func grep(_ part: String, in text: String) throws -> String {
        var reader = try reader(text)
        var search = TextReader.Search(TextPattern(part), fromCodePoint: 0, at: reader.start)
        return String(decoding: try finish { try reader.grep(&search, maximum: 1 << 20) }, as: UTF8.self)
    }

    @Test func positionsCountCodePoints() throws {
        let text = "aé€😀z"
        var reader = try reader(text)
        #expect(try finish { try reader.length() } == 5)
        let offsets = try (0...6).map { point in try finish { try reader.offset(ofCodePoint: point) } }
        #expect(offsets == [0, 1, 3, 6, 10, 11, nil])
        #expect(try find("z", in: text) == 4)
        #expect(try find("€", in: text, from: 1) == 2)
        #expect(try find("a", in: text, from: 1) == nil)
    }

    @Test func aMarkAtTheBeginningIsNoText() throws {
        var reader = try reader("\u{FEFF}ab")
        #expect(try finish { try reader.length() } == 2)
        #expect(try find("b", in: "\u{FEFF}ab") == 1)
    }

    /// Random texts of few different bytes, searched in windows that split them anywhere.
    @Test func findsWhatAPlainSearchFinds() throws {
        var random = SystemRandomNumberGenerator()
        for round in 0..<400 {
            let letters = Array((round % 2 == 0 ? "ab" : "aé€\n").unicodeScalars.map(String.init))
            let text = (0..<Int.random(in: 0...400, using: &random)).map { _ in letters.randomElement(using: &random)! }
            let count = Int.random(in: 1...(round % 3 == 0 ? 20 : 4), using: &random)
            let part = (0..<count).map { _ in letters.randomElement(using: &random)! }
            let places = text.indices.filter { text[$0...].starts(with: part) }
            let whole = text.joined(), needle = part.joined()
            #expect(try find(needle, in: whole) == places.first, "\(needle) in \(whole)")
            let bytes = Array(whole.utf8)
            bytes.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                let piece = Bytes(start: start, count: buffer.count)
                let first = TextPattern(needle).firstMatch(in: piece, from: 0, before: buffer.count)
                #expect(first == places.first.map { text[..<$0].joined().utf8.count })
                #expect(piece.codePoints == text.count)
            }
        }
    }

    @Test func findsWhatLiesAcrossWindows() throws {
        for gap in [Window.capacity - 3, Window.capacity - 1, Window.capacity, 3 * Window.capacity - 2] {
            let text = String(repeating: "é", count: gap / 2) + "needle and hay"
            #expect(try find("needle and", in: text) == gap / 2)
            #expect(
                try grep("needle", in: text + "\nno").hasSuffix(
                    #""match":"needle","start":\#(gap / 2),"end":\#(gap / 2 + 6)}]"#
                )
            )
        }
        let long = String(repeating: "x", count: 2 * Window.capacity)
        #expect(try find(long + "y", in: "y" + long + "y" + long) == 1)
    }

    /// A search that compares every place would need 10^10 steps.
    @Test func searchesAreLinear() throws {
        let text = String(repeating: "a", count: 500_000)
        #expect(try find(String(repeating: "a", count: 60_000) + "b", in: text) == nil)
        #expect(
            try find(String(repeating: "a", count: 40_000) + "b" + String(repeating: "a", count: 40_000), in: text)
                == nil
        )
    }

    @Test func grepGivesLinesWithPlaces() throws {
        #expect(
            try grep("é", in: "a\né and é\r\n\nxé")
                == #"[{"line":2,"text":"é and é","match":"é","start":0,"end":1},"#
                + #"{"line":4,"text":"xé","match":"é","start":1,"end":2}]"#
        )
        #expect(try grep("x", in: "") == "[]")
        #expect(try grep("a\nb", in: "a\nb") == "[]")
        // What ends a line is no part of it.
        #expect(
            try grep("a\r", in: "a\r\na\rb") == #"[{"line":2,"text":"a\u000db","match":"a\u000d","start":0,"end":2}]"#
        )
    }

    @Test func textThatIsNotUTF8IsRefusedWhereItIsRead() throws {
        let source = MemorySource(Array("ok\nx".utf8) + [0xFF, 10], name: "text")
        var reader = try TextReader(source)
        #expect(message { _ = try reader.text(from: 0, to: 5) } == "text: is not valid UTF-8")
        #expect(try reader.text(from: 0, to: 2) == "ok")
        var search = TextReader.Search(TextPattern("x"), fromCodePoint: 0, at: 0)
        #expect(message { _ = try reader.grep(&search, maximum: 100) } == "text: line 2 is not valid UTF-8")
    }

    /// Text with damage behind its first window, by what is wrong: no reader counts or finds past it.
    @Test(
        arguments: [
            [0xFF], [0x80], [0xC3], [0xC0, 0xAF], [0xE0, 0x80, 0xAF], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
            [0xE2, 0x82],
            [0xF0, 0x9F, 0x98],
        ] as [[UInt8]]
    )
    func searchesDoNotPassWhatIsNotUTF8(_ damage: [UInt8]) throws {
        let head = Array(("start " + String(repeating: "é ", count: Window.capacity)).utf8)
        for tail in [Array(" behind".utf8), []] {
            let bytes = head + damage + tail
            func found(_ part: String) throws -> Int? {
                var reader = try TextReader(MemorySource(bytes, name: "text"))
                var search = TextReader.Search(TextPattern(part), fromCodePoint: 0, at: 0)
                while true { if case .done(let place) = try reader.find(&search) { return place } }
            }
            #expect(try found("é é") == 6)
            for part in ["behind", "nowhere to be found", "d"] {
                #expect(message { _ = try found(part) } == "text: is not valid UTF-8", "\(part)")
            }
            #expect(
                message {
                    var reader = try TextReader(MemorySource(bytes, name: "text"))
                    while case .again = try reader.length() {}
                } == "text: is not valid UTF-8"
            )
            #expect(
                message {
                    var reader = try TextReader(MemorySource(bytes, name: "text"))
                    var search = TextReader.Search(TextPattern("nowhere"), fromCodePoint: 0, at: 0)
                    while case .again = try reader.grep(&search, maximum: 1 << 20) {}
                } == "text: is not valid UTF-8"
            )
        }
    }

    @Test func checkingInPiecesSaysWhatCheckingAtOnceSays() {
        var random = SystemRandomNumberGenerator()
        let letters = [
            "a", "é", "€", "😀", "\u{0}", "\u{7FF}", "\u{800}", "\u{D7FF}", "\u{E000}", "\u{10FFFF}", "plain text",
        ]
        let bad: [UInt8] = [0x80, 0xBF, 0xC0, 0xC1, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0xF5, 0xFF, 0x41]
        for round in 0..<4_000 {
            var bytes: [UInt8] = []
            let size = Int.random(in: 0..<300, using: &random)
            while bytes.count < size { bytes += Array(letters.randomElement(using: &random)?.utf8 ?? "".utf8) }
            if round % 2 == 1, !bytes.isEmpty {
                bytes[Int.random(in: bytes.indices, using: &random)] = bad.randomElement(using: &random) ?? 0x80
            }
            if round % 5 == 1, !bytes.isEmpty { bytes.removeLast() }
            let expected = String(validating: bytes, as: UTF8.self) != nil
            var check = UTF8Check()
            var accepted = true
            bytes.withUnsafeBufferPointer { buffer in
                var at = 0
                while accepted, at < buffer.count, let base = buffer.baseAddress {
                    let count = min(buffer.count - at, Int.random(in: 1...200, using: &random))
                    accepted = check.accepts(Bytes(start: base + at, count: count))
                    at += count
                }
            }
            #expect((accepted && check.isComplete) == expected, "\(bytes)")
        }
    }

    @Test func linesThatTakeTooMuchAreRefused() throws {
        var reader = try reader(String(repeating: "x", count: 200))
        var search = TextReader.Search(TextPattern("x"), fromCodePoint: 0, at: 0)
        #expect(
            message { _ = try reader.grep(&search, maximum: 100) } == "text: the lines found take more than 100 bytes"
        )
    }
}
