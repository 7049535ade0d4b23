/// What a run asks of projections, and what it got.
///
/// An instruction that needs an answer for which somebody has to wait is given up, as if it had not begun, and done again
/// when the answer is there: it finds it here then. What an attempt was charged is given back.
final class ProjectionReader {
    /// What was read of each projection that has no parent, in the order of the first look.
    private(set) var receipts: [ProjectionReceipt] = []
    private var numbers: [Object: Entry] = [:]
    private var last: Entry?
    /// Reads of the instruction at hand, which may have to be forgotten.
    private var reads: [(number: Int, bytes: Int)] = []
    private var fuelAtStart = 0
    /// What the run waits for.
    private(set) var asked: ProjectionRead?
    /// A projection without a parent and its receipt. Where one lies, another one may lie later.
    private struct Entry {
        var root: Object
        var descriptor: ObjectIdentifier
        var number: Int
    }

    /// The argument of an operation, by its path, in which projections stay what they are.
    var keptArgument: ((String) -> String?)?

    private struct Answer {
        var key: String
        var question: ProjectionQuestion
        var answer: ProjectionAnswer
    }

    /// Answers to what the instruction at hand asked, and to what was not asked yet.
    private var recalled: [Answer] = []
    private var foreseen: [Answer] = []

    /// An instruction begins to look at projections.
    func begin(_ heap: Heap) {
        settle()
        fuelAtStart = heap.usedFuel
    }

    /// The instruction is done.
    func end() {
        if !recalled.isEmpty { recalled.removeAll() }
    }

    /// The instruction has to wait.
    func giveUp(_ heap: Heap) {
        reads.removeAll(keepingCapacity: true)
        heap.refund(to: fuelAtStart)
    }

    /// The receipts, with what was read last.
    var settledReceipts: [ProjectionReceipt] {
        settle()
        return receipts
    }

    /// Notes what was read for good.
    func settle() {
        for (number, bytes) in reads {
            receipts[number].reads += 1
            receipts[number].bytesMaterialized += bytes
            receipts[number].largestMaterialization = max(receipts[number].largestMaterialization, bytes)
        }
        reads.removeAll(keepingCapacity: true)
    }

    /// Begins a receipt for a binding, which may never be looked at.
    func expect(_ name: String, _ summary: String) {
        receipts.append(ProjectionReceipt(name: name, summary: summary))
    }

    /// The projection of a binding, which has a receipt already unless the run was suspended.
    func register(_ root: Object) {
        let name = root.projectionPath
        if let number = receipts.firstIndex(where: { $0.name == name }) {
            numbers[root] = Entry(root: root, descriptor: ObjectIdentifier(root.descriptor), number: number)
        } else {
            _ = number(of: root)
        }
    }

    private func number(of root: Object) -> Int {
        let descriptor = ObjectIdentifier(root.descriptor)
        if let last, last.root == root, last.descriptor == descriptor { return last.number }
        if let entry = numbers[root], entry.descriptor == descriptor {
            last = entry
            return entry.number
        }
        let entry = Entry(root: root, descriptor: descriptor, number: receipts.count)
        receipts.append(ProjectionReceipt(name: root.projectionPath, summary: root.descriptor.summary))
        numbers[root] = entry
        last = entry
        return entry.number
    }

    /// A question was answered.
    func noteRead(of object: Object) { reads.append((number(of: object.projectionRoot), 0)) }

    /// What was answered last takes so many bytes.
    func note(bytes: Int) {
        if !reads.isEmpty { reads[reads.count - 1].bytes += bytes }
    }

    // MARK: Waiting

    /// The answer that came for a question; throws where the run has to wait for it.
    func recall(_ object: Object, _ question: ProjectionQuestion) throws(Failure) -> ProjectionAnswer {
        // Two projections may have one name.
        let root = "\(number(of: object.projectionRoot))"
        let key = root + object.projectionKey
        func isAsked(_ known: Answer) -> Bool { known.key == key && known.question == question }
        if let known = recalled.first(where: isAsked) { return known.answer }
        if let position = foreseen.firstIndex(where: isAsked) {
            recalled.append(foreseen.remove(at: position))
            return recalled[recalled.count - 1].answer
        }
        asked = ProjectionRead(
            path: object.projectionPath,
            key: key,
            questions: [question],
            descriptor: object.descriptor,
            others: elements(behind: object, root)
        )
        throw .question
    }

    /// Adds what the program is going to ask of the same projection.
    func foresee(_ questions: [ProjectionQuestion]) {
        for question in questions where asked?.questions.contains(question) == false {
            asked?.questions.append(question)
        }
    }

    /// Takes the answers to what was asked: the first one is needed, the others may be.
    func take(_ answers: [ProjectionAnswer]) {
        guard let asked, let first = answers.first else { return }
        recalled.append(Answer(key: asked.key, question: asked.question, answer: first))
        let keys = [asked.key] + (asked.others?.elements.map(\.key) ?? [])
        let all = keys.lazy.flatMap { key in asked.questions.lazy.map { (key, $0) } }
        foreseen += zip(all, answers).dropFirst().map { Answer(key: $0.0, question: $0.1, answer: $1) }
        if foreseen.count > Self.mostForeseen { foreseen.removeFirst(foreseen.count - Self.mostForeseen) }
        self.asked = nil
    }

    // MARK: Loops

    /// Elements that a loop is going through, of a sequence that answers for many together.
    private struct Chunk {
        var list: any ProjectionDescriptor
        var first: Int
        var elements: [ProjectionAnswer]
    }

    /// Those of the loops that were entered or went on last.
    private var chunks: [Chunk] = []

    private static let mostChunks = 4
    /// How many elements are asked together.
    private static let mostTogether = 128
    /// How many answers are kept that nobody has needed yet.
    private static let mostForeseen = 1024

    /// A loop has got elements, the first of which has this index.
    func note(_ elements: ProjectionElements, from first: Int, of list: any ProjectionDescriptor) {
        guard list.answersForElements, !elements.items.isEmpty else { return }
        chunks.removeAll { $0.list === list && $0.first < first }
        if chunks.count == Self.mostChunks { chunks.removeFirst() }
        chunks.append(Chunk(list: list, first: first + elements.texts.ends.count, elements: elements.items))
    }

    /// The elements behind one that a loop is at, of which the program is going to ask the same.
    private func elements(behind object: Object, _ root: String) -> ProjectionRead.Others? {
        guard !chunks.isEmpty, object.part(.parent).pointee.isProjection, object.part(.step).pointee.isNumber else {
            return nil
        }
        let parent = object.part(.parent).pointee.object
        guard let index = Int(exactly: object.part(.step).pointee.number) else { return nil }
        guard
            let chunk = chunks.last(where: {
                $0.list === parent.descriptor && $0.first <= index && index - $0.first < $0.elements.count
            }),
            case .projection(let own) = chunk.elements[index - chunk.first], own === object.descriptor
        else { return nil }
        let place = root + parent.projectionKey
        var others = ProjectionRead.Others(list: chunk.list)
        for position in (index - chunk.first + 1)..<chunk.elements.count {
            if others.elements.count == Self.mostTogether - 1 { break }
            guard case .projection(let element) = chunk.elements[position] else { continue }
            let step = Tagged(Double(chunk.first + position))
            others.elements.append((place + Object.projectionKey(of: step), element))
        }
        return others.elements.isEmpty ? nil : others
    }
}

/// Questions about a projection that somebody has to wait for.
public struct ProjectionRead: Equatable, Sendable {
    /// What is read, as programs write it: `docs[3].name`.
    public let path: String
    let key: String
    /// The question that the run waits for, and others behind it that the program is about to ask: they may be answered
    /// at the same time, or not at all.
    public internal(set) var questions: [ProjectionQuestion]
    /// Who answers.
    public let descriptor: any ProjectionDescriptor
    /// Elements of the same list of which a loop is about to ask the same.
    let others: Others?

    struct Others: Sendable {
        let list: any ProjectionDescriptor
        var elements: [(key: String, descriptor: any ProjectionDescriptor)] = []
    }

    /// The question that the run waits for.
    public var question: ProjectionQuestion { questions[0] }

    /// Whether both ask the same data the same.
    public static func == (left: ProjectionRead, right: ProjectionRead) -> Bool {
        left.descriptor === right.descriptor && left.key == right.key && left.questions == right.questions
            && left.others?.elements.map(\.key) == right.others?.elements.map(\.key)
    }

    /// The answers, after waiting for them; an error is an answer too. Behind those to the questions, there may be answers
    /// to the same questions about other data that the program is about to read.
    public func answers() async -> [ProjectionAnswer] {
        do {
            if let others {
                let elements = [descriptor] + others.elements.map(\.descriptor)
                let rows = try await others.list.answersLater(questions, ofElements: elements)
                // What belongs to which element is clear as long as none is missing.
                return Array(rows.prefix { $0.count == questions.count }.joined())
                    .orFailure("its answers are not as many as the questions")
            }
            if questions.count == 1 { return [try await descriptor.answerLater(question)] }
            return try await descriptor.answersLater(questions)
        } catch {
            return [.failure("\(error)")]
        }
    }
}

extension [ProjectionAnswer] {
    fileprivate func orFailure(_ reason: String) -> [ProjectionAnswer] { isEmpty ? [.failure(reason)] : self }
}

/// What a run read of a projection.
public struct ProjectionReceipt: Hashable, Sendable {
    /// The name of the binding, or of what a host handed over.
    public var name: String
    /// What its descriptor says it is.
    public var summary: String
    /// How often it, or a part of it, was asked something.
    public var reads = 0
    /// Bytes of all values that came from it into the memory of the program.
    public var bytesMaterialized = 0
    /// The most bytes that one answer took.
    public var largestMaterialization = 0
    /// Whether the program looked at it at all.
    public var wasTouched: Bool { reads > 0 }

    /// A receipt.
    public init(
        name: String,
        summary: String,
        reads: Int = 0,
        bytesMaterialized: Int = 0,
        largestMaterialization: Int = 0
    ) {
        self.name = name
        self.summary = summary
        self.reads = reads
        self.bytesMaterialized = bytesMaterialized
        self.largestMaterialization = largestMaterialization
    }
}

extension Heap {
    /// What the run at hand asks of projections.
    var projectionReader: ProjectionReader {
        if let reader = storage.pointee.reader { return reader }
        let reader = ProjectionReader()
        storage.pointee.reader = reader
        return reader
    }

    /// Does something that may look at projections, and can be done again from the beginning.
    func reading<Result>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
        let reader = projectionReader
        reader.begin(self)
        do {
            let result = try body()
            reader.end()
            return result
        } catch {
            if error.isQuestion { reader.giveUp(self) } else { reader.end() }
            throw error
        }
    }

    /// The answer to a question: never `later`, `again` or a failure.
    func ask(_ object: Object, _ question: ProjectionQuestion) throws(Failure) -> ProjectionAnswer {
        try pay(4)
        let descriptor = object.descriptor
        while true {
            var answer: ProjectionAnswer
            do { answer = try descriptor.answer(question) } catch { throw Self.failure(of: object, "\(error)") }
            if case .again = answer {
                try look()
                continue
            }
            if case .later = answer { answer = try projectionReader.recall(object, question) }
            if case .large(let bytes, let make) = answer {
                try require(bytes)
                do { answer = try make() } catch { throw Self.failure(of: object, "\(error)") }
            }
            switch answer {
            case .later, .again, .large: throw Self.failure(of: object, "it has no answer")
            case .failure(let reason): throw Self.failure(of: object, reason)
            default:
                projectionReader.noteRead(of: object)
                return answer
            }
        }
    }

    static func failure(of object: Object, _ reason: String) -> Failure {
        let unavailable = object.descriptor as? any UnavailableProjection
        if unavailable?.isUnavailable == true { return .projectionUnavailable(reason) }
        return .projectionFailed(object.projectionPath, reason)
    }

    /// An answer as a value; owned. `step` is owned and says which part of the projection it is.
    func value(
        of answer: ProjectionAnswer,
        from object: Object,
        step: @autoclosure () -> Tagged
    ) throws(Failure) -> Tagged {
        switch answer {
        case .projection(let descriptor):
            return makeProjection(descriptor, parent: owned(Tagged(.projection, object)), step: step())
        case .missing: return .null
        case .value(let value):
            return try materializing { () throws(Failure) in try make(value) }
        case .json(let bytes):
            return try materializing { () throws(Failure) in
                do throws(Failure) { return try parse(bytes) } catch {
                    guard error.code == .invalidJSON else { throw error }
                    throw failure(of: object, error.message, step: step())
                }
            }
        case .failure(let reason): throw Self.failure(of: object, reason)
        case .elements(let elements):
            // The values of a record have no steps of their own.
            let isRecord = object.descriptor.kind == .record
            return try makeChunk(elements, of: object) { isRecord ? .null : Tagged(Double($0)) }
        case .fields(let fields): return try makeRecord(fields, of: object)
        case .unanswered, .later, .again, .large: throw Self.failure(of: object, "its answer is no value")
        }
    }

    /// Elements as a list; owned.
    func makeChunk(
        _ elements: ProjectionElements,
        of object: Object,
        step: (Int) -> Tagged
    ) throws(Failure) -> Tagged {
        try requireElements(elements.count)
        let chunk = makeSequence(.list, capacity: elements.count)
        do {
            if !elements.texts.ends.isEmpty { try appendTexts(of: elements, to: chunk, from: object, step: step) }
            let first = chunk.count
            for (i, item) in elements.items.enumerated() {
                appendWithinCapacity(try value(of: item, from: object, step: step(first + i)), to: chunk)
            }
        } catch {
            release(chunk)
            throw error
        }
        return Tagged(.list, chunk)
    }

    /// Reads JSON texts into a list that has room for them.
    private func appendTexts(
        of elements: ProjectionElements,
        to chunk: Object,
        from object: Object,
        step: (Int) -> Tagged
    ) throws(Failure) {
        let (bytes, ends) = elements.texts
        _ = try materializing { () throws(Failure) in
            var failure: Failure?
            bytes.withUnsafeBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                do throws(Failure) {
                    let valid = validUTF8Prefix(start, buffer.count)
                    if valid < buffer.count {
                        let broken = ends.firstIndex { $0 > valid } ?? 0
                        throw self.failure(of: object, "it is not UTF-8", step: step(broken))
                    }
                    // What it allocates is given back by reading.
                    var reader = JSONReader(heap: self, bytes: start, count: 0)
                    try reader.read(textsEndingAt: ends) { value in appendWithinCapacity(value, to: chunk) }
                } catch {
                    failure = error
                }
            }
            guard let failure else { return .null }
            guard failure.code == .invalidJSON else { throw failure }
            throw self.failure(of: object, failure.message, step: step(chunk.count))
        }
    }

    private func makeRecord(
        _ fields: [(key: String, answer: ProjectionAnswer)],
        of object: Object
    ) throws(Failure) -> Tagged {
        try requireElements(fields.count * 2)
        var made = Tagged(.record, makeRecord(capacity: fields.count))
        do {
            for (key, answer) in fields {
                let field = try value(of: answer, from: object, step: makeString(key))
                var text = key
                let name = text.withUTF8 { makeKey($0) }
                defer { release(name) }
                let place = find(name, in: made.object)
                if place >= 0 {
                    store(field, into: made.object.fields + place)
                } else {
                    appendField(name, field, to: &made)
                }
            }
        } catch {
            release(made)
            throw error
        }
        return made
    }

    private func parse(_ bytes: [UInt8]) throws(Failure) -> Tagged {
        var result: Result<Tagged, Failure> = .success(.null)
        bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else {
                result = .failure(.invalidJSON("it is empty"))
                return
            }
            let text = TextView(start: start, count: buffer.count, isASCII: asciiOnly(start, buffer.count))
            do throws(Failure) {
                if !text.isASCII && validUTF8Prefix(start, buffer.count) < buffer.count {
                    throw .invalidJSON("it is not UTF-8")
                }
                result = .success(try parseJSON(text))
            } catch { result = .failure(error) }
        }
        return try result.get()
    }

    /// Notes and charges what a value takes that comes from outside: the same however it was made.
    private func materializing(_ body: () throws(Failure) -> Tagged) throws(Failure) -> Tagged {
        let (live, fuel) = (liveBytes, usedFuel)
        let value = try body()
        refund(to: fuel)
        let bytes = max(0, liveBytes - live) + 16
        projectionReader.note(bytes: bytes)
        do { try pay(bytes: bytes) } catch {
            release(value)
            throw error
        }
        return value
    }

    // MARK: Fuel

    /// What the run was charged so far.
    var usedFuel: Int {
        (storage.pointee.meter?.pointee.statistics.fuel ?? 0) &+ storage.pointee.grantedFuel &- storage.pointee.fuel
    }

    /// Gives back what was charged since.
    func refund(to used: Int) { storage.pointee.fuel &+= usedFuel &- used }
}

/// A descriptor that stands for data which may not be there.
protocol UnavailableProjection: ProjectionDescriptor {
    /// Whether it is not there now.
    var isUnavailable: Bool { get }
}
