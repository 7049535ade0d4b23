/// What is wrong with a JSON text, and at which byte.
struct JSONError: Error {
    enum Problem: UInt8 {
        case endInList, endInObject, endInString, endInValue
        case expectedColon, expectedListEnd, expectedObjectEnd, expectedIdent, expectedValue
        case invalidEscape, invalidNumber, numberOutOfRange, invalidUnicode, controlCharacter
        case keyNotString, loneSurrogate, trailingComma, trailingCharacters, halfEscape, tooDeep
        /// Not the text's fault: a limit of the run.
        case limit
    }

    var problem: Problem
    /// How many bytes the reader had taken.
    var taken: Int
    /// The limit that was met.
    var limit: Failure?

    /// The error with line and column, counted in bytes from 1 and 0.
    func failure(in bytes: UnsafePointer<UInt8>, count: Int) -> Failure {
        if let limit { return limit }
        let end = min(taken, count)
        var line = 1
        var lineStart = 0
        for i in 0..<end where bytes[i] == UInt8(ascii: "\n") {
            line += 1
            lineStart = i + 1
        }
        return .invalidJSON("\(problem.text) at line \(line) column \(end - lineStart)")
    }
}

extension JSONError.Problem {
    fileprivate var text: String {
        switch self {
        case .endInList: "EOF while parsing a list"
        case .endInObject: "EOF while parsing an object"
        case .endInString: "EOF while parsing a string"
        case .endInValue: "EOF while parsing a value"
        case .expectedColon: "expected `:`"
        case .expectedListEnd: "expected `,` or `]`"
        case .expectedObjectEnd: "expected `,` or `}`"
        case .expectedIdent: "expected ident"
        case .expectedValue: "expected value"
        case .invalidEscape: "invalid escape"
        case .invalidNumber: "invalid number"
        case .numberOutOfRange: "number out of range"
        case .invalidUnicode: "invalid unicode code point"
        case .controlCharacter: "control character (\\u0000-\\u001F) found while parsing a string"
        case .keyNotString: "key must be a string"
        case .loneSurrogate: "lone leading surrogate in hex escape"
        case .trailingComma: "trailing comma"
        case .trailingCharacters: "trailing characters"
        case .halfEscape: "unexpected end of hex escape"
        case .tooDeep: "recursion limit exceeded"
        case .limit: ""
        }
    }
}
