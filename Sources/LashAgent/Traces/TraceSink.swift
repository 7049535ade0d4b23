internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Keeps what happens in turns. A sink that fails does not disturb the turn.
public protocol TraceSink: Sendable {
    /// Takes a record; those of one turn come in order, those of several turns mixed. The turn waits for it.
    func append(_ record: TraceRecord) async
}

/// Keeps records in memory.
public final class MemoryTrace: TraceSink {
    private let kept = Mutex<[TraceRecord]>([])

    /// An empty trace.
    public init() {}

    /// All records so far.
    public var records: [TraceRecord] { kept.withLock { $0 } }

    /// Keeps a record.
    public func append(_ record: TraceRecord) async { kept.withLock { $0.append(record) } }
}

/// Appends records to a file, one JSON object a line. Several processes can write into one file.
public final class JSONLinesTrace: TraceSink {
    private struct State {
        var problem: String?
    }

    private let file: Int32
    private let state = Mutex(State())

    /// Opens a file, and makes it where there is none, for its owner alone: requests hold whatever the conversation holds.
    /// Throws where it cannot be written.
    public init(path: String) throws(TraceError) {
        file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        if file < 0 { throw TraceError("cannot write the trace \(path): \(String(cString: strerror(errno)))") }
    }

    deinit { close(file) }

    /// Why a record could not be written, if one could not.
    public var problem: String? { state.withLock { $0.problem } }

    /// Writes a record with one call of the system, so that lines of several writers do not mix.
    public func append(_ record: TraceRecord) async {
        var line = record.line
        state.withLock { state in
            line.withUTF8 { bytes in
                var rest = UnsafeRawBufferPointer(bytes)
                while !rest.isEmpty {
                    let count = write(file, rest.baseAddress, rest.count)
                    if count < 0 && errno == EINTR { continue }
                    if count <= 0 {
                        state.problem = state.problem ?? String(cString: strerror(errno))
                        return
                    }
                    rest = UnsafeRawBufferPointer(rebasing: rest[count...])
                }
            }
        }
    }
}

/// Hands records to several sinks.
public struct TraceTee: TraceSink {
    private let sinks: [any TraceSink]

    /// A sink for all of these.
    public init(_ sinks: [any TraceSink]) { self.sinks = sinks }

    /// Hands a record on.
    public func append(_ record: TraceRecord) async {
        for sink in sinks { await sink.append(record) }
    }
}
