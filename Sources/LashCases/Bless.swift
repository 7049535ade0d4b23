import Lashlang

extension CaseFile {
    /// The text of the file with the expectations of these results put in place of those that differ.
    ///
    /// All other lines stay as they are. Results of other files are ignored.
    public func blessed(_ results: [CaseResult]) -> String {
        var editor = Editor(lines: lines)
        for result in results where result.example.path == path {
            for (block, group) in result.differing where block < result.observations.count {
                editor.replace(result.example.blocks[block], group, result.observations[block], result.example.reach)
            }
        }
        return editor.text
    }
}

extension Suite {
    /// Rewrites the files whose expectations differ from the results; gives their paths.
    ///
    /// Each file is replaced at once, and only if it can be read back.
    public func bless(_ results: [CaseResult]) throws -> [String] {
        var written: [String] = []
        for file in files {
            let text = file.blessed(results)
            if text == file.text { continue }
            _ = try CaseFile(text: text, path: file.path)
            try Files.write(Array(text.utf8), to: file.path)
            written.append(file.path)
        }
        return written
    }
}

/// Changes directives line by line, so that everything else survives.
private struct Editor {
    /// The lines of the file; `nil` where one was removed.
    private var lines: [String?]
    /// Lines to add before each line.
    private var added: [Int: [String]] = [:]

    init(lines: [String]) { self.lines = lines }

    var text: String {
        var result: [String] = []
        for index in 0...lines.count {
            result += added[index] ?? []
            if index < lines.count, let line = lines[index] { result.append(line) }
        }
        return result.joined(separator: "\n")
    }

    mutating func replace(
        _ block: Block,
        _ group: Expectation.Group,
        _ observation: Observation,
        _ reach: Case.Reach
    ) {
        let comparison = Comparison(block, observation, group, reach)
        let old = comparison.expectations
        for expectation in old { remove(expectation) }
        let keepsPlaces = old.count == comparison.facts.count
        for (index, fact) in comparison.facts.enumerated() {
            let model = index < old.count ? old[index] : nil
            place(fact, in: block, observation, like: model, keepsPlace: keepsPlaces)
        }
    }

    private mutating func remove(_ expectation: Expectation) {
        guard let line = lines[expectation.line] else { return }
        lines[expectation.line] = expectation.isTrailing ? CaseLine(line).code : nil
    }

    private mutating func place(
        _ fact: Observation.Fact,
        in block: Block,
        _ observation: Observation,
        like model: Expectation?,
        keepsPlace: Bool
    ) {
        let position = observation.described(fact, like: model?.report?.position)
        var target = keepsPlace ? model.map { ($0.line, $0.isTrailing) } : nil
        if let diagnostic = fact.diagnostic {
            let actual = observation.position(of: diagnostic, like: model?.report?.position)
            if case .line(let line) = actual, line <= block.lines.count {
                let index = block.lines[line - 1]
                if let text = lines[index], CaseLine(text).directive == nil {
                    let message = Report(code: diagnostic.code, message: diagnostic.message, position: actual)
                    lines[index] = Self.behind(text, "\(fact.kind.rawValue) \(message.writtenBehind)")
                    return
                }
            }
            if case .line = actual, target?.1 == true { target = nil }
        }
        switch target {
        case (let line, true)?: lines[line] = Self.behind(lines[line] ?? "", position)
        case (let line, false)?: added[line, default: []].append("//! \(position)")
        case nil: added[end(of: block), default: []].append("//! \(position)")
        }
    }

    private static func behind(_ code: String, _ directive: String) -> String { "\(code)  //! \(directive)" }

    /// Behind the last line of the block that is not blank.
    private func end(of block: Block) -> Int {
        var end = block.end
        while end > 0, lines[end - 1]?.unicodeScalars.allSatisfy(CaseLine.isSpace) ?? true { end -= 1 }
        return end
    }
}
