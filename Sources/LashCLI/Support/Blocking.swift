import Dispatch
import Synchronization

/// Waits on this thread for asynchronous work.
///
/// The commands run on the process's first thread: it alone gets the signals of the terminal, and a wait for a key has to
/// end with them.
enum Blocking {
    private final class Box<Value: Sendable>: Sendable {
        let result = Mutex<Result<Value, any Error>?>(nil)
        let semaphore = DispatchSemaphore(value: 0)

        func finish(_ result: Result<Value, any Error>) {
            self.result.withLock { $0 = result }
            semaphore.signal()
        }
    }

    /// What the work gives. Must not be called from a task.
    static func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) throws -> Value {
        let box = Box<Value>()
        Task.detached {
            do { box.finish(.success(try await work())) } catch { box.finish(.failure(error)) }
        }
        box.semaphore.wait()
        while true {
            if let result = box.result.withLock({ $0 }) { return try result.get() }
        }
    }
}
