import LashAgent
import Testing

/// Blocks in whole texts.
@Suite struct ExtractionTests {
    @Test(arguments: [
        ("Hello there.", "Hello there.", nil),
        ("Plan.\n<lashlang>\nx = 1\n</lashlang>", "Plan.", "x = 1"),
        ("<lashlang>\nfinish 42\n</lashlang>\n", "", "finish 42"),
        ("  <lashlang>  \n  finish 1\n   </lashlang>  ", "", "  finish 1"),
        ("A\r\n<lashlang>\r\nfinish 1\r\n</lashlang>\r\n", "A", "finish 1"),
        ("<lashlang>\na = 1\r\nb = 2\r\n</lashlang>", "", "a = 1\r\nb = 2"),
        ("Use <lashlang> tags like </lashlang>.", "Use <lashlang> tags like </lashlang>.", nil),
        ("```\n<lashlang>\nfinish 1\n</lashlang>\n```", "", "finish 1"),
        ("Look:\n\n```lashlang\n<lashlang>\nfinish 1\n</lashlang>\n```", "Look:", "finish 1"),
        ("```\ncode\n```\n<lashlang>\nfinish 1\n</lashlang>", "```\ncode\n```", "finish 1"),
        ("<lashlang>", "<lashlang>", nil),
        ("<lashlang>finish 1</lashlang>", "", "finish 1"),
        ("So:\n  <lashlang> finish 1 </lashlang>\t\nmore", "So:", "finish 1"),
        ("<lashlang></lashlang>", "", ""),
        ("<lashlang>finish 1</lashlang> and", "<lashlang>finish 1</lashlang> and", nil),
        ("<lashlang>\n</lashlang>", "", ""),
        ("<lashlang>\n\n</lashlang>", "", ""),
        ("<lashlang>\na = 1\n<lashlang>\nb = 2\n</lashlang>", "", "a = 1\n<lashlang>\nb = 2"),
        ("</lashlang>\ntext\n<lashlang>\nfinish 1\n</lashlang>", "</lashlang>\ntext", "finish 1"),
        ("<LASHLANG>\nfinish 1\n</LASHLANG>", "<LASHLANG>\nfinish 1\n</LASHLANG>", nil),
        ("%%lashlang\nfinish 1", "%%lashlang\nfinish 1", nil),
        ("\u{A0}<lashlang>\u{3000}\nfinish 1\n</lashlang>\u{2003}", "", "finish 1"),
        ("<lashlang>\nfinish 1\n</lashlang>\nDone.", "", "finish 1"),
        ("<lashlang>\nfinish 1\n</lashlang>\n<lashlang>\nunfinished", "", "finish 1"),
    ])
    func proseAndCode(text: String, prose: String, code: String?) {
        let reply = Reply(text)
        #expect(reply.prose == prose)
        #expect(reply.code == code)
    }

    @Test(arguments: [
        "<lashlang>\nfinish 1", "<lashlang>\nx\n<lashlang>\ny", "A\n<lashlang>\n", "<lashlang>\nx </lashlang>",
    ])
    func aBlockWithoutEndIsUnclosed(text: String) {
        guard case .unclosed = Reply(text).verdict else {
            Issue.record("\(Reply(text).verdict)")
            return
        }
    }

    @Test func moreBlocksAreNoticed() {
        #expect(Reply("<lashlang>\na\n</lashlang>\nand\n<lashlang>\nb\n</lashlang>").hasMoreBlocks)
        #expect(Reply("<lashlang>a</lashlang>\n<lashlang>b</lashlang>").hasMoreBlocks)
        #expect(!Reply("<lashlang>\na\n</lashlang>\nand\n<lashlang>\nb").hasMoreBlocks)
    }

    @Test func aTagInAStringIsText() {
        let program = "s = \"\"\"\n</lashlang>\n\"\"\"\nfinish s"
        #expect(Reply("<lashlang>\n\(program)\n</lashlang>").code == program)
        // Quotes in comments and in other strings open nothing.
        for line in [
            "# it's \"\"\"", "// \"\"\"", "x = \"'''\"", "x = '\"\"\"'", "x = r\"\\\"", "x = \"\\\"\"", "x = \"\"",
        ] {
            #expect(Reply("<lashlang>\n\(line)\n</lashlang>\nrest\n</lashlang>").code == line)
        }
        // A string that never ends does not swallow the end of the block.
        #expect(Reply("<lashlang>\ns = \"\"\"\n</lashlang>\nSorry.").code == "s = \"\"\"")
        #expect(Reply("<lashlang>\ns = \"\"\"\n</lashlang>").code == "s = \"\"\"")
    }

    @Test func renderingIsWhatTheModelShouldWrite() {
        #expect(Reply.rendered(prose: "Plan. \n", code: "x = 1") == "Plan.\n<lashlang>\nx = 1\n</lashlang>")
        #expect(Reply.rendered(prose: " \n", code: "x = 1") == "<lashlang>\nx = 1\n</lashlang>")
    }

    @Test(arguments: [
        ("---\na = 1\n---\n", "\na = 1\n\n"),
        ("- --\n# c\n---\nfinish 1\r\n-", "\n# c\n\nfinish 1\n"),
        ("finish \"\"\"a\n---\nb\"\"\"", "finish \"\"\"a\n---\nb\"\"\""),
        ("a = 1\n---\nfinish a", "a = 1\n---\nfinish a"),
    ])
    func rulesAroundAProgramAreEmptyLines(code: String, cleaned: String) {
        #expect(Reply.cleaned(code: code) == cleaned)
    }

    // MARK: Streams

    private func read(_ chunks: [String]) -> (shown: String, code: String, end: BlockScanner.End) {
        var scanner = BlockScanner()
        var (shown, code) = ("", "")
        for chunk in chunks {
            let output = scanner.read(chunk)
            shown += output.prose
            code += output.code
        }
        let end = scanner.finish()
        return (shown + end.output.prose, code + end.output.code, end)
    }

    @Test func proseIsShownAtOnce() {
        var scanner = BlockScanner()
        #expect(scanner.read("Hel").prose == "Hel")
        #expect(scanner.read("lo").prose == "lo")
        var other = BlockScanner()
        let first = other.read("Plan.\n<lash")
        #expect(first.prose == "Plan.\n" && !first.beginsBlock)
        let second = other.read("lang>\nfinish 1\n")
        #expect(second.prose == "" && second.beginsBlock && second.code == "finish 1")
        let third = other.read("</lashlang>\n")
        #expect(third.endsBlock && other.isClosed)
    }

    @Test(
        arguments: [
            (["<lashlang>", " is a tag\n"], "<lashlang> is a tag\n", nil),
            (["a <lashlang>", "\n"], "a <lashlang>\n", nil),
            (["Put it in ", "<lashlang>\n", "x\n"], "Put it in <lashlang>\nx\n", nil),
            (["<lashlang>\r", "\nfinish 1\n</lashlang>"], "", "finish 1"),
            (["<lashlang>\nfinish 1\n</lash", "lang>"], "", "finish 1"),
            (["<lashlang>\nfinish 1\n</lashlang>\nMore", "text"], "", "finish 1"),
            (["a is ", "<"], "a is <", nil),
            (["ha", "ha"], "haha", nil),
            (["so  ", " "], "so   ", nil),
        ] as [([String], String, String?)]
    )
    func chunks(chunks: [String], shown: String, code: String?) {
        let found = read(chunks)
        #expect(found.shown == shown)
        if case .block(let program) = found.end.verdict {
            #expect(program == code)
            #expect(found.code == program)
        } else {
            #expect(code == nil)
        }
    }

    @Test func anEndTagWithMoreOnItsLineIsNone() {
        let found = read(["<lashlang>\nfinish 1\n</lashlang>", " trailing"])
        #expect(found.end.verdict == .unclosed(code: "finish 1\n</lashlang> trailing"))
    }

    /// Whatever a model writes, and however it is cut into pieces, what is shown and what is run is the same.
    @Test func chunkingDoesNotMatter() {
        var random = SplitMix(seed: 7)
        let pieces = [
            "<lashlang>", "</lashlang>", "\n", "\n", "\n", "\r\n", " ", "\t", "x = 1", "Hello", "\"\"\"", "'", "\"",
            "#", "//",
            "```", "<", "</lash", "lang>", "é", "👩‍👩‍👧", "\u{3000}", "r\"", "\\", "'''",
        ]
        for _ in 0..<10_000 {
            let text = (0..<random.next(upTo: 24)).map { _ in pieces[random.next(upTo: pieces.count)] }.joined()
            let whole = Reply(text)
            let reference = LineExtraction(text)
            #expect(whole.shown == reference.shown, "\(text.debugDescription)")
            #expect(whole.verdict == reference.verdict, "\(text.debugDescription)")
            // Scalars are the smallest pieces that strings can be cut into.
            let scalars = Array(text.unicodeScalars)
            var chunks: [String] = []
            var start = 0
            while start < scalars.count {
                let end = min(scalars.count, start + 1 + random.next(upTo: 6))
                chunks.append(String(String.UnicodeScalarView(scalars[start..<end])))
                start = end
            }
            let found = read(chunks)
            #expect(found.shown == whole.shown, "\(chunks)")
            #expect(found.end.verdict == whole.verdict, "\(chunks)")
            #expect(found.end.hasMoreBlocks == whole.hasMoreBlocks, "\(chunks)")
            switch whole.verdict {
            case .none: #expect(found.code == "")
            case .block(let code), .unclosed(let code): #expect(found.code == code, "\(chunks)")
            }
        }
    }
}

/// Takes a text apart line by line, in the plainest way: what the scanner is compared with.
private struct LineExtraction {
    var shown: String
    var verdict: Reply.Verdict

    init(_ text: String) {
        let lines = Self.lines(of: text)
        func trimmed(_ line: String) -> String {
            let scalars = line.unicodeScalars.drop(while: \.properties.isWhitespace)
            return String(
                String.UnicodeScalarView(scalars.reversed().drop(while: \.properties.isWhitespace).reversed())
            )
        }
        func isTerminated(_ line: String) -> Bool { line.utf8.last == 0x0A }
        for (start, line) in lines.enumerated() {
            let before = lines[..<start].joined()
            let content = trimmed(line)
            if content.hasPrefix("<lashlang>"), content.hasSuffix("</lashlang>"), content.utf8.count >= 21 {
                shown = before
                verdict = .block(code: trimmed(String(content.dropFirst(10).dropLast(11))))
                return
            }
            guard content == "<lashlang>", isTerminated(line) else { continue }
            shown = before
            let ends = lines.indices.filter { $0 > start && trimmed(lines[$0]) == "</lashlang>" }
            let outside = ends.first { end in !Self.endsInTripleQuotes(lines[(start + 1)..<end].joined()) }
            guard let end = outside ?? ends.first else {
                verdict = .unclosed(code: lines[(start + 1)...].joined())
                return
            }
            var body = Array(lines[(start + 1)..<end].joined().utf8)
            if body.last == 0x0A { body.removeLast() }
            if body.last == 0x0D { body.removeLast() }
            verdict = .block(code: String(decoding: body, as: UTF8.self))
            return
        }
        shown = text
        verdict = .none
    }

    private static func lines(of text: String) -> [String] {
        var lines: [[UInt8]] = [[]]
        for byte in text.utf8 {
            lines[lines.count - 1].append(byte)
            if byte == 0x0A { lines.append([]) }
        }
        return lines.filter { !$0.isEmpty }.map { String(decoding: $0, as: UTF8.self) }
    }

    private static func endsInTripleQuotes(_ code: String) -> Bool {
        let bytes = Array(code.utf8)
        var at = 0
        func isWord(_ byte: UInt8) -> Bool {
            Character(Unicode.Scalar(byte)).isASCII
                && (Character(Unicode.Scalar(byte)).isLetter || Character(Unicode.Scalar(byte)).isNumber
                    || byte == UInt8(ascii: "_"))
        }
        while at < bytes.count {
            let byte = bytes[at]
            if byte == UInt8(ascii: "#") || (byte == UInt8(ascii: "/") && at + 1 < bytes.count && bytes[at + 1] == byte)
            {
                while at < bytes.count, bytes[at] != 0x0A { at += 1 }
                continue
            }
            guard byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") else {
                at += 1
                continue
            }
            let isRaw = at > 0 && bytes[at - 1] | 0x20 == UInt8(ascii: "r") && !(at > 1 && isWord(bytes[at - 2]))
            let isTriple = at + 2 < bytes.count && bytes[at + 1] == byte && bytes[at + 2] == byte
            at += isTriple ? 3 : 1
            var isClosed = false
            while at < bytes.count {
                if bytes[at] == UInt8(ascii: "\\"), !isRaw {
                    at += 2
                    continue
                }
                if bytes[at] == byte {
                    if !isTriple {
                        at += 1
                        isClosed = true
                        break
                    }
                    if at + 2 < bytes.count, bytes[at + 1] == byte, bytes[at + 2] == byte {
                        at += 3
                        isClosed = true
                        break
                    }
                }
                at += 1
            }
            if !isClosed { return isTriple }
        }
        return false
    }
}

/// Random numbers that are the same in every run.
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func next(upTo bound: Int) -> Int { Int(next() % UInt64(bound)) }
}
