import Lashlang

/// Data whose answers have to be waited for.
final class LateProjection: ProjectionDescriptor {
    let kind: ProjectionKind
    private let data: any ProjectionDescriptor

    init(_ data: any ProjectionDescriptor) {
        self.data = data
        kind = data.kind
    }

    /// The answer, which is there by now.
    func answerAtLast(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        switch try data.answer(question) {
        case .projection(let part): .projection(LateProjection(part))
        case let answer: answer
        }
    }

    func answerLater(_ question: ProjectionQuestion) async throws -> ProjectionAnswer { try answerAtLast(question) }
}

/// Data that cannot be read.
final class FailingProjection: ProjectionDescriptor {
    let kind: ProjectionKind
    private let message: String

    init(_ kind: ProjectionKind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer { .failure(message) }
}

extension ProjectionRead {
    /// The answer of the suite, which lets nobody wait.
    var answerAtLast: ProjectionAnswer {
        guard let late = descriptor as? LateProjection else { return .failure("nobody answers") }
        do { return try late.answerAtLast(question) } catch { return .failure("\(error)") }
    }
}

extension Value {
    /// The value with plain values in place of projections that can be read.
    var withoutProjections: Value {
        switch self {
        case .projection(let projection):
            if let late = projection.descriptor as? LateProjection,
                case .value(let value)? = try? late.answerAtLast(.materialize)
            {
                return value.withoutProjections
            }
            guard case .value(let value)? = try? projection.descriptor.answer(.materialize) else { return self }
            return value.withoutProjections
        case .list(let items): return .list(items.map(\.withoutProjections))
        case .tuple(let items): return .tuple(items.map(\.withoutProjections))
        case .record(let record):
            var plain = Record(record.map { ($0.key, $0.value.withoutProjections) })
            plain.role = record.role
            return .record(plain)
        default: return self
        }
    }
}
