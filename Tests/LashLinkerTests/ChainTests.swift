import LashLinker
import LashSyntax
import Testing

/// Long programs: linear time, and no native recursion however long the chains are.
@Suite struct ChainTests {
    private let links = 50_000

    private func isClean(_ text: String) -> Bool { linked(text).errors.isEmpty }

    @Test func `Chains of operators`() {
        #expect(isClean("x = 1" + String(repeating: " + 1", count: links)))
        #expect(isClean("x = 1" + String(repeating: "\n- 1", count: links)))
        #expect(isClean("process p(a: any) -> str { finish a" + String(repeating: " + a", count: links) + " }"))
    }

    @Test func `Chains of prefixes and postfixes`() {
        #expect(isClean("x = " + String(repeating: "!", count: links) + "y"))
        #expect(isClean("x = y" + String(repeating: ".a", count: links)))
        #expect(isClean("x = y" + String(repeating: "[0]", count: links)))
        #expect(isClean("x = y" + String(repeating: "?", count: links)))
        #expect(linked("x = y" + String(repeating: ".a()", count: links)).errors.count == 1)
    }

    @Test func `Chains of branches`() {
        let branches = (0..<links).map { "if c { x\($0) = 1 }" }.joined(separator: " else ")
        #expect(isClean("process p(c: bool) { \(branches)\nfinish x\(links - 1) }"))
    }

    @Test func `Long blocks and lists`() {
        let links = 30_000
        #expect(isClean("process p() { " + (0..<links).map { "x\($0) = [\($0)]\n" }.joined() + " finish x7 }"))
        #expect(isClean("x = [" + (0..<links).map { "\"\($0)\"" }.joined(separator: ", ") + "]"))
        #expect(isClean("x = 1\n" + String(repeating: "x = [x]\n", count: links)))
        #expect(isClean("x = 1\n" + String(repeating: "x = {a: x, b: x}\n", count: links)))
        #expect(isClean("x = 1\n" + (0..<3_000).map { "x = c ? x : {k\($0): 1}\n" }.joined()))
    }

    @Test func `Chains of aliases`() {
        let chain = (0..<50_000).map { "type T\($0) = { x: T\($0 + 1), y: T\($0 + 1) }\n" }.joined()
        #expect(isClean(chain + "type T50000 = int\nprocess p(t: T0) -> T0 { finish t }"))
        #expect(linked(chain + "type T50000 = int\nprocess p(t: T0) -> str { finish t }").errors.count == 1)
    }

    @Test func `Very many errors`() {
        let unknown = (0..<20_000).map { "x\($0) = missing\($0)\n" }.joined()
        #expect(linked("process p() { \(unknown) }").errors.count == 20)
        let calls = (0..<20_000).map { "start p\($0)(a: 1)\n" }.joined()
        let processes = (0..<5_000).map { "process q\($0)(b\($0): T\($0)) {}\n" }.joined()
        #expect(linked(processes + calls).errors.count == 20)
    }

    @Test func `Deep nesting`() {
        let depth = 250
        #expect(isClean("x = " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth)))
        #expect(isClean(String(repeating: "if a { ", count: depth) + String(repeating: "}", count: depth)))
        let type = String(repeating: "list[", count: depth) + "int" + String(repeating: "]", count: depth)
        #expect(isClean("process p(a: \(type)) -> \(type) { finish a }"))
        #expect(linked("process p(a: \(type)) -> str { finish a }").errors.count == 1)
    }
}
