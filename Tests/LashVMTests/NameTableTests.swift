import Testing

@testable import LashVM

@Suite struct NameTableTests {
    @Test(arguments: [0, 1, 7, 8, 9, 10, 40])
    func namesAreFoundAmongFewAndAmongMany(count: Int) {
        let names = (0..<count).map { "n\($0)" }
        var grown = NameTable()
        for name in names { grown.append(name) }
        for table in [grown, NameTable(names)] {
            #expect(table.names == names)
            for (position, name) in names.enumerated() { #expect(table.position(of: name) == position) }
            #expect(table.position(of: "n\(count)") == nil)
        }
    }
}
