import Lashlang

/// What words are coloured as, by the names that the protocol gives.
enum SemanticToken: String, CaseIterable {
    case keyword, variable, parameter, function, method, property, type, number, string, `operator`
}

extension LanguageServer {
    func semanticTokens(_ parameters: Parameters) throws(Failure) -> Value {
        let analysis = try analysis(parameters)
        let kinds = Dictionary(SemanticToken.allCases.enumerated().map { ($1, $0) }) { first, _ in first }
        var data: [Value] = []
        var last = EditorPosition(line: 0, character: 0)
        for token in analysis.tokens {
            guard
                let kind = Self.kind(token.role, analysis.index.occurrence(covering: token.span)).flatMap({ kinds[$0] })
            else { continue }
            // Tokens of several lines are several tokens.
            for span in analysis.document.lines(of: token.span) where span.end > span.start {
                let start = analysis.document.position(of: span.start)
                let end = analysis.document.position(of: span.end)
                let isSameLine = start.line == last.line
                let numbers = [
                    start.line - last.line, isSameLine ? start.character - last.character : start.character,
                    end.character - start.character, kind, 0,
                ]
                data += numbers.map { .number(Double($0)) }
                last = start
            }
        }
        return ["data": .list(data)]
    }

    private static func kind(_ role: TokenRole, _ occurrence: Occurrence?) -> SemanticToken? {
        switch (role, occurrence?.kind) {
        case (.string, .field): .property
        case (.number, _): .number
        case (.string, _): .string
        case (.mark, _): .operator
        case (_, .variable): occurrence?.isParameter == true ? .parameter : .variable
        case (_, .function), (_, .call), (_, .process): .function
        case (_, .operation): .method
        case (_, .field): .property
        case (_, .type): .type
        // Contextual words that are no names here.
        case (.keyword, _), (.name, nil): .keyword
        }
    }
}
