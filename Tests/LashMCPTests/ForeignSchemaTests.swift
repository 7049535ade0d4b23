import LashAgent
import Lashlang
import Testing

@testable import LashMCP

@Suite struct ForeignSchemaTests {
    @Test(
        arguments: [
            ["not": ["pattern": "^x"]], ["not": ["allOf": [["pattern": "^x"]]]],
            ["if": ["pattern": "^x"], "then": false], ["oneOf": [["pattern": "^a"], ["pattern": "^b"]]],
            ["oneOf": [["pattern": "^a"], ["pattern": "^b"]], "anyOf": [true]],
            ["$defs": ["x": ["pattern": "^x"]], "not": ["$ref": "#/$defs/x"]], ["pattern": "^a"],
        ] as [Value]
    ) func whatFitsASchemaFitsItWithoutPatterns(schema: Value) throws {
        #expect(try JSONSchema(schema).accepts("abc"))
        #expect(try JSONSchema(ForeignSchema.usable(schema, MCPServer.Limits())).accepts("abc"))
    }

    @Test func countsOfItemsAreLeftOutWithTheirPatterns() throws {
        let schema: Value = ["contains": ["pattern": "^a"], "maxContains": 1]
        #expect(try JSONSchema(schema).accepts(["abc", "xyz"]))
        #expect(try JSONSchema(ForeignSchema.usable(schema, MCPServer.Limits())).accepts(["abc", "xyz"]))
    }

    @Test func whatHasNoPatternsStays() throws {
        let schema: Value = [
            "not": ["$ref": "#/$defs/x"], "oneOf": [["type": "string"], ["type": "null"]],
            "$defs": ["x": ["const": "pattern"]],
        ]
        #expect(try ForeignSchema.usable(schema, MCPServer.Limits()) == schema)
    }
}
