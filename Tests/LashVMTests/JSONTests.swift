import Testing

@testable import LashVM

@Suite("JSON reader")
struct JSONReaderTests {
    @Test(
        "reads values",
        arguments: [
            (" 12 ", "12"), ("-0", "-0"), ("-0.0", "-0"), ("1e2", "100"), ("1E+2", "100"), ("0.5", "0.5"),
            ("-1.25e-3", "-0.00125"),
            ("12345678901234567890", "12345678901234567168"), ("0.00000000000000000000000000000001", "1e-32"),
            ("true", "true"), ("false", "false"), ("null", "null"), ("[]", "[]"), ("{}", "{}"), ("[[],{}]", "[[], {}]"),
            (#"{"b": 1, "a": [true, null, 2.5]}"#, "{b: 1, a: [true, null, 2.5]}"),
            (#"{"a": 1, "b": 2, "a": 3}"#, "{a: 3, b: 2}"),
            (#""a\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00é""#, #""a\"\\/\b\f\n\r\té😀é""#),
            (#""exactly 14 by.""#, #""exactly 14 by.""#), (#""exactly 15 byt.""#, #""exactly 15 byt.""#),
            (
                #"["1234567","12345678","123456789","1234567890123456"]"#,
                #"["1234567", "12345678", "123456789", "1234567890123456"]"#
            ),
            (
                #"{"type":"image","id":"i","mime":"m","label":"l","size":3,"width":null,"height":4}"#,
                #"{type: "image", id: "i", mime: "m", label: "l", size: 3, width: null, height: 4}"#
            ),
        ]
    )
    func values(json: String, notation: String) {
        #expect(Sandbox().parse(json) == notation)
    }

    @Test(
        "says what is wrong and where",
        arguments: [
            ("", "EOF while parsing a value at line 1 column 0"),
            ("{", "EOF while parsing an object at line 1 column 1"),
            ("[", "EOF while parsing a list at line 1 column 1"), ("[1", "EOF while parsing a list at line 1 column 2"),
            ("[1,", "EOF while parsing a value at line 1 column 3"), ("[1,]", "trailing comma at line 1 column 4"),
            ("[,1]", "expected value at line 1 column 2"), ("[1 2]", "expected `,` or `]` at line 1 column 4"),
            ("nope", "expected ident at line 1 column 2"), ("nul", "EOF while parsing a value at line 1 column 3"),
            ("1 2", "trailing characters at line 1 column 3"), ("1e400", "number out of range at line 1 column 5"),
            ("'a'", "expected value at line 1 column 1"), (#"{"a":1,}"#, "trailing comma at line 1 column 8"),
            ("{1:2}", "key must be a string at line 1 column 2"),
            (#"{"a":1,2}"#, "key must be a string at line 1 column 8"),
            (#"{"a" 1}"#, "expected `:` at line 1 column 6"),
            (#"{"a"#, "EOF while parsing a string at line 1 column 3"),
            (#"{"a""#, "EOF while parsing an object at line 1 column 4"),
            (#"{"a":"#, "EOF while parsing a value at line 1 column 5"),
            (#"{"a":1 "b":2}"#, "expected `,` or `}` at line 1 column 8"),
            ("01", "invalid number at line 1 column 2"), ("-", "EOF while parsing a value at line 1 column 1"),
            ("-x", "invalid number at line 1 column 2"), ("1.", "EOF while parsing a value at line 1 column 2"),
            ("1.x", "invalid number at line 1 column 3"), ("1ex", "invalid number at line 1 column 3"),
            (#""\x""#, "invalid escape at line 1 column 3"), (#""\u12g4""#, "invalid escape at line 1 column 7"),
            (#""\ud800""#, "unexpected end of hex escape at line 1 column 8"),
            (#""\udc00""#, "lone leading surrogate in hex escape at line 1 column 7"),
            (#""\ud800\u0041""#, "lone leading surrogate in hex escape at line 1 column 13"),
            (
                "\"a\u{1}\"",
                "control character (\\u0000-\\u001F) found while parsing a string at line 1 column 3"
            ),
            ("[1,\n 2,\n x]", "expected value at line 3 column 2"),
        ]
    )
    func errors(json: String, message: String) {
        #expect(Sandbox().parse(json) == "! invalid json: \(message)")
    }

    @Test("stops at the 128th level")
    func nesting() {
        let deep = String(repeating: "[", count: 127) + String(repeating: "]", count: 127)
        #expect(Sandbox().parse(deep) == deep)
        #expect(
            Sandbox().parse(String(repeating: "[", count: 128))
                == "! invalid json: recursion limit exceeded at line 1 column 128"
        )
    }

    @Test("records of one shape share their keys, whatever order and keys others have")
    func shapes() {
        let json = """
            [{"id":1,"name":"a"},{"id":2,"name":"b"},{"name":"c","id":3},{"id":4},{"id":5,"name":"e","extra":true},
            {"id":6,"name":"f"},{},{"id":7,"id":8},{"na\\u006de":"g"},{"name":"h","q\\"":1},{"id":9,"name":"i"},{"":0}]
            """
        let expected =
            #"[{id: 1, name: "a"}, {id: 2, name: "b"}, {name: "c", id: 3}, {id: 4}, "#
            + #"{id: 5, name: "e", extra: true}, {id: 6, name: "f"}, {}, {id: 8}, {name: "g"}, "#
            + #"{name: "h", "q\"": 1}, {id: 9, name: "i"}, {"": 0}]"#
        let sandbox = Sandbox()
        #expect(sandbox.parse(json) == expected)
        sandbox.with(.string(#"[{"a":1,"b":2},{"a":3,"b":4}]"#)) { slots in
            guard let list = try? sandbox.heap.parseJSON(TextView(slots)) else { return }
            let records = list.object.elements
            #expect(records[0].object.keyTable == records[1].object.keyTable)
            sandbox.heap.release(list)
        }
    }

    @Test("large records are indexed")
    func dictionaries() {
        let entries = (0..<3000).map { "\"key number \($0)\":\($0)" }.joined(separator: ",")
        let sandbox = Sandbox()
        sandbox.with(.string("[{\(entries)},{\(entries)}]")) { slots in
            guard let list = try? sandbox.heap.parseJSON(TextView(slots)) else {
                Issue.record("not read")
                return
            }
            let key = "key number 2999"
            sandbox.with(.string(key)) { key in
                let place = try? sandbox.heap.findKey(key, in: list.object.elements[1].object)
                #expect(place == 2999)
            }
            sandbox.heap.release(list)
        }
    }

    @Test("an error in the middle of large data leaves nothing behind")
    func errorsDoNotLeak() {
        let good = #"{"a long key that is an object":["a long string that is an object",{"b":[]}]},"#
        #expect(
            Sandbox().parse("[" + String(repeating: good, count: 50) + "!").hasPrefix("! invalid json: expected value")
        )
        #expect(Sandbox().parse("[" + good + #"{"x":["a long string that is an object"],"y":}"#).hasPrefix("! invalid"))
    }

    @Test("bytes from outside must be UTF-8")
    func invalidBytes() {
        let owner = HeapOwner()
        for bytes in [
            [0x22, 0xFF, 0x22], [0x22, 0xC0, 0x80, 0x22], [0x22, 0xED, 0xA0, 0x80, 0x22], [0x22, 0xF5, 0x80],
        ] as [[UInt8]] {
            bytes.withUnsafeBufferPointer { buffer in
                do throws(Failure) {
                    _ = try owner.heap.parseJSON(bytes: buffer)
                    Issue.record("accepted")
                } catch {
                    #expect(error.message == "invalid json: invalid unicode code point at line 1 column 2")
                }
            }
        }
        #expect(owner.heap.liveObjects == 0)
    }

    @Test("the memory limit holds")
    func memoryLimit() {
        let sandbox = Sandbox()
        let json = "[" + [String](repeating: "{}", count: 200_000).joined(separator: ",") + "]"
        sandbox.with(.string(json)) { slots in
            sandbox.heap.limitMemory(to: sandbox.heap.liveBytes + 1_000_000)
            let shown = sandbox.show { () throws(Failure) in try sandbox.heap.parseJSON(TextView(slots)) }
            #expect(shown.hasPrefix("! memory limit exceeded: "))
        }
    }
}

@Suite("Text forms")
struct TextFormTests {
    let value: Value = [
        "b": 1, "a": .tuple(["x", .tuple([2]), ["y"], nil]), "odd key": .number(.nan), "e": [], "r": [:],
        "n": .number(-0.0),
    ]

    @Test("each has its own look")
    func styles() {
        let sandbox = Sandbox()
        #expect(sandbox.text(value, .json) == #"{"b":1,"a":["x",[2],["y"],null],"odd key":null,"e":[],"r":{},"n":0}"#)
        #expect(sandbox.text(value, .print) == #"{"b":1,"a":["x",[2],["y"],null],"odd key":NaN,"e":[],"r":{},"n":0}"#)
        #expect(
            sandbox.text(value, .notation)
                == #"{b: 1, a: ("x", (2,), ["y"], null), "odd key": NaN, e: [], r: {}, n: -0}"#
        )
        #expect(
            sandbox.text(["a": [1, ["b": 2]], "c": [:], "d": []], .prettyJSON)
                == "{\n  \"a\": [\n    1,\n    {\n      \"b\": 2\n    }\n  ],\n  \"c\": {},\n  \"d\": []\n}"
        )
        #expect(
            sandbox.text(.tuple([1, "x", .tuple([2]), ["y", .tuple([3])], nil]), .plain)
                == #"(1, "x", (2,), ["y",[3]], null)"#
        )
        #expect(sandbox.text(.tuple([]), .plain) == "()")
        #expect(sandbox.text("raw \"text\"", .plain) == "raw \"text\"")
        #expect(sandbox.text("raw \"text\"", .print) == "raw \"text\"")
        #expect(
            sandbox.text(["q\"", "tab\t", "é", "/", "\u{1F}", "\u{7F}"], .plain)
                == "[\"q\\\"\",\"tab\\t\",\"é\",\"/\",\"\\u001f\",\"\u{7F}\"]"
        )
    }

    @Test("images and authorities")
    func hostKinds() {
        let sandbox = Sandbox()
        let image = Value.image(Image(id: "img-1", mime: "image/png", label: "c.png", size: 1234, width: 640))
        #expect(
            sandbox.text(image, .plain)
                == #"{"height":null,"id":"img-1","mime":"image/png","label":"c.png","size":1234,"type":"image","width":640}"#
        )
        #expect(
            sandbox.text(image, .print)
                == #"{"type":"image","id":"img-1","mime":"image/png","label":"c.png","size":1234,"width":640,"height":null}"#
        )
        #expect(sandbox.text(image, .notation) == "Image(img-1,image/png,c.png,1234,Some(640),None)")
        let resource = Value.resource(Resource(type: "Files", alias: "files.local"))
        #expect(sandbox.text(resource, .plain) == #"{"__resource__":true,"type":"Files","alias":"files.local"}"#)
        #expect(sandbox.text(resource, .print) == #"{"resource_type":"Files","alias":"files.local"}"#)
        #expect(sandbox.text(resource, .notation) == "Resource(Files,files.local)")
    }

    @Test("JSON reads back as it was")
    func roundTrip() {
        let json = #"{"z":[1,2.5,-3e-7,"text that is long enough","é\n",[],{}],"a":{"z":[true,false,null]}}"#
        let sandbox = Sandbox()
        sandbox.with(.string(json)) { slots in
            guard let value = try? sandbox.heap.parseJSON(TextView(slots)) else { return }
            withUnsafePointer(to: value) { slot in
                #expect((try? sandbox.heap.string(slot, .json)) == json)
                #expect(
                    (try? sandbox.heap.make(Value(slot))).map { made in
                        defer { sandbox.heap.release(made) }
                        return (try? sandbox.heap.equalValues(made, value)) == true
                    } == true
                )
            }
            sandbox.heap.release(value)
        }
    }

    @Test("text of something shared many times meets the limit")
    func sharedValuesMeetTheLimit() {
        let sandbox = Sandbox()
        var value = Tagged(.list, sandbox.heap.makeSequence(.list, capacity: 1))
        for _ in 0..<60 { value = doubled(value, sandbox.heap) }
        sandbox.heap.limitMemory(to: 4_000_000)
        for style in [TextStyle.json, .plain, .print, .notation, .prettyJSON] {
            let shown = sandbox.show { () throws(Failure) in
                try withUnsafePointer(to: value) { slot throws(Failure) in try sandbox.heap.text(slot, style) }
            }
            #expect(shown.hasPrefix("! memory limit exceeded: 4,"), "\(shown)")
            #expect(shown.hasSuffix(" of 4,000,000 bytes"))
        }
        sandbox.heap.release(value)
    }
}

/// `[value, value]`, taking the value over.
func doubled(_ value: Tagged, _ heap: Heap) -> Tagged {
    let list = heap.makeSequence(.list, capacity: 2)
    heap.retain(value)
    heap.appendWithinCapacity(value, to: list)
    heap.appendWithinCapacity(value, to: list)
    return Tagged(.list, list)
}

@Suite("What print shows")
struct PrintTests {
    private func show(_ value: Value, bytes: Int = 16_384, lines: Int = 400, depth: Int = 6) -> String {
        let sandbox = Sandbox()
        return sandbox.with(value) { slots in
            (try? sandbox.heap.printText(slots, budget: PrintBudget(bytes: bytes, lines: lines, depth: depth))) ?? "!"
        }
    }

    @Test("everything small, as it is")
    func small() {
        #expect(show("x") == "x")
        #expect(show(["x"]) == #"["x"]"#)
        #expect(show(.tuple([1, "a"])) == #"[1,"a"]"#)
        #expect(show(["b": 1, "a": 2]) == #"{"b":1,"a":2}"#)
        #expect(show([.number(.infinity), .number(-0.0), 1.5]) == "[inf,0,1.5]")
        #expect(show([]) == "[]")
        #expect(show("") == "")
    }

    @Test("the ends of long lists")
    func longLists() {
        #expect(show([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) == "[1,2,3,4,5,6,7,8,9,10]")
        #expect(show([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]) == #"[1,2,3,4,5,6,7,8,"... 1 items omitted ...",10,11]"#)
    }

    @Test("twelve fields at most, those that tell most among them")
    func fields() {
        #expect(
            show(["z": 1, "error": 2, "ok": 3, "a": 4, "status": 5]) == #"{"status":5,"ok":3,"error":2,"z":1,"a":4}"#
        )
        var record = Record((0..<15).map { ("k\($0)", .number(Double($0))) })
        record["stdout"] = 1
        #expect(
            show(.record(record))
                == #"{"stdout":1,"k0":0,"k1":1,"k2":2,"k3":3,"k4":4,"k5":5,"k6":6,"k7":7,"k8":8,"k9":9,"k10":10,"__truncated__":"4 fields omitted"}"#
        )
    }

    @Test("depth, length and lines are bounded")
    func bounds() {
        #expect(show(["a": ["b": ["c": 1]]], depth: 2) == #"{"a":{"b":"... max depth 2 reached ..."}}"#)
        #expect(show([[[]]], depth: 2) == #"[["... max depth 2 reached ..."]]"#)
        let long = String(repeating: "abcdefghij", count: 40)
        #expect(
            show([.string(long)], bytes: 200) == "[\"abcdefghijabcdefghijabcdefghijab... 368 chars truncated ...\"]"
        )
        #expect(show(.string(long), bytes: 200) == String(long.prefix(200)) + "\n...truncated...")
        #expect(show("éééé", bytes: 7) == "ééé\n...truncated...")
        #expect(show("l\nl\nl\nl\nl", lines: 3) == "l\nl\nl\n...truncated...")
        #expect(show("a\nb\nc\n", lines: 3) == "a\nb\nc\n")
    }
}
