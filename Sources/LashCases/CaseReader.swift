import Lashlang

/// Splits the lines of a file into cases and reads their directives.
struct CaseReader {
    let path: String
    let lines: [String]
    private var errors: [CaseFileErrors.Entry] = []
    private var current: Case
    private var block = Block()
    private var program: [(line: Int, text: String)] = []
    private var literalSource: String?
    private var hasDirective = false
    private var isNoteOnly = true

    init(path: String, lines: [String]) {
        self.path = path
        self.lines = lines
        current = Case(path: path, line: 1)
    }

    mutating func cases() throws(CaseFileErrors) -> [Case] {
        var cases: [Case] = []
        var start = 0
        for index in 0...lines.count where index == lines.count || lines[index] == "---" {
            if let found = section(start..<index) { cases.append(found) }
            start = index + 1
        }
        if !errors.isEmpty { throw CaseFileErrors(all: errors) }
        return cases
    }

    private mutating func fail(_ line: Int, _ message: String) {
        errors.append(.init(path: path, line: line + 1, message: message))
    }

    /// The case between two separators; `nil` where there are only notes and blank lines.
    private mutating func section(_ range: Range<Int>) -> Case? {
        let before = errors.count
        let first = range.first { !Self.isBlank(lines[$0]) } ?? range.lowerBound
        current = Case(path: path, line: first + 1)
        (block, program, literalSource, hasDirective, isNoteOnly) = (Block(), [], nil, false, true)
        for index in range {
            let line = CaseLine(lines[index])
            if let code = line.code { program.append((index, code)) }
            guard let directive = line.directive else { continue }
            hasDirective = true
            read(directive, line: index, isTrailing: line.code != nil)
        }
        let isEmpty = program.allSatisfy { Self.isBlank($0.text) }
        if isEmpty && (!hasDirective || isNoteOnly) { return nil }
        closeBlock(at: range.upperBound)
        if current.skipped == nil, errors.count == before, current.blocks.allSatisfy(\.expectations.isEmpty) {
            fail(first, "the case expects nothing")
        }
        if current.name.isEmpty {
            let bytes = current.blocks.first?.source.bytes.prefix { $0 != UInt8(ascii: "\n") } ?? []
            current.name = String(String(decoding: bytes, as: UTF8.self).prefix(60))
        }
        return current
    }

    private static func isBlank(_ text: String) -> Bool { text.unicodeScalars.allSatisfy(CaseLine.isSpace) }

    private mutating func closeBlock(at end: Int) {
        while let last = program.last, Self.isBlank(last.text) { program.removeLast() }
        let kept = program.drop { Self.isBlank($0.text) }
        if let literalSource {
            if let extra = kept.first { fail(extra.line, "a block has either lines of program or `source`") }
            block.source = SourceText(literalSource, name: path)
        } else {
            block.source = SourceText(kept.map(\.text).joined(separator: "\n"), name: path)
            block.lines = kept.map(\.line)
        }
        block.end = end
        for (index, expectation) in block.expectations.enumerated() {
            guard case .line(let fileLine) = expectation.report?.position, expectation.isTrailing else { continue }
            let line = block.lines.firstIndex(of: fileLine) ?? 0
            block.expectations[index].report?.position = .line(line + 1)
        }
        current.blocks.append(block)
        (block, program, literalSource) = (Block(), [], nil)
    }

    private mutating func read(_ directive: String, line: Int, isTrailing: Bool) {
        let (word, argument) = CaseLine.word(directive)
        if word != "note" { isNoteOnly = false }
        do throws(DirectiveError) {
            if let kind = Expectation.Kind(rawValue: word) {
                let expectation = try Expectation(kind, argument, line: line, isTrailing: isTrailing)
                block.expectations.append(expectation)
            } else if isTrailing {
                throw DirectiveError("only expectations may follow program text; `\(word)` is none")
            } else {
                try readGiven(word, argument, line: line)
            }
        } catch {
            fail(line, error.message)
        }
    }

    private mutating func readGiven(_ word: String, _ argument: String, line: Int) throws(DirectiveError) {
        switch word {
        case "note": break
        case "name": current.name = argument
        case "id": current.id = argument
        case "decision":
            let ids = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard ids.count == 2 else { throw DirectiveError("expected `decision ID: why`") }
            current.decisions += ids[0].split(separator: ",").map { CaseLine.trimmed($0) }
        case "skip":
            guard !argument.isEmpty else { throw DirectiveError("expected `skip why`") }
            current.skipped = argument
        case "parse-only": current.reach = .parse
        case "link-only": current.reach = .link
        case "block", "restore":
            closeBlock(at: line)
            block.isRestored = word == "restore"
        case "source": literalSource = try DirectiveError.string(argument)
        default: try current.given.read(word, argument, file: path)
        }
    }
}
