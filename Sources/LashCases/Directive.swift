import Lashlang

/// What is wrong with a directive.
struct DirectiveError: Error {
    var message: String

    init(_ message: String) { self.message = message }

    static func value(_ text: String) throws(DirectiveError) -> Value {
        do {
            return try LiteralReader.value(text)
        } catch {
            throw DirectiveError("\(error.message), at character \(error.offset + 1) of the value")
        }
    }

    static func string(_ text: String) throws(DirectiveError) -> String {
        guard case .string(let string) = try value(text) else { throw DirectiveError("expected text in double quotes") }
        return string
    }

    static func count(_ text: some StringProtocol) throws(DirectiveError) -> Int {
        guard let count = Int(text), count >= 0 else { throw DirectiveError("expected a count, got `\(text)`") }
        return count
    }
}

extension Given {
    mutating func read(_ word: String, _ argument: String, file: String) throws(DirectiveError) {
        switch word {
        case "host": try extend(with: argument, file: file)
        case "bind": bindings.append(try Self.named(argument))
        case "bind-text":
            let (name, value) = try Self.split(argument)
            bindings.append((name, .string(value)))
        case "lazy":
            let (name, value) = try Self.named(argument)
            projections.append((name, .descriptor(ValueProjection(value))))
        case "late":
            let (name, value) = try Self.named(argument)
            projections.append((name, .descriptor(LateProjection(ValueProjection(value)))))
        case "failing":
            let (name, rest) = CaseLine.word(argument)
            let (word, message) = CaseLine.word(rest)
            guard let kind = ProjectionKind(rawValue: word), !message.isEmpty else {
                throw DirectiveError("expected `failing NAME KIND MESSAGE`")
            }
            projections.append((name, .descriptor(FailingProjection(kind, message))))
        case "custom":
            let (name, rest) = CaseLine.word(argument)
            let (word, answers) = CaseLine.word(rest)
            guard let kind = ProjectionKind(rawValue: word),
                case .record(let record) = try DirectiveError.value(answers)
            else { throw DirectiveError("expected `custom NAME KIND {QUESTION: ANSWER, …}`") }
            projections.append((name, .script(try ProjectionScript(kind, record))))
        case "file":
            let (name, rest) = CaseLine.word(argument)
            projections.append((name, .file(try FileContents(rest, isInFolder: false))))
        case "folder": try addToFolder(argument)
        case "global": globals.append(try Self.named(argument))
        case "abilities": abilities = try Self.abilities(argument)
        case "labels":
            guard argument == "on" || argument == "off" else { throw DirectiveError("expected `labels on` or `off`") }
            labels = argument == "on"
        case "budget":
            let limits = argument.split(separator: " ")
            guard limits.count == 3 else { throw DirectiveError("expected `budget BYTES LINES DEPTH`") }
            budget = PrintBudget(
                bytes: try DirectiveError.count(limits[0]),
                lines: try DirectiveError.count(limits[1]),
                depth: try DirectiveError.count(limits[2])
            )
        case "fuel": fuel = try DirectiveError.count(argument)
        case "process": process = argument
        case "memory": memory = try DirectiveError.count(argument)
        default: throw DirectiveError("unknown directive `\(word)`")
        }
    }

    /// Adds a file to a folder, which may be new.
    private mutating func addToFolder(_ argument: String) throws(DirectiveError) {
        let (name, rest) = CaseLine.word(argument)
        if name.isEmpty { throw DirectiveError("expected `folder NAME PATH \"TEXT\"`") }
        let files = rest.isEmpty ? [] : [try FileContents(rest, isInFolder: true)]
        if let place = projections.firstIndex(where: { $0.name == name }),
            case .folder(let known) = projections[place].data
        {
            projections[place].data = .folder(known + files)
        } else {
            projections.append((name, .folder(files)))
        }
    }

    /// Adds the host that a record describes, or the JSON file at a path that counts from the folder of the case file.
    private mutating func extend(with argument: String, file: String) throws(DirectiveError) {
        do {
            let description: HostDescription
            if argument.hasPrefix("{") {
                description = try HostDescription(try DirectiveError.value(argument))
            } else {
                let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast().map { $0 + "/" }
                description = try HostDescription(json: try Files.read(folder.joined() + argument))
            }
            try catalog.merge(description.catalog)
            host.addAnswers(of: try MockHost(description))
            abilities = description.abilities.map(Ability.cases) ?? abilities
            globals += description.globals.map { ($0.key, $0.value) }
        } catch let error as DirectiveError {
            throw error
        } catch let error as FileError {
            throw DirectiveError("`\(argument)`: \(error.message)")
        } catch {
            throw DirectiveError("\(error)")
        }
    }

    private static func named(_ argument: String) throws(DirectiveError) -> (name: String, value: Value) {
        let (name, text) = try split(argument)
        return (name, try DirectiveError.value(text))
    }

    private static func split(_ argument: String) throws(DirectiveError) -> (name: String, text: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw DirectiveError("expected `NAME = VALUE`") }
        return (CaseLine.trimmed(parts[0]), CaseLine.trimmed(parts[1]))
    }

    private static func abilities(_ argument: String) throws(DirectiveError) -> Set<Ability> {
        switch argument {
        case "all": return Set(Ability.allCases)
        case "none": return []
        default:
            var abilities: Set<Ability> = []
            for part in argument.split(separator: ",") {
                let word = CaseLine.trimmed(part)
                guard let ability = Ability(rawValue: word) else { throw DirectiveError("unknown ability `\(word)`") }
                abilities.insert(ability)
            }
            return abilities
        }
    }
}

extension Expectation {
    init(_ kind: Kind, _ argument: String, line: Int, isTrailing: Bool) throws(DirectiveError) {
        self.init(kind: kind, argument: argument, line: line, isTrailing: isTrailing)
        switch kind {
        case .done, .ok, .noWarnings, .asksNothing, .observesNothing, .readsNothing:
            if !argument.isEmpty { throw DirectiveError("`\(kind.rawValue)` takes nothing") }
        case .finish, .fail, .print:
            self.argument = LiteralWriter.text(try DirectiveError.value(argument))
        case .hint:
            let isQuoted = argument.hasPrefix("\"")
            self.argument = Report.written(isQuoted ? try DirectiveError.string(argument) : argument)
        case .printText, .text, .json:
            self.argument = LiteralWriter.quoted(try DirectiveError.string(argument))
        case .asks, .observes, .reads: break
        case .refused: if argument.isEmpty { throw DirectiveError("expected `refused MESSAGE`") }
        case .state:
            guard case .record(let record) = try DirectiveError.value(argument) else {
                throw DirectiveError("expected a record of variables")
            }
            self.argument = LiteralWriter.state(record)
        case .ast, .declarations:
            self.argument = LiteralWriter.json(LiteralWriter.sorted(try DirectiveError.value(argument)))
        case .error, .firstError, .warning:
            report = try Report(argument, line: isTrailing ? line : nil, isWarning: kind == .warning)
        }
    }
}

extension Report {
    /// Reads `CODE [at POSITION] MESSAGE`; a trailing directive may leave the position to its line.
    init(_ argument: String, line: Int?, isWarning: Bool) throws(DirectiveError) {
        var (code, rest) = CaseLine.word(argument)
        let digits = code.unicodeScalars.dropFirst()
        guard code.hasPrefix(isWarning ? "W" : "E"), digits.count == 4,
            digits.allSatisfy({ ("0"..."9").contains($0) })
        else { throw DirectiveError("expected a code such as \(isWarning ? "W0201" : "E0301")") }
        var place = line.map { Position.line($0) }
        if case ("at", let behind) = CaseLine.word(rest) {
            let (found, message) = try Self.position(behind)
            (place, rest) = (found, message)
        }
        guard let place else { throw DirectiveError("a report on a line of its own says `at` where") }
        if rest.hasPrefix("\"") { rest = try DirectiveError.string(rest) }
        if rest.isEmpty { throw DirectiveError("expected a message") }
        self.init(code: code, message: rest, position: place)
    }

    private static func position(_ text: String) throws(DirectiveError) -> (Position, rest: String) {
        let (word, rest) = CaseLine.word(text)
        switch word {
        case "nowhere": return (.nowhere, rest)
        case "line":
            let (line, behind) = CaseLine.word(rest)
            return (.line(try DirectiveError.count(line)), behind)
        default:
            let ends = word.split(separator: ".", omittingEmptySubsequences: false)
            if ends.count == 1 { return (.start(try DirectiveError.count(word)), rest) }
            guard ends.count == 3, ends[1].isEmpty else {
                throw DirectiveError("expected `at 4..9`, `at 4`, `at line 2` or `at nowhere`")
            }
            return (.span(try DirectiveError.count(ends[0]), try DirectiveError.count(ends[2])), rest)
        }
    }

    /// The message as a directive writes it.
    static func written(_ message: String) -> String {
        let isPlain =
            !message.hasPrefix("\"") && !message.hasPrefix("at ") && CaseLine.trimmed(message[...]) == message
            && message.unicodeScalars.allSatisfy(LiteralWriter.isVisible) && !message.contains("//!")
        return isPlain ? message : LiteralWriter.quoted(message)
    }
}
