internal import Synchronization

/// Programs that were compiled before, by their text and by what their host offers.
///
/// A host that runs the same programs again and again asks the cache instead of compiling: a program that is there costs
/// a look at its text and at the environment. Those used least recently go first. Any number of threads may ask at once;
/// where two ask for the same new program, both compile it.
public final class ProgramCache: Sendable {
    private struct Key: Hashable {
        var source: SourceText
        var environment: HostEnvironment
    }

    private struct Entry {
        var program: Program
        var lastUse: Int
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        var bytes = 0
        var uses = 0
    }

    private let state = Mutex(State())
    /// The most programs, and the most bytes of their texts, that are kept.
    private let maximumCount: Int
    private let maximumBytes: Int

    /// An empty cache. `maximumBytes` counts the texts; a program takes some ten times as much.
    public init(maximumCount: Int = 256, maximumBytes: Int = 4 << 20) {
        self.maximumCount = max(0, maximumCount)
        self.maximumBytes = max(0, maximumBytes)
    }

    /// How many programs are kept.
    public var count: Int { state.withLock { $0.entries.count } }

    /// The program, compiled if it is not there.
    ///
    /// Throws everything that is wrong with it; what cannot be compiled is not kept.
    public func program(
        _ source: SourceText,
        environment: HostEnvironment = HostEnvironment()
    ) throws(Diagnostics) -> Program {
        let key = Key(source: source, environment: environment)
        let known = state.withLock { state -> Program? in
            state.uses += 1
            guard let place = state.entries.index(forKey: key) else { return nil }
            state.entries.values[place].lastUse = state.uses
            return state.entries.values[place].program
        }
        if let known { return known }
        let program = try Program(source, environment: environment)
        state.withLock { keep(program, under: key, in: &$0) }
        return program
    }

    /// The same for a text. `name` is what diagnostics call it.
    public func program(
        _ source: String,
        name: String = "",
        environment: HostEnvironment = HostEnvironment()
    ) throws(Diagnostics) -> Program {
        try program(SourceText(source, name: name), environment: environment)
    }

    /// Forgets all programs.
    public func removeAll() { state.withLock { $0 = State() } }

    private func keep(_ program: Program, under key: Key, in state: inout State) {
        guard maximumCount > 0, key.source.bytes.count <= maximumBytes, state.entries[key] == nil else { return }
        while state.entries.count >= maximumCount || state.bytes + key.source.bytes.count > maximumBytes {
            guard let oldest = state.entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key else { break }
            state.entries[oldest] = nil
            state.bytes -= oldest.source.bytes.count
        }
        state.entries[key] = Entry(program: program, lastUse: state.uses)
        state.bytes += key.source.bytes.count
    }
}
