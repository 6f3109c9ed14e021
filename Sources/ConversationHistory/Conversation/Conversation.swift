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
/// If two conversations are restored from one store that detects conflicts, as those of this package on disk do, the one
/// that is saved first goes on, and the other's next save throws a conflict.
public final class Conversation<Message: HistoryMessage>: Sendable {
    struct State {
        /// The message of the running turn that is being streamed.
        struct Draft {
            let id: EntryID
            /// How many bytes of its line count.
            var byteCount: Int
            /// How often its message was changed.
            var version = 0
        }

        /// Who watches the conversation.
        struct Observer {
            let continuation: AsyncStream<ConversationSnapshot<Message>>.Continuation
            /// Whether there is something that it was not given yet.
            var isBehind = true
        }

        var snapshot: ConversationSnapshot<Message>
        var budget: StateBudget
        /// The turn whose loop is running, or that is being saved.
        var activeTurn: TurnID?
        /// The entries that the running turn has added; others may have come in since it began.
        var added: Set<EntryID> = []
        var draft: Draft?
        /// The save that was asked for last; the next one waits for it.
        var lastSave: Task<Void, any Error>?
        var lastSaveBegan: ContinuousClock.Instant?
        /// How many saves have written something, or may have.
        var writeCount = 0
        /// How many saves have been asked for and have not ended.
        var pendingSaveCount = 0
        /// Whether the store could not be read; it then saves nothing until it was read.
        var mustLoad = false
        var observers: [Int: Observer] = [:]
        var observerCount = 0
        /// Whether a task is giving the observers what is new.
        var isNotifying = false
        var changeCount = 0

        init(_ snapshot: ConversationSnapshot<Message>, limits: HistoryLimits) throws(SnapshotError) {
            self.snapshot = snapshot
            budget = try StateBudget(snapshot, limits: limits)
        }

        /// Dates the snapshot after a change.
        mutating func finishChange() {
            changeCount += 1
            snapshot.updated = .now.storable
            markObservers()
        }

        /// Notes that there is something new for who watches.
        mutating func markObservers() {
            for number in observers.keys { observers[number]?.isBehind = true }
        }

        /// Returns the observers that have not been given the latest snapshot, and marks them as up to date.
        mutating func takeObserversBehind() -> [AsyncStream<ConversationSnapshot<Message>>.Continuation] {
            var behind: [AsyncStream<ConversationSnapshot<Message>>.Continuation] = []
            for (number, observer) in observers where observer.isBehind {
                behind.append(observer.continuation)
                observers[number]?.isBehind = false
            }
            return behind
        }
    }

    /// When the conversation is saved, and what becomes of a turn that does not complete.
    public let policy: ConversationPolicy

    /// How much of the history goes to the model.
    public let contextPolicy: ContextPolicy<Message>

    let store: any HistoryStore<Message>
    let state: Lock<State>
    /// Closures that change an entry are run one after another, and so are those that change the metadata.
    let (entryGate, metadataGate) = (SerialGate(), SerialGate())

    /// Loads what a store holds, or begins a new conversation if it was never written.
    ///
    /// Nothing is written yet. A turn during which the program ended is marked as interrupted.
    ///
    /// - Parameters:
    ///   - store: Where the conversation lives.
    ///   - policy: When it is saved, and what becomes of a turn that does not complete.
    ///   - context: How much of the history goes to the model.
    /// - Throws: The store's failure; ``SnapshotError`` if the store's style has no place for a message that it holds.
    ///   Then nothing has been written, and the stored history is as it was.
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
        state = Lock(try State(snapshot, limits: store.limits))
    }

    /// Begins a conversation with a snapshot, which is saved at once.
    ///
    /// A turn that is under way in it is marked as interrupted: it is not carried on.
    ///
    /// - Throws: ``ConversationError`` with the code `storeInUse` if the store holds a history already; the store's
    ///   failure. After one that leaves the outcome open, such as `notDurable`, the store may hold the conversation:
    ///   restore it from there.
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
        state = Lock(try State(snapshot, limits: store.limits))
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
    /// Each access gives a sequence of its own. A slow consumer receives only the latest snapshot.
    public var updates: some AsyncSequence<ConversationSnapshot<Message>, Never> & Sendable {
        let (stream, continuation) = AsyncStream.makeStream(
            of: ConversationSnapshot<Message>.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let number = state.withLock { state in
            state.observerCount += 1
            state.observers[state.observerCount] = State.Observer(continuation: continuation)
            return state.observerCount
        }
        continuation.onTermination = { [weak self] _ in
            // Given back by the lock before it is released: whatever that brings about must not run under it.
            _ = self?.state.withLock { $0.observers.removeValue(forKey: number) }
        }
        notifyObservers()
        return stream
    }

    deinit {
        for observer in state.withLock({ $0.observers.values }) { observer.continuation.finish() }
    }

    // MARK: - Saving

    /// Saves the conversation as it is now, if it differs from what is stored.
    ///
    /// Every change is saved already; call this to retry after a save that failed.
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
                try await loadIfNeeded()
                do { try await store.save(snapshot) } catch {
                    let isRefused = (error as? HistoryStoreError)?.isRefusal == true
                    if !isRefused { self.state.withLock { $0.writeCount += 1 } }
                    throw error
                }
                self.state.withLock { $0.writeCount += 1 }
            }
            state.pendingSaveCount += 1
            state.lastSave = save
            state.lastSaveBegan = .now
            return save
        }
    }

    /// Reads the store again if that failed before, so that it takes saves again.
    private func loadIfNeeded() async throws {
        guard state.withLock({ $0.mustLoad }) else { return }
        _ = try await store.load()
        state.withLock { $0.mustLoad = false }
    }

    /// Changes the conversation in memory, and tells who watches it.
    ///
    /// - Parameter body: Is run under the lock, and so must not run anything of the application's: neither a closure nor
    ///   what a message type implements. If it throws, the snapshot stays as it was.
    @discardableResult
    func change<Value: Sendable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var value: Value?
        try changeIfPossible { (state) throws(Failure) in
            value = try body(&state)
            return true
        }
        guard let value else { preconditionFailure("The body returned a value or threw.") }
        return value
    }

    /// Changes the conversation in memory, and tells who watches it, unless the body returns `false`.
    ///
    /// - Parameter body: As that of ``change(_:)``; if it returns `false`, nothing is changed either.
    @discardableResult
    func changeIfPossible<Failure: Error>(
        _ body: (inout State) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        var old: ConversationSnapshot<Message>?
        // What the change lets go of is let go of behind the lock: messages may be objects that do something then.
        defer { withExtendedLifetime(old) {} }
        let isDone = try state.withLock { (state) throws(Failure) -> Bool in
            let before = state.snapshot
            old = before
            do throws(Failure) {
                guard try body(&state) else {
                    state.snapshot = before
                    return false
                }
            } catch {
                state.snapshot = before
                throw error
            }
            state.finishChange()
            return true
        }
        if isDone { notifyObservers() }
        return isDone
    }

    /// Gives those who watch what they were not given yet.
    ///
    /// Not under the lock, since whoever waits may be run at once; and by one task at a time, so that nobody is given an
    /// older snapshot after a newer one.
    func notifyObservers() {
        let isFree = state.withLock { state in
            defer { state.isNotifying = true }
            return !state.isNotifying
        }
        guard isFree else { return }
        while let (snapshot, observers) = nextNotification() {
            for observer in observers { observer.yield(snapshot) }
        }
    }

    private typealias Notification = (
        snapshot: ConversationSnapshot<Message>,
        observers: [AsyncStream<ConversationSnapshot<Message>>.Continuation]
    )

    private func nextNotification() -> Notification? {
        state.withLock { state in
            let behind = state.takeObserversBehind()
            guard !behind.isEmpty else {
                state.isNotifying = false
                return nil
            }
            return (state.snapshot, behind)
        }
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
