import Lashlang

/// A session under a name, and the states of its variables that `:undo` goes back to.
struct SessionBranch {
    let name: String
    private(set) var session: Session
    private var earlier: [[UInt8]] = []
    private var size = 0

    /// How many states are kept, and of how many bytes together: the newest ones that fit.
    private static let mostStates = 100
    private static let mostBytes = 256_000_000

    init(name: String, session: Session) {
        self.name = name
        self.session = session
    }

    /// Keeps the variables as they are now. Where they cannot be written, nothing before them can be gone back to.
    mutating func remember() {
        guard let state = try? session.snapshot() else {
            earlier = []
            size = 0
            return
        }
        if state == earlier.last { return }
        earlier.append(state)
        size += state.count
        while let oldest = earlier.first, earlier.count > Self.mostStates || size > Self.mostBytes {
            size -= oldest.count
            earlier.removeFirst()
        }
    }

    /// Goes back to the last state that differs; gives whether there is one.
    mutating func goBack() -> Bool {
        let now = try? session.snapshot()
        while let state = earlier.popLast() {
            size -= state.count
            if state == now { continue }
            guard let old = try? Session(snapshot: state) else { continue }
            session = old
            return true
        }
        return false
    }

    /// Takes other variables, in a way that can be undone.
    mutating func replace(_ session: Session) {
        remember()
        self.session = session
    }

    /// A branch that begins with the variables of this one, and can go back as far.
    func fork(_ name: String) throws(SnapshotError) -> SessionBranch {
        var fork = SessionBranch(name: name, session: try Session(snapshot: session.snapshot()))
        fork.earlier = earlier
        fork.size = size
        return fork
    }
}
