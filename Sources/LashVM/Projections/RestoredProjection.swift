internal import Synchronization

/// A way from a projection to a part of it.
enum ProjectionStep: Equatable, Sendable {
    case field(String)
    case element(Int)
    case slice(Int?, Int?)

    /// The step that a projection took; `nil` where it cannot be taken again.
    init?(_ step: UnsafePointer<Tagged>) {
        switch step.pointee.kind {
        case .string, .shortString: self = .field(TextView(step).string)
        case .number:
            guard let index = Int(exactly: step.pointee.number) else { return nil }
            self = .element(index)
        case .list where step.pointee.object.count == 2:
            let bounds = step.pointee.object.elements
            self = .slice(Self.bound(bounds[0]), Self.bound(bounds[1]))
        default: return nil
        }
    }

    private static func bound(_ value: Tagged) -> Int? { value.isNumber ? Int(exactly: value.number) : nil }

    /// What asks for the part.
    var question: ProjectionQuestion {
        switch self {
        case .field(let name): .field(name)
        case .element(let index): .element(index)
        case .slice(let first, let last): .slice(first, last)
        }
    }
}

/// What a snapshot says of a projection.
struct ProjectionForm {
    var kind: ProjectionKind
    var name: String
    /// What the data is found by, and the way from there; `nil` where it cannot be found again.
    var origin: (ref: ProjectionRef, steps: [ProjectionStep])?

    init(_ object: Object) {
        kind = object.descriptor.kind
        name = object.projectionPath
        var steps: [ProjectionStep] = []
        var object = object
        while object.part(.parent).pointee.isObject {
            guard let step = ProjectionStep(object.part(.step)) else { return }
            steps.append(step)
            object = object.part(.parent).pointee.object
        }
        steps.reverse()
        if let restored = object.descriptor as? RestoredProjection {
            origin = restored.origin.map { ($0.ref, $0.steps + steps) }
        } else {
            origin = ProjectionRef(object.part(.ref).pointee).map { ($0, steps) }
        }
    }
}

/// A projection from a snapshot: it answers once its reference has been resolved, and until then says why it cannot.
package final class RestoredProjection: ProjectionOrigin, UnavailableProjection {
    package let kind: ProjectionKind
    private let name: String
    let origin: (ref: ProjectionRef, steps: [ProjectionStep])?
    private let state = Mutex(State())

    private struct State {
        /// What answers, as far on the way as it is known.
        var target: (any ProjectionDescriptor)?
        var steps: ArraySlice<ProjectionStep> = []
        /// Why the reference could not be resolved.
        var reason: String?
    }

    init(kind: ProjectionKind, name: String, origin: (ref: ProjectionRef, steps: [ProjectionStep])?) {
        self.kind = kind
        self.name = name
        self.origin = origin
    }

    /// The reference, until it is resolved.
    package var unresolved: ProjectionRef? { state.withLock { $0.target == nil } ? origin?.ref : nil }

    /// Takes the data of the reference.
    package func resolve(_ root: any ProjectionDescriptor) {
        let steps = origin?.steps ?? []
        state.withLock {
            $0.target = root
            $0.steps = steps[...]
        }
    }

    /// Keeps why there is none.
    package func resolve(failing reason: String) { state.withLock { $0.reason = reason } }

    var isUnavailable: Bool { state.withLock { $0.target == nil } }

    package func origin(of element: Int?) -> String? {
        let target = state.withLock { $0.steps.isEmpty ? $0.target : nil }
        return (target as? any ProjectionOrigin)?.origin(of: element)
    }

    private func missing() -> ProjectionAnswer {
        if let reason = state.withLock({ $0.reason }) { return .failure(reason) }
        if let ref = origin?.ref { return .failure(ref.unavailable) }
        return .failure(
            "projected host descriptor `\(name)` (\(kind.rawValue)) is unavailable after snapshot restore; rerun the "
                + "producing tool to recreate it"
        )
    }

    package func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        while true {
            let (target, step) = state.withLock { ($0.target, $0.steps.first) }
            guard let target else { return missing() }
            guard let step else { return try target.answer(question) }
            let answer = try target.answer(step.question)
            switch answer {
            case .later, .again: return answer
            default: take(answer)
            }
        }
    }

    package func answerLater(_ question: ProjectionQuestion) async throws -> ProjectionAnswer {
        while true {
            let (target, step) = state.withLock { ($0.target, $0.steps.first) }
            guard let target else { return missing() }
            guard let step else { return try await target.answerLater(question) }
            take(try await target.answerLater(step.question))
        }
    }

    package var answersForElements: Bool {
        state.withLock { $0.steps.isEmpty ? $0.target : nil }?.answersForElements ?? false
    }

    package func answersLater(_ questions: [ProjectionQuestion]) async throws -> [ProjectionAnswer] {
        // The first one takes all steps.
        var answers: [ProjectionAnswer] = []
        while let target = state.withLock({ $0.target }), answers.count < questions.count {
            if state.withLock({ $0.steps.isEmpty }) {
                return answers + (try await target.answersLater(Array(questions[answers.count...])))
            }
            do { answers.append(try await answerLater(questions[answers.count])) } catch {
                answers.append(.failure("\(error)"))
            }
        }
        return answers.isEmpty ? [missing()] : answers
    }

    package func answersLater(
        _ questions: [ProjectionQuestion],
        ofElements elements: [any ProjectionDescriptor]
    ) async throws -> [[ProjectionAnswer]] {
        guard let target = state.withLock({ $0.target }) else { return [[missing()]] }
        return try await target.answersLater(questions, ofElements: elements)
    }

    /// Goes on to the part that a step leads to.
    private func take(_ answer: ProjectionAnswer) {
        let part: any ProjectionDescriptor
        if case .projection(let descriptor) = answer { part = descriptor } else { part = FixedProjection(kind, answer) }
        state.withLock {
            $0.target = part
            $0.steps = $0.steps.dropFirst()
        }
    }
}

/// A part that its whole gives as it is.
private final class FixedProjection: ProjectionDescriptor {
    let kind: ProjectionKind
    private let whole: ProjectionAnswer

    init(_ kind: ProjectionKind, _ whole: ProjectionAnswer) {
        self.kind = kind
        self.whole = whole
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        guard question == .materialize else { return .unanswered }
        switch whole {
        case .missing, .unanswered: return .failure("it is not there any more")
        default: return whole
        }
    }
}

extension ProjectionRef {
    /// What is said of a reference whose data is not there.
    package var unavailable: String {
        "projection ref unavailable: kind `\(kind)`, key \((try? key.json()) ?? "null")"
    }
}
