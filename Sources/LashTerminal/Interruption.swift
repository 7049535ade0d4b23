internal import Synchronization

#if canImport(Darwin)
internal import Darwin
#elseif canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

private let isRaised = Atomic<Bool>(false)

/// Ctrl-C as a flag that a run looks at, so that it ends in order and keeps its variables.
package enum Interruption {
    /// Catches Ctrl-C from now on.
    ///
    /// - Parameter once: whether a second Ctrl-C ends the process at once, for the case that the first had no effect.
    package static func catchSignal(once: Bool) {
        // A global is made at its first use, which must not be inside the handler.
        isRaised.store(false, ordering: .relaxed)
        var action = sigaction()
        let handler: @convention(c) (Int32) -> Void = { _ in isRaised.store(true, ordering: .relaxed) }
        #if canImport(Darwin)
        action.__sigaction_u.__sa_handler = handler
        #elseif canImport(Glibc)
        action.__sigaction_handler.sa_handler = handler
        #else
        action.__sa_handler.sa_handler = handler
        #endif
        // Without SA_RESTART, so that a read that waits for a key ends too.
        action.sa_flags = once ? Int32(bitPattern: UInt32(SA_RESETHAND)) : 0
        sigaction(SIGINT, &action, nil)
    }

    /// Whether Ctrl-C was pressed.
    package static var isPending: Bool { isRaised.load(ordering: .relaxed) }

    /// Tells whether Ctrl-C was pressed, and forgets it.
    package static func take() -> Bool { isRaised.exchange(false, ordering: .relaxed) }
}
