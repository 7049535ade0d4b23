import Foundation
import Lashlang
import Testing

/// A number that lies elsewhere.
private final class Answer: ProjectionDescriptor {
    let kind = ProjectionKind.number
    func answer(_ question: ProjectionQuestion) throws -> ProjectionAnswer {
        question == .materialize ? .number(42) : .unanswered
    }
}

@Suite struct ProjectionRegistryTests {
    @Test func givesReferencesThatItResolves() async throws {
        let registry = ProjectionRegistry()
        let descriptor = Answer()
        let ref = registry.registerMemory(descriptor)
        #expect(ref.kind == "memory")
        #expect(try await registry.resolve(ref) === descriptor)
        #expect(registry.registerMemory(descriptor) != ref)
    }

    @Test func keysAreRandomIdentifiers() throws {
        let ref = ProjectionRegistry().registerMemory(Answer())
        guard case .string(let key) = ref.key else {
            Issue.record("the key is no text")
            return
        }
        #expect(UUID(uuidString: key) != nil)
        #expect(key[key.index(key.startIndex, offsetBy: 14)] == "4")
    }

    @Test func unknownReferencesAreUnavailable() async {
        let registry = ProjectionRegistry()
        let forgotten = registry.registerMemory(Answer())
        registry.remove(forgotten)
        let refs = [
            ProjectionRef(kind: "file", key: ["path": "a.txt"]), ProjectionRef(kind: "memory", key: "gone"), forgotten,
        ]
        for ref in refs {
            await #expect(throws: ProjectionError.unavailable(ref)) { _ = try await registry.resolve(ref) }
        }
        #expect(
            ProjectionError.unavailable(refs[0]).message
                == #"projection ref unavailable: kind `file`, key {"path":"a.txt"}"#
        )
        await #expect(throws: ProjectionError(message: "memory projection ref key must be a string")) {
            _ = try await registry.resolve(ProjectionRef(kind: "memory", key: 1))
        }
    }

    @Test func resolversAreChosenByKind() async throws {
        let registry = ProjectionRegistry()
        let ref = registry.registerMemory(Answer())
        let resolvers = ProjectionResolvers(["memory": registry])
        #expect(try await resolvers.resolve(ref).kind == .number)
        let other = ProjectionRef(kind: "file", key: "a")
        await #expect(throws: ProjectionError.unavailable(other)) { _ = try await resolvers.resolve(other) }
    }

    @Test func referencesAreCodable() throws {
        let ref = ProjectionRef(kind: "file", key: ["path": "a/b.jsonl", "part": [1, "x"]])
        let data = try JSONEncoder().encode(ref)
        #expect(try JSONDecoder().decode(ProjectionRef.self, from: data) == ref)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(Set(object.keys) == ["kind", "key"])
    }

    @Test func descriptorsThatKnowTheirDataAnswerLaterTheSame() async throws {
        let descriptor = Answer()
        #expect(descriptor.summary == "number")
        guard case .value(let value) = try await descriptor.answerLater(.materialize) else {
            Issue.record("no value")
            return
        }
        #expect(value == 42)
        #expect(try await descriptor.answersLater([.materialize, .length]).count == 2)
    }
}
