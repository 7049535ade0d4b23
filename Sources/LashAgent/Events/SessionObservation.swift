/// Something that happens in a session, for whoever watches it as a whole.
public enum ObservedEvent: Equatable, Sendable {
    /// Something in a turn.
    case activity(TurnActivity)
    /// The session was kept.
    case committed(revision: Int)
    /// It goes on in another frame.
    case frameSwitched(AgentFrame)
    /// What waits to be said is this now.
    case queueChanged([QueuedInput])
}

/// A session as it is at one moment.
public struct SessionView: Equatable, Sendable {
    /// The session.
    public var session: String
    /// How often it was kept.
    public var revision: Int
    /// The current frame.
    public var frame: AgentFrame
    /// The records of the frame, oldest first.
    public var history: [HistoryEntry]
    /// What waits to be said.
    public var queue: [QueuedInput]
    /// The turn that is under way or stands still; `nil` between turns.
    public var openTurn: String?
    /// How many turns there were.
    public var turnCount: Int
}

/// What a subscription brings.
public enum SessionUpdate: Equatable, Sendable {
    /// Something happened. The cursor is the place after it.
    case event(ObservedEvent, SessionCursor)
    /// Something happened that is not kept any more: this is how the session is now, and the cursor is from where it goes on.
    case gap(SessionView, SessionCursor)
}

extension AgentSession {
    /// The session as it is now, and from where to go on with `subscribe`. What happens is kept from the first call on, as much
    /// as ``AgentConfiguration/observation`` says.
    ///
    /// What happens while the view is made may be in it and be told of once more.
    public func observe() -> (view: SessionView, cursor: SessionCursor) {
        let position = journal.begin()
        let view = SessionView(
            session: id,
            revision: head.revision,
            frame: frame,
            history: entries,
            queue: shared.queue,
            openTurn: head.turn?.progress.turn,
            turnCount: head.turnCount
        )
        return (view, SessionCursor(session: id, revision: head.revision, position: position))
    }

    /// What happened since a cursor, and what happens from now on, without an end: it ends with the task that reads it. Who
    /// reads too slowly, comes back too late, or with the cursor of another process, gets a gap.
    ///
    /// Throws for a text that is no cursor, and for a cursor of another session.
    public nonisolated func subscribe(from cursor: SessionCursor) throws(SessionCursorError) -> SessionUpdates {
        let place = try cursor.place(in: id)
        return SessionUpdates(session: self, position: place.position, revision: place.revision)
    }

    /// Tells those who watch what waits to be said.
    nonisolated func tellQueue() { journal.add { [shared] in .queueChanged(shared.queue) } }
}

/// What happens in a session from a cursor on. Can be read several times; each reading begins at the cursor.
public struct SessionUpdates: AsyncSequence, Sendable {
    /// What comes one after the other.
    public typealias Element = SessionUpdate
    /// Nothing goes wrong.
    public typealias Failure = Never

    let session: AgentSession
    let position: Int
    let revision: Int

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        Iterator(session: session, position: position, revision: revision)
    }

    /// Reads what happens.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let session: AgentSession
        fileprivate var position: Int
        fileprivate var revision: Int

        /// The next one; `nil` where the task was cancelled.
        public mutating func next() async -> SessionUpdate? { await next(isolation: #isolation) }

        /// The next one; `nil` where the task was cancelled.
        public mutating func next(isolation actor: isolated (any Actor)?) async -> SessionUpdate? {
            while !Task.isCancelled {
                switch session.journal.read(after: position) {
                case .event(let event, let position, let revision):
                    self.position = position
                    self.revision = Swift.max(self.revision, revision)
                    let cursor = SessionCursor(session: session.id, revision: self.revision, position: position)
                    return .event(event, cursor)
                case .gap:
                    let (view, cursor) = await session.observe()
                    guard let place = try? cursor.place(in: session.id) else { return nil }
                    (position, revision) = place
                    return .gap(view, cursor)
                case .nothing: await session.journal.wait(after: position)
                }
            }
            return nil
        }
    }
}
