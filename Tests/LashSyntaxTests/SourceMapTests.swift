import LashSyntax
import Testing

@Suite struct SourceMapTests {
    @Test func columnsCountScalars() {
        let map = SourceMap(SourceText("ab\r\ncd\n日本x\n"))
        #expect(map.lineCount == 4)
        #expect(map.location(of: 0) == SourceLocation(line: 1, column: 1))
        #expect(map.location(of: 3) == SourceLocation(line: 1, column: 4))
        #expect(map.location(of: 4) == SourceLocation(line: 2, column: 1))
        #expect(map.location(of: 13) == SourceLocation(line: 3, column: 3))
        #expect(map.location(of: 15) == SourceLocation(line: 4, column: 1))
        #expect(map.location(of: 1_000) == SourceLocation(line: 4, column: 1))
        #expect(map.span(ofLine: 2) == Span(4, 6))
    }

    @Test func theEmptyTextHasOneLine() {
        let map = SourceMap(SourceText(""))
        #expect(map.lineCount == 1)
        #expect(map.location(of: 0) == SourceLocation(line: 1, column: 1))
        #expect(map.span(ofLine: 1) == Span(0, 0))
    }
}
