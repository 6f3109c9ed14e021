#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A conversation that is saved after every turn, and restored when the program starts again.
///
/// Wrap the agent loop in ``turn(_:sender:perform:)-(Message,_,_)``. The user's message is saved before the loop runs,
/// and the whole turn before `turn` returns.
///
/// ```swift
/// let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: "chat.json"))
/// let answer = try await conversation.turn("Plan a trip to Tokyo") { turn in
///     let reply = try await model.respond(to: turn.messages)
///     try await turn.append(.assistant(reply))
///     return reply
/// }
/// ```
///
/// ## Saving
///
/// Every change is made in memory first and saved as a whole snapshot, in the order of the changes. A save that fails
/// is thrown by the method that made the change; the change stays in memory, and the next save writes all that is
/// missing. A save that has begun is finished even if the task that asked for it is cancelled.
///
/// ## One turn at a time
///
/// A turn that is begun while another one runs is refused. Everything else may be done at any time and from any task.
/// If two conversations are restored from one store, the one that is saved first goes on, and the other's next save
/// throws a conflict.
public final class Conversation<Message: HistoryMessage>: Sendable {
    struct State {
        var snapshot: ConversationSnapshot<Message>
        /// The turn whose loop is running, or that is being saved.
        var activeTurn: TurnID?
        /// The entry of the running turn's message that is being streamed.
        var draft: EntryID?
        /// The save that was asked for last; the next one waits for it.
        var lastSave: Task<Void, any Error>?
        var lastSaveBegan: ContinuousClock.Instant?
        /// How many saves have been asked for and have not ended.
        var pendingSaveCount = 0
        var observers: [Int: AsyncStream<ConversationSnapshot<Message>>.Continuation] = [:]
        var observerCount = 0
        var changeCount = 0

        /// Dates the snapshot after a change, and tells who watches it.
        mutating func finishChange() {
            changeCount += 1
            snapshot.updated = .now.storable
            for observer in observers.values { observer.yield(snapshot) }
        }
    }

    /// When the conversation is saved, and what becomes of a turn that does not complete.
    public let policy: ConversationPolicy

    /// How much of the history goes to the model.
    public let contextPolicy: ContextPolicy<Message>

    let store: any HistoryStore<Message>
    let state: Lock<State>

    /// Loads what a store holds, or begins a new conversation if it was never written.
    ///
    /// Nothing is written yet. A turn during which the program ended is marked as interrupted.
    ///
    /// - Parameters:
    ///   - store: Where the conversation lives.
    ///   - policy: When it is saved, and what becomes of a turn that does not complete.
    ///   - context: How much of the history goes to the model.
    /// - Throws: The store's failure. Then nothing has been written, and the stored history is as it was.
    public init(
        restoring store: some HistoryStore<Message>,
        policy: ConversationPolicy = ConversationPolicy(),
        context: ContextPolicy<Message> = .everything
    ) async throws {
        var snapshot: ConversationSnapshot<Message>
        if let stored = try await store.load() {
            snapshot = stored
            snapshot.endInterruptedTurn()
        } else {
            snapshot = ConversationSnapshot(created: .now.storable)
            // Another conversation may be saved in this store before this one is.
            snapshot.descent = SnapshotDescent(isNew: true)
        }
        if snapshot.id == nil { snapshot.id = .unique() }
        self.store = store
        self.policy = policy
        contextPolicy = context
        state = Lock(State(snapshot: snapshot))
    }

    /// Begins a conversation with a snapshot, which is saved at once.
    ///
    /// A turn that is under way in it is marked as interrupted: it is not carried on.
    ///
    /// - Throws: ``ConversationError`` with the code `storeInUse` if the store holds a history already; the store's
    ///   failure.
    public init(
        _ snapshot: ConversationSnapshot<Message>,
        savingTo store: some HistoryStore<Message>,
        policy: ConversationPolicy = ConversationPolicy(),
        context: ContextPolicy<Message> = .everything
    ) async throws {
        guard try await store.load() == nil else { throw ConversationError.storeInUse }
        var snapshot = snapshot
        // Between the load and the first save, another conversation may be saved in this store.
        snapshot.descent = SnapshotDescent(isNew: true)
        snapshot.endInterruptedTurn()
        if snapshot.id == nil { snapshot.id = .unique() }
        self.store = store
        self.policy = policy
        contextPolicy = context
        state = Lock(State(snapshot: snapshot))
        try await save()
    }

    // MARK: - Reading

    /// The conversation as it is now.
    public var snapshot: ConversationSnapshot<Message> { state.withLock { $0.snapshot } }

    /// The messages, oldest first.
    public var messages: MessageList<Message> { snapshot.messages }

    /// The conversation's id.
    public var id: ConversationID {
        // Every way to begin a conversation gives it one; it cannot be taken away.
        snapshot.id ?? ""
    }

    /// The title to show.
    public var title: String? { snapshot.title }

    /// What of the history a model would be given now.
    public var context: ModelContext<Message> { snapshot.context(contextPolicy) }

    /// Whether a turn is running.
    public var isInTurn: Bool { state.withLock { $0.activeTurn != nil } }

    /// The conversation as it is now, and then whenever it changes; for a user interface.
    ///
    /// Each access gives a sequence of its own. Who is slower than the changes gets the newest only.
    public var updates: some AsyncSequence<ConversationSnapshot<Message>, Never> & Sendable {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ConversationSnapshot<Message>.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let number = state.withLock { state in
            state.observerCount += 1
            state.observers[state.observerCount] = continuation
            continuation.yield(state.snapshot)
            return state.observerCount
        }
        continuation.onTermination = { [weak self] _ in
            self?.state.withLock { _ = $0.observers.removeValue(forKey: number) }
        }
        return stream
    }

    deinit {
        for continuation in state.withLock({ $0.observers.values }) { continuation.finish() }
    }

    // MARK: - Saving

    /// Saves the conversation as it is now, if it differs from what is stored.
    ///
    /// There is no need to call this, but after a save has failed.
    ///
    /// - Throws: The store's failure.
    public func save() async throws { try await beginSave().value }

    /// Begins a save behind those that were asked for before; it is not cancelled with the task that asks.
    @discardableResult
    func beginSave() -> Task<Void, any Error> {
        state.withLock { state in
            let previous = state.lastSave
            let save = Task { [self] in
                _ = await previous?.result
                defer { self.state.withLock { $0.pendingSaveCount -= 1 } }
                try await store.save(snapshot)
            }
            state.pendingSaveCount += 1
            state.lastSave = save
            state.lastSaveBegan = .now
            return save
        }
    }

    /// Changes the conversation in memory, and tells who watches it.
    @discardableResult
    func change<Value, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        try state.withLock { (state) throws(Failure) -> Value in
            let value = try body(&state)
            state.finishChange()
            return value
        }
    }

    /// Changes the snapshot by a closure of the caller's, which is run without the lock, so that it may read the
    /// conversation; it is run again if something else was changed meanwhile.
    func changeSnapshot<Failure: Error>(
        _ body: (inout State) throws(Failure) -> Void
    ) throws(Failure) {
        for _ in 0..<100 {
            var changed = state.withLock { $0 }
            try body(&changed)
            let isDone = state.withLock { state in
                guard state.changeCount == changed.changeCount else { return false }
                state.snapshot = changed.snapshot
                state.finishChange()
                return true
            }
            if isDone { return }
        }
        // Someone changes the conversation all the time; perhaps the closure itself.
        try change(body)
    }
}

extension ConversationSnapshot {
    /// Marks the turn during which the program ended.
    fileprivate mutating func endInterruptedTurn() {
        guard var turn = openTurn else { return }
        turn.outcome = .interrupted
        turn.entries = turn.entries.lowerBound..<Swift.max(turn.entries.lowerBound, entries.count)
        turns.append(turn)
        openTurn = nil
    }
}

extension Date {
    /// This date to the microsecond, so that it is stored in six digits.
    package var storable: Date {
        Date(timeIntervalSinceReferenceDate: (timeIntervalSinceReferenceDate * 1e6).rounded() / 1e6)
    }
}
