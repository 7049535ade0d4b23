import LashAgent
import Lashlang
import Testing

/// Values against schemas.
@Suite struct JSONSchemaTests {
    private func problems(_ schema: String, _ value: String, strict: Bool = false) throws -> [String] {
        try JSONSchema(json: schema).problems(in: Value(json: value), refusesUnknown: strict)
    }

    @Test(
        arguments: [
            (
                #"{"type": "object", "properties": {"q": {"type": "string"}}, "required": ["q"]}"#, "{}",
                ["q: required property missing"]
            ),
            (
                #"{"type": "object", "properties": {"n": {"type": "integer", "maximum": 20}}}"#, #"{"n": 100}"#,
                ["n: expected integer <= 20, got 100"]
            ),
            (#"{"type": "integer"}"#, "20.0", []),
            (#"{"type": "integer"}"#, "20.5", ["value: expected integer, got 20.5"]),
            (#"{"enum": ["a", "b"]}"#, #""c""#, [#"value: expected one of "a", "b", got "c""#]),
            (#"{"type": ["string", "null"]}"#, "3", ["value: expected string or null, got 3"]),
            (#"{"type": "array", "minItems": 1}"#, "[]", ["value: expected array items >= 1, got 0 items"]),
            (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, "3", ["value: expected matching schema, got 3"]),
            (
                #"{"oneOf": [{"type": "number"}, {"type": "integer"}]}"#, "3",
                ["value: expected exactly one matching schema, got 2"]
            ),
            (#"{"oneOf": [{"type": "number"}, {"type": "integer"}]}"#, "3.5", []),
            (
                #"{"items": {"properties": {"b": {"const": 1}}}}"#, #"[{"b": 1}, {"b": 2}]"#,
                ["[1].b: expected 1, got 2"]
            ),
            (
                #"{"properties": {"a": {"items": {"type": "string"}}}}"#, #"{"a": [1, "x", 2]}"#,
                ["a[0]: expected string, got 1", "a[2]: expected string, got 2"]
            ),
            (
                #"{"additionalProperties": false, "properties": {"a": true}}"#, #"{"a": 1, "z": 1}"#,
                ["z: unexpected property"]
            ),
            (#"{"additionalProperties": {"type": "string"}}"#, #"{"z": 1}"#, ["z: expected string, got 1"]),
            (
                #"{"patternProperties": {"^x": {"type": "string"}}, "additionalProperties": false}"#,
                #"{"xa": 1, "y": 1}"#, ["xa: expected string, got 1", "y: unexpected property"]
            ),
            (#"{"propertyNames": {"maxLength": 2}}"#, #"{"abc": 1}"#, ["abc: unexpected property name"]),
            (#"{"minProperties": 1, "maxProperties": 2}"#, "{}", ["value: expected properties >= 1, got 0"]),
            (#"{"dependentRequired": {"a": ["b"]}}"#, #"{"a": 1}"#, ["b: required property missing"]),
            (#"{"prefixItems": [{"type": "string"}], "items": false}"#, #"["a", 1]"#, ["[1]: expected nothing, got 1"]),
            (
                #"{"contains": {"const": 1}, "maxContains": 1}"#, "[1, 1]",
                ["value: expected matching array items <= 1, got 2 items"]
            ),
            (
                #"{"uniqueItems": true}"#, #"[{"a": 1, "b": 2}, {"b": 2, "a": 1}]"#,
                ["value: expected unique array items"]
            ),
            (#"{"minLength": 2, "maxLength": 3}"#, #""é""#, ["value: expected string length >= 2, got 1 characters"]),
            (#"{"pattern": "^a+$"}"#, #""ab""#, [#"value: expected string matching `^a+$`, got "ab""#]),
            (#"{"minimum": 1, "exclusiveMaximum": 2}"#, "2", ["value: expected number < 2, got 2"]),
            (#"{"exclusiveMinimum": 1, "maximum": 5}"#, "1", ["value: expected number > 1, got 1"]),
            (#"{"multipleOf": 0.01}"#, "19.99", []),
            (#"{"multipleOf": 2}"#, "3", ["value: expected number multiple of 2, got 3"]),
            (
                #"{"allOf": [{"minimum": 1}, {"maximum": 0}]}"#, "0.5",
                ["value: expected number >= 1, got 0.5", "value: expected number <= 0, got 0.5"]
            ),
            (#"{"not": {"type": "string"}}"#, #""a""#, [#"value: expected not to match schema, got "a""#]),
            (
                #"{"if": {"type": "string"}, "then": {"minLength": 2}, "else": {"minimum": 2}}"#, "1",
                ["value: expected number >= 2, got 1"]
            ),
            (
                ##"{"$ref": "#/$defs/n", "$defs": {"n": {"properties": {"next": {"$ref": "#/$defs/n"}}, "required": ["v"]}}}"##,
                ##"{"v": 1, "next": {"v": 2, "next": {}}}"##, ["next.next.v: required property missing"]
            ),
            ("true", "1", []), ("false", "1", ["value: expected nothing, got 1"]),
        ] as [(String, String, [String])]
    )
    func aValueIsChecked(schema: String, value: String, expected: [String]) throws {
        #expect(try problems(schema, value) == expected)
    }

    @Test func argumentsOfToolsAreCheckedMoreStrictly() throws {
        #expect(try problems(#"{"properties": {"q": true}}"#, #"{"q": 1, "z": 1}"#) == [])
        #expect(
            try problems(#"{"properties": {"q": true}}"#, #"{"q": 1, "z": 1}"#, strict: true) == [
                "z: unexpected property"
            ]
        )
        #expect(try problems(#"{"oneOf": [{"type": "number"}, {"type": "integer"}]}"#, "3", strict: true) == [])
    }

    @Test(arguments: [
        #"{"type": "strng"}"#, "3", #"{"required": "a"}"#, #"{"properties": []}"#, #"{"minLength": -1}"#,
        #"{"minimum": "1"}"#,
        ##"{"pattern": "("}"##, ##"{"$ref": "#/nowhere"}"##, ##"{"anyOf": []}"##, ##"{"multipleOf": 0}"##, "{",
        ##"{"enum": 1}"##,
    ])
    func whatIsNoSchemaIsRefused(text: String) {
        #expect(throws: JSONSchemaError.self) { try JSONSchema(json: text) }
    }

    @Test func nothingNestsWithoutEnd() throws {
        let schema = try JSONSchema(json: ##"{"$ref": "#"}"##)
        #expect(schema.problems(in: 1) == ["value: nests too deep to be validated"])
        var deep: Value = 1
        for _ in 0..<400 { deep = [deep] }
        #expect(try !JSONSchema(json: ##"{"items": {"$ref": "#"}}"##).accepts(deep))
        var source: Value = true
        for _ in 0..<200 { source = ["not": source] }
        #expect(throws: JSONSchemaError.self) { try JSONSchema(source) }
    }

    @Test func problemsAreCounted() throws {
        let schema = try JSONSchema(json: #"{"items": {"type": "string"}}"#)
        #expect(schema.problems(in: .list(Array(repeating: 1, count: 100))).count == 20)
        #expect(schema.problems(in: .list(Array(repeating: 1, count: 100)), limit: 1).count == 1)
    }

    @Test func aSchemaThatGrowsWithoutMeasureIsExpensive() throws {
        let tree = try JSONSchema(
            json: "{\"properties\": {\"name\": {}, \"children\": {\"items\": {\"$ref\": \"#\"}}}}"
        )
        #expect(!tree.isExpensive())
        let wide = try JSONSchema(
            json: "{\"properties\": {\"a\": {\"$ref\": \"#\"}, \"b\": {\"$ref\": \"#\"}, \"c\": {\"$ref\": \"#\"}}}"
        )
        #expect(wide.isExpensive())
        let deep = try JSONSchema(json: "{\"anyOf\": [{\"$ref\": \"#\"}, {\"$ref\": \"#\"}]}")
        #expect(deep.isExpensive())
        #expect(!(try JSONSchema(json: "{\"$ref\": \"#\"}").isExpensive()))
    }
}
