import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// Case files, and the cases of them that are to be run.
public struct Suite: Sendable {
    /// The files in the order of the paths given.
    public private(set) var files: [CaseFile] = []
    /// The cases that are to be run.
    public private(set) var cases: [Case] = []

    /// Reads files, and folders with all `.lash` files below them.
    public init(paths: [String]) throws {
        var errors: [CaseFileErrors.Entry] = []
        for path in paths {
            for file in try Self.files(at: path) {
                do throws(CaseFileErrors) {
                    let text = String(decoding: try Self.read(file), as: UTF8.self)
                    files.append(try CaseFile(text: text, path: file))
                } catch {
                    errors += error.all
                }
            }
        }
        if !errors.isEmpty { throw CaseFileErrors(all: errors) }
        cases = files.flatMap(\.cases)
    }

    /// The path itself, or, of a folder, the paths of all `.lash` files below it, sorted.
    public static func files(at path: String) throws -> [String] {
        Files.isFolder(path) ? try Files.below(path, suffix: ".lash") : [path]
    }

    /// Cases from files that are read already.
    public init(files: [CaseFile]) {
        self.files = files
        cases = files.flatMap(\.cases)
    }

    private static func read(_ path: String) throws(CaseFileErrors) -> [UInt8] {
        do {
            return try Files.read(path)
        } catch {
            throw CaseFileErrors(all: [.init(path: path, line: 0, message: error.message)])
        }
    }

    /// Keeps the cases whose `path:line name id` contains the pattern, as it is or as a regular expression.
    public mutating func filter(_ pattern: String) {
        let expression = try? Regex(pattern)
        cases = cases.filter { example in
            if example.title.contains(pattern) { return true }
            guard let expression else { return false }
            return (try? expression.firstMatch(in: example.title)) != nil
        }
    }

    /// Runs the cases on `jobs` threads; the results are in the order of the cases.
    ///
    /// `onResult` is called for each case as it ends, never twice at once.
    public func run(jobs: Int = 1, onResult: @escaping @Sendable (CaseResult) -> Void = { _ in }) -> [CaseResult] {
        let queue = Queue(cases: cases, onResult: onResult)
        let threads = (1..<max(1, min(jobs, cases.count))).compactMap { _ in Thread(queue) }
        queue.work()
        for thread in threads { thread.join() }
        return queue.results
    }
}

/// The cases that wait for a thread, and the results so far.
private final class Queue: Sendable {
    private let cases: [Case]
    private let next = Atomic<Int>(0)
    private let done: Mutex<[CaseResult?]>
    private let onResult: @Sendable (CaseResult) -> Void

    init(cases: [Case], onResult: @escaping @Sendable (CaseResult) -> Void) {
        self.cases = cases
        self.onResult = onResult
        done = Mutex(Array(repeating: nil, count: cases.count))
    }

    func work() {
        while true {
            let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
            if index >= cases.count { return }
            let result = cases[index].run()
            done.withLock { done in
                done[index] = result
                onResult(result)
            }
        }
    }

    var results: [CaseResult] { done.withLock { $0.compactMap { $0 } } }
}

/// A thread that works on a queue until it is empty.
private struct Thread {
    private let handle: pthread_t

    init?(_ queue: Queue) {
        #if canImport(Darwin)
        var created: pthread_t?
        #else
        var created = pthread_t()
        #endif
        let argument = Unmanaged.passRetained(queue)
        let code = pthread_create(&created, nil, runQueue, argument.toOpaque())
        #if canImport(Darwin)
        guard code == 0, let created else {
            argument.release()
            return nil
        }
        #else
        guard code == 0 else {
            argument.release()
            return nil
        }
        #endif
        handle = created
    }

    func join() { pthread_join(handle, nil) }
}

#if canImport(Darwin)
private func runQueue(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
    Unmanaged<Queue>.fromOpaque(argument).takeRetainedValue().work()
    return nil
}
#else
private func runQueue(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let argument { Unmanaged<Queue>.fromOpaque(argument).takeRetainedValue().work() }
    return nil
}
#endif
