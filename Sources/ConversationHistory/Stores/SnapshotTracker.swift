import Synchronization

/// An identifier of one stored state of a history.
public struct StoredRevision: Hashable, Sendable {
    /// The random name that a stored history keeps until it is deleted; empty if the history has no such name.
    public let lineage: String

    /// The mark that distinguishes the states of a history, such as a version number with a random mark, or an entity
    /// tag.
    public let mark: String

    /// Creates a revision.
    public init(lineage: String, mark: String) {
        self.lineage = lineage
        self.mark = mark
    }
}

/// A tracker that decides whether a snapshot may replace the stored state.
///
/// A snapshot remembers the stored states that it descends from. With a tracker, a store can refuse a save that would
/// drop another writer's changes, even if both writers use the same store instance. Create one tracker for each store
/// instance:
///
/// ```swift
/// func load() async throws -> ConversationSnapshot<ChatMessage>? {
///     guard let (bytes, tag) = try await service.get(key) else {
///         tracker.didFindNothing()
///         return nil
///     }
///     var snapshot = try ConversationSnapshot<ChatMessage>(decoding: bytes)
///     tracker.didLoad(&snapshot, StoredRevision(lineage: "", mark: tag))
///     return snapshot
/// }
/// ```
///
/// In this example, `tracker`, `service` and `key` are properties of the store.
///
/// ## What may be saved
///
/// - A snapshot that this store instance has loaded or saved, or that was made from one, may replace only that state.
/// - A snapshot that begins a ``Conversation`` may be saved only where nothing is stored.
/// - Any other snapshot, such as one that was built from an array of messages, may replace the state that this
///   store instance last loaded or saved.
///
/// Loading a snapshot doesn't affect other snapshots of the first two kinds.
///
/// Loads and saves may overlap, as in an actor that awaits a server, and may report their results in any order.
public final class SnapshotTracker: Sendable {
    /// The state that the store instance last loaded or saved.
    private enum Seen {
        case neverLoaded
        case nothing
        /// The stored history was moved away on purpose: any snapshot may be saved.
        case cleared
        case state(SeenState)
    }

    /// A state that a save announced before writing it.
    private struct Attempt {
        let save: Int
        let state: SeenState
        /// The order of the save; zero until it has asked for admission.
        var order: Int
        var isOver = false
    }

    private struct State {
        var seen = Seen.neverLoaded
        /// The state that this store instance last wrote, and the order of that save.
        ///
        /// A load that began before that save may end after it, so `seen` can be an older state.
        var written: (state: SeenState, order: Int)?
        /// The states that saves may have written without a confirmation.
        var attempts: [Attempt] = []
        /// The last number that was given to a load, a save or the order of a save.
        var lastNumber = 0

        mutating func nextNumber() -> Int {
            lastNumber += 1
            return lastNumber
        }

        /// Returns the known state with the current revision, if the last reported load found another one.
        func otherState(_ current: StoredRevision?) -> SeenState? {
            if let written, written.state.revision == current { return written.state }
            return attempts.last { $0.state.revision == current }?.state
        }
    }

    private let state = Lock(State())

    /// Creates a tracker for a new store instance.
    public init() {}

    // MARK: - Loading

    /// Records that a snapshot was loaded.
    ///
    /// - Parameters:
    ///   - snapshot: The loaded snapshot; it descends from the revision from now on.
    ///   - revision: The state that was read.
    public func didLoad<Message>(_ snapshot: inout ConversationSnapshot<Message>, _ revision: StoredRevision) {
        didLoad(&snapshot, SeenState(revision: revision))
    }

    package func didLoad<Message>(_ snapshot: inout ConversationSnapshot<Message>, _ state: SeenState) {
        snapshot.descent = SnapshotDescent()
        snapshot.descent.mark(state, by: self, order: self.state.withLock { $0.nextNumber() })
        didLoad(.state(state))
    }

    /// Records that a load found nothing stored.
    public func didFindNothing() { didLoad(.nothing) }

    private func didLoad(_ seen: Seen) {
        state.withLock { state in
            state.seen = seen
            state.attempts.removeAll(where: \.isOver)
        }
    }

    /// Records that the stored history was deleted or moved away at the caller's request.
    ///
    /// Until the next load or save, every snapshot may be saved if nothing is stored.
    public func didClear() { reset(.cleared) }

    /// Records that the stored state is unknown to the caller, as after a failed load.
    package func didLoseTrack() { reset(.neverLoaded) }

    private func reset(_ seen: Seen) { state.withLock { $0 = State(seen: seen, lastNumber: $0.lastNumber) } }

    // MARK: - Saving

    /// Begins a save.
    ///
    /// Keep the result until the save has ended, and report to it what was written.
    public func beginSave<Message>(of snapshot: ConversationSnapshot<Message>) -> TrackedSave {
        TrackedSave(self, snapshot.descent, number: state.withLock { $0.nextNumber() })
    }

    fileprivate func admission(of descent: SnapshotDescent, onto current: StoredRevision?) -> SaveAdmission {
        let base = descent.base(for: self)
        let (seen, other) = state.withLock { ($0.seen, $0.otherState(current)) }
        if let current, let attempt = base.attempts.last(where: { $0.revision == current }) {
            return .admitted(since: attempt)
        }
        if current == nil, case .cleared = seen { return .admitted(since: nil) }
        switch base.kind {
        case .nothing: return current == nil ? .admitted(since: nil) : .conflict
        case .outdated: return current == nil ? .gone : .conflict
        case .state(let state): return Self.admission(since: state, onto: current)
        case .unknown:
            if let other { return .admitted(since: other) }
            switch seen {
            case .neverLoaded, .nothing, .cleared: return current == nil ? .admitted(since: nil) : .neverLoaded
            case .state(let state): return Self.admission(since: state, onto: current)
            }
        }
    }

    fileprivate func expectsNothing(of descent: SnapshotDescent) -> Bool {
        let base = descent.base(for: self)
        guard base.attempts.isEmpty else { return false }
        switch base.kind {
        case .nothing: return true
        case .state, .outdated: return false
        case .unknown:
            let (seen, attempts) = state.withLock { ($0.seen, $0.attempts) }
            if case .state = seen { return false } else { return attempts.isEmpty }
        }
    }

    private static func admission(since state: SeenState, onto current: StoredRevision?) -> SaveAdmission {
        guard let current else { return .gone }
        return current == state.revision ? .admitted(since: state) : .conflict
    }

    /// Orders a save after all others that have asked for admission, and returns its order.
    fileprivate func order(_ save: Int) -> Int {
        state.withLock { state in
            let order = state.nextNumber()
            for index in state.attempts.indices where state.attempts[index].save == save {
                state.attempts[index].order = order
            }
            return order
        }
    }

    fileprivate func willWrite(_ written: SeenState, save: Int, order: Int) {
        state.withLock { $0.attempts.append(Attempt(save: save, state: written, order: order)) }
    }

    fileprivate func didNotWrite(_ revision: StoredRevision) {
        state.withLock { state in state.attempts.removeAll { $0.state.revision == revision } }
    }

    fileprivate func didWrite(_ written: SeenState, save: Int, order: Int) {
        state.withLock { state in
            // An attempt that comes before this save in the order was either not written or has been replaced by it.
            state.attempts.removeAll { $0.save == save || $0.order <= order && ($0.isOver || $0.order > 0) }
            if let last = state.written, last.order > order { return }
            state.written = (written, order)
            state.seen = .state(written)
        }
    }

    fileprivate func end(_ save: Int) {
        state.withLock { state in
            for index in state.attempts.indices where state.attempts[index].save == save {
                state.attempts[index].isOver = true
            }
        }
    }
}

/// The decision whether a snapshot may replace the stored state.
public struct SaveAdmission: Sendable {
    package enum Kind: Sendable {
        /// The save may go ahead: the snapshot was made from this state, or nothing is stored.
        case admitted(since: SeenState?)
        /// Another writer has saved since.
        case conflict
        /// The stored state is unknown to both the snapshot and the store instance.
        case neverLoaded
        /// The state that the snapshot was made from no longer exists.
        case gone
    }

    package let kind: Kind

    fileprivate static func admitted(since state: SeenState?) -> SaveAdmission { .init(kind: .admitted(since: state)) }
    fileprivate static var conflict: SaveAdmission { .init(kind: .conflict) }
    fileprivate static var neverLoaded: SaveAdmission { .init(kind: .neverLoaded) }
    fileprivate static var gone: SaveAdmission { .init(kind: .gone) }

    /// The state that the snapshot was made from, if the save may go ahead.
    package var seen: SeenState? { if case .admitted(let seen) = kind { seen } else { nil } }

    /// Whether the save may go ahead; if not, the store must throw a conflict and change nothing.
    public var isAdmitted: Bool { if case .admitted = kind { true } else { false } }
}

/// A save in progress.
public final class TrackedSave: Sendable {
    private let tracker: SnapshotTracker
    private let descent: SnapshotDescent
    private let number: Int
    /// The position of the last request for admission in the order of the store instance's saves.
    ///
    /// Stores ask while no other writer can write, so this is also the order of the writes, in whatever order they are
    /// reported.
    private let order = Atomic<Int>(0)

    private var askedOrder: Int { order.load(ordering: .acquiring) }

    fileprivate init(_ tracker: SnapshotTracker, _ descent: SnapshotDescent, number: Int) {
        self.tracker = tracker
        self.descent = descent
        self.number = number
        descent.beginSave()
    }

    deinit {
        descent.endSave()
        tracker.end(number)
    }

    /// Returns whether the snapshot may replace the stored state.
    ///
    /// Call this while no other writer can change the stored state, for example in the transaction that writes.
    ///
    /// - Parameter current: The stored state; `nil` if nothing is stored.
    public func admission(onto current: StoredRevision?) -> SaveAdmission {
        order.store(tracker.order(number), ordering: .releasing)
        return tracker.admission(of: descent, onto: current)
    }

    /// Whether the snapshot may be saved only where nothing is stored.
    package var expectsNothing: Bool { tracker.expectsNothing(of: descent) }

    /// Records that a state is about to be written.
    ///
    /// If the store never learns whether the state was written, a later save of the snapshot may replace that state as
    /// well. So may the save of a snapshot that is admitted by the state that the store instance last loaded or saved.
    public func willWrite(_ revision: StoredRevision) { willWrite(SeenState(revision: revision)) }

    package func willWrite(_ state: SeenState) {
        descent.attempt(state, by: tracker)
        tracker.willWrite(state, save: number, order: askedOrder)
    }

    /// Records that an announced state was not written.
    public func didNotWrite(_ revision: StoredRevision) {
        descent.withdraw(revision, by: tracker)
        tracker.didNotWrite(revision)
    }

    /// Records that the snapshot was written as a state.
    public func didWrite(_ revision: StoredRevision) { didWrite(SeenState(revision: revision)) }

    package func didWrite(_ state: SeenState) {
        // A store that never refuses a save doesn't ask for admission; its saves are ordered by their beginning.
        let order = max(askedOrder, number)
        descent.mark(state, by: tracker, order: order)
        tracker.didWrite(state, save: number, order: order)
    }
}
