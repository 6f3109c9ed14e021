#if canImport(FoundationEssentials)
package import FoundationEssentials
#else
package import Foundation
#endif

/// A conversation that is saved after every turn and restored when the program starts again.
///
/// Wrap the agent loop in ``turn(_:sender:perform:)-(Message,_,_)``. The user's message is saved before the loop runs,
/// and the whole turn before `turn` returns.
///
/// ```swift
/// import ConversationHistory
///
/// let conversation = try await Conversation(restoring: JSONFileHistoryStore(path: "chat.json"))
/// let answer = try await conversation.turn("Plan a trip to Tokyo") { turn in
///     let reply = try await model.respond(to: turn.messages)
///     try await turn.append(.assistant(reply))
///     return reply
/// }
/// ```
///
/// `model` is your own model client.
///
/// ## Saving
///
/// A change takes effect in memory first, and is then saved as part of a whole snapshot, in the order of the changes.
/// If the save fails, the method that made the change throws the store's error. The change stays in memory, and the
/// next save writes it. A save that has begun is finished even if the calling task is cancelled.
///
/// ## One turn at a time
///
/// While a turn is running, another turn, ``rewind(toBefore:)`` and ``clear()`` throw an error. Every other method can
/// be called at any time and from any task.
///
/// If two conversations are restored from one store that detects conflicts, as this package's stores on disk do, the
/// one that saves first continues. The next save of the other throws a conflict.
public final class Conversation<Message: HistoryMessage>: Sendable {
    struct State {
        /// The message that the running turn is streaming.
        struct Draft {
            let id: EntryID
            /// The size of its line in bytes, without the entry's marks.
            var byteCount: Int
            /// The number of changes to its message.
            var version = 0
        }

        /// A consumer of ``Conversation/updates``.
        struct Observer {
            let continuation: AsyncStream<ConversationSnapshot<Message>>.Continuation
            /// Whether it hasn't received the latest snapshot.
            var isBehind = true
        }

        var snapshot: ConversationSnapshot<Message>
        var budget: StateBudget
        /// The turn whose loop is running or whose result is being saved.
        var activeTurn: TurnID?
        /// The entries that the running turn has added, as opposed to those that other tasks added meanwhile.
        var added: Set<EntryID> = []
        var draft: Draft?
        /// The latest save; the next one waits for it.
        var lastSave: Task<Void, any Error>?
        var lastSaveBegan: ContinuousClock.Instant?
        /// The number of saves that wrote something, or may have.
        var writeCount = 0
        /// The number of saves that were requested and haven't ended.
        var pendingSaveCount = 0
        /// Whether a load failed, after which the store refuses saves until a load succeeds.
        var mustLoad = false
        var observers: [Int: Observer] = [:]
        var observerCount = 0
        /// Whether a task is delivering the latest snapshot to the observers.
        var isNotifying = false
        var changeCount = 0

        init(_ snapshot: ConversationSnapshot<Message>, limits: HistoryLimits) throws(SnapshotError) {
            self.snapshot = snapshot
            budget = try StateBudget(snapshot, limits: limits)
        }

        /// Records that the snapshot was changed.
        mutating func finishChange() {
            changeCount += 1
            snapshot.updated = .now.storable
            markObservers()
        }

        /// Marks every observer as behind.
        mutating func markObservers() {
            for number in observers.keys { observers[number]?.isBehind = true }
        }

        /// Returns the observers that are behind, and marks them as up to date.
        mutating func takeObserversBehind() -> [AsyncStream<ConversationSnapshot<Message>>.Continuation] {
            var behind: [AsyncStream<ConversationSnapshot<Message>>.Continuation] = []
            for (number, observer) in observers where observer.isBehind {
                behind.append(observer.continuation)
                observers[number]?.isBehind = false
            }
            return behind
        }
    }

    /// The policy for saving, and for turns that don't complete.
    public let policy: ConversationPolicy

    /// The policy that limits the part of the history that goes to the model.
    public let contextPolicy: ContextPolicy<Message>

    let store: any HistoryStore<Message>
    let state: Lock<State>
    /// Closures that change an entry run one at a time, and so do closures that change the metadata.
    let (entryGate, metadataGate) = (SerialGate(), SerialGate())

    /// Restores the conversation in a store, or begins a new one if nothing was ever saved there.
    ///
    /// This writes nothing. If the program ended during a turn, that turn is marked as interrupted.
    ///
    /// - Parameters:
    ///   - store: The store of the conversation.
    ///   - policy: The policy for saving, and for turns that don't complete.
    ///   - context: The policy that limits the part of the history that goes to the model.
    /// - Throws: The store's error. ``SnapshotError`` if the style in the store's ``HistoryStore/limits`` can't express
    ///   a stored message. The stored history is unchanged in both cases.
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
            // If another conversation is saved in this store first, the first save must conflict.
            snapshot.descent = SnapshotDescent(isNew: true)
        }
        if snapshot.id == nil { snapshot.id = .unique() }
        self.store = store
        self.policy = policy
        contextPolicy = context
        state = Lock(try State(snapshot, limits: store.limits))
    }

    /// Begins a conversation with a snapshot and saves it at once.
    ///
    /// A turn that is under way in the snapshot is marked as interrupted and doesn't continue.
    ///
    /// - Throws: ``ConversationError`` with the code `storeInUse` if the store already holds a history.
    ///   ``SnapshotError`` if the style in the store's ``HistoryStore/limits`` can't express a message of the snapshot.
    ///   The store's error; if it leaves the outcome open, as `notDurable` does, the store may hold the conversation:
    ///   restore it from there.
    public init(
        _ snapshot: ConversationSnapshot<Message>,
        savingTo store: some HistoryStore<Message>,
        policy: ConversationPolicy = ConversationPolicy(),
        context: ContextPolicy<Message> = .everything
    ) async throws {
        guard try await store.load() == nil else { throw ConversationError.storeInUse }
        var snapshot = snapshot
        // If another conversation is saved in this store after the load, the first save must conflict.
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

    /// The current state of the conversation.
    public var snapshot: ConversationSnapshot<Message> { state.withLock { $0.snapshot } }

    /// The messages, oldest first.
    public var messages: MessageList<Message> { snapshot.messages }

    /// The conversation's id.
    public var id: ConversationID {
        // Both initializers set an id, and nothing removes it.
        snapshot.id ?? ""
    }

    /// The title to show.
    public var title: String? { snapshot.title }

    /// The part of the history that a model would receive now, repaired and fitted by ``contextPolicy``.
    public var context: ModelContext<Message> { snapshot.context(contextPolicy) }

    /// Whether a turn is running.
    public var isInTurn: Bool { state.withLock { $0.activeTurn != nil } }

    /// A sequence of snapshots for a user interface: the current one, and a new one whenever the conversation changes.
    ///
    /// Each access returns a separate sequence. A slow consumer receives only the latest snapshot.
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
            // Moves the observer out of the lock, because releasing it may run code that must not run under the lock.
            _ = self?.state.withLock { $0.observers.removeValue(forKey: number) }
        }
        notifyObservers()
        return stream
    }

    deinit {
        for observer in state.withLock({ $0.observers.values }) { observer.continuation.finish() }
    }

    // MARK: - Saving

    /// Saves the conversation, if it differs from the stored snapshot.
    ///
    /// Changes are saved automatically. Call this only to retry after a failed save.
    ///
    /// - Throws: The store's error.
    public func save() async throws { try await beginSave().value }

    /// Begins a save that runs after all earlier saves and isn't cancelled with the calling task.
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

    /// Retries a failed load, because the store refuses saves until a load succeeds.
    private func loadIfNeeded() async throws {
        guard state.withLock({ $0.mustLoad }) else { return }
        _ = try await store.load()
        state.withLock { $0.mustLoad = false }
    }

    /// Changes the conversation in memory and notifies the observers.
    ///
    /// - Parameter body: Runs under the lock, so it must not call code of the application, neither a closure nor a
    ///   method of the message type. If it throws, the snapshot stays as it was.
    @discardableResult
    func change<Value: Sendable, Failure: Error>(
        _ body: (inout State) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        var value: Value?
        try changeIfPossible { (state) throws(Failure) in
            value = try body(&state)
            return true
        }
        // `changeIfPossible` returns only after a call of the closure that returned, and that call set the value.
        guard let value else { preconditionFailure("The body returned a value or threw.") }
        return value
    }

    /// Changes the conversation in memory and notifies the observers, unless the body returns `false`.
    ///
    /// - Parameter body: See ``change(_:)``. If it returns `false`, the snapshot stays as it was too.
    @discardableResult
    func changeIfPossible<Failure: Error>(
        _ body: (inout State) throws(Failure) -> Bool
    ) throws(Failure) -> Bool {
        var old: ConversationSnapshot<Message>?
        // Releases replaced messages outside the lock: they may be objects whose deinitializers run code.
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

    /// Delivers the latest snapshot to the observers that are behind.
    ///
    /// Delivery happens outside the lock, because a waiting consumer may run at once. Only one task delivers at a time,
    /// so that no observer receives an older snapshot after a newer one.
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
    /// Ends the open turn as interrupted.
    fileprivate mutating func endInterruptedTurn() {
        guard var turn = openTurn else { return }
        turn.outcome = .interrupted
        turn.entries = turn.entries.lowerBound..<Swift.max(turn.entries.lowerBound, entries.count)
        turns.append(turn)
        openTurn = nil
    }
}

extension Date {
    /// This date rounded to the microsecond, so that it is stored with six digits.
    package var storable: Date {
        Date(timeIntervalSinceReferenceDate: (timeIntervalSinceReferenceDate * 1e6).rounded() / 1e6)
    }
}
