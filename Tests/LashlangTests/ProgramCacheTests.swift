import Lashlang
import Testing

@testable import LashVM

@Suite struct ProgramCacheTests {
    @Test func theSameTextIsCompiledOnce() throws {
        let cache = ProgramCache()
        for _ in 0..<3 { #expect(try Session().run(cache.program("finish 1 + 1")) == .finished(2)) }
        #expect(cache.count == 1)
        _ = try cache.program("finish 1 + 2")
        #expect(cache.count == 2)
        cache.removeAll()
        #expect(cache.count == 0)
    }

    @Test func anotherSurfaceIsAnotherProgram() throws {
        let cache = ProgramCache()
        #expect(throws: Diagnostics.self) {
            try cache.program("x = 1", environment: HostEnvironment(readOnlyNames: ["x"]))
        }
        #expect(cache.count == 0)
        _ = try cache.program("x = 1")
        #expect(throws: Diagnostics.self) {
            try cache.program("x = 1", environment: HostEnvironment(readOnlyNames: ["x"]))
        }
        _ = try cache.program("x = 1", environment: HostEnvironment(abilities: .all))
        // Diagnostics tell the name.
        _ = try cache.program("x = 1", name: "a.lash")
        #expect(cache.count == 3)
    }

    @Test func whatWasNotUsedForLongestGoesFirst() throws {
        let cache = ProgramCache(maximumCount: 2)
        let first = try cache.program("finish 1")
        _ = try cache.program("finish 2")
        _ = try cache.program("finish 1")
        _ = try cache.program("finish 3")
        #expect(cache.count == 2)
        // Kept programs share their code; those compiled anew have their own.
        #expect(try cache.program("finish 1").compiled.unit === first.compiled.unit)
        #expect(try Program("finish 1").compiled.unit !== first.compiled.unit)
    }

    @Test func theBytesAreBounded() throws {
        let cache = ProgramCache(maximumBytes: 30)
        _ = try cache.program("finish 1  # 20 bytes")
        _ = try cache.program("finish 2  # 20 bytes")
        #expect(cache.count == 1)
        _ = try cache.program("finish 3  # this one has more than thirty bytes")
        #expect(cache.count == 1)
        #expect(ProgramCache(maximumCount: 0).count == 0)
        let none = ProgramCache(maximumCount: 0)
        _ = try none.program("finish 1")
        #expect(none.count == 0)
    }

    @Test func manyThreadsMayAskAtOnce() async throws {
        let cache = ProgramCache(maximumCount: 8)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let program = try cache.program("finish \(number % 16)")
                    return try Session().run(program) == .finished(.number(Double(number % 16)))
                }
            }
            for try await isRight in group { #expect(isRight) }
        }
        #expect(cache.count <= 8)
    }
}
