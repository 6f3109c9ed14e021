#if PostgreSQL
public import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The store of a conversation of a ``PostgresConversationLibrary``.
///
/// A save writes only the rows that have changed, in one transaction and one round trip: for a turn, the rows of its
/// entries, however long the conversation is. A snapshot can replace the state that it was made from; over any other
/// state, a save fails with a conflict.
///
/// If the connection is lost before the server has answered, the store checks on the next connection whether the save
/// was committed, and saves again if it was not. If no connection is available before the timeout, the save throws an
/// error with the code `notDurable`; it is safe to save again.
public final class PostgresConversationStore<Message: HistoryMessage>: HistoryStore {
    /// The error type of ``save(_:)`` and ``load()``.
    public typealias Failure = HistoryStoreError

    /// A state of the conversation, from which the next save computes its changes.
    private struct Base {
        let key: Int64
        let revision: Int64
        let stamp: Int64
        /// The attributes that the writer last gave or read; others may have changed them in the library.
        let attributes: ConversationAttributes
        let snapshot: ConversationSnapshot<Message>
        let head: [UInt8]

        var mark: StoredRevision { StoredRevision(key: key, revision: revision, stamp: stamp) }
        var seen: SeenState { SeenState(revision: mark, attributes: attributes) }
    }

    /// The commands of a save, and the state once they are committed.
    private struct Attempt {
        let commands: [PostgresCommand]
        let saved: Base
    }

    private let pool: PostgresConnectionPool
    private let damage: DamageRegistry
    private let id: ConversationID
    private let scope: LibraryScope
    private let coding = SnapshotRowCoding<Message>()
    /// Serializes the loads and saves of this instance, so that its known state matches the stored one.
    private let gate = SerialGate()
    private let tracker = SnapshotTracker()
    /// The state that this instance last loaded or saved.
    private let known = Lock<Base?>(nil)

    init(_ pool: PostgresConnectionPool, _ damage: DamageRegistry, _ id: ConversationID, _ scope: LibraryScope) {
        self.pool = pool
        self.damage = damage
        self.id = id
        self.scope = scope
    }

    /// Loads the conversation, consistent as of one moment; returns `nil` if none exists within the scope.
    @concurrent
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        await gate.enter()
        defer { gate.leave() }
        let found: Base?
        do throws(PostgresFailure) { found = try await read("load") } catch {
            throw HistoryStoreError(error, operation: "load", location: pool.location)
        }
        guard let base = found else {
            tracker.didFindNothing()
            return nil
        }
        var snapshot = base.snapshot
        tracker.didLoad(&snapshot, base.seen)
        return snapshot
    }

    /// Reads and remembers the conversation; returns `nil` if none exists within the scope.
    private func read(_ operation: String) async throws(PostgresFailure) -> Base? {
        let (id, scope, coding, location) = (id, scope, coding, pool.location)
        let base = try await damage.reading(id) { () throws(PostgresFailure) in
            try await pool.read { (session) throws(PostgresFailure) -> Base? in
                let results = try session.transaction(.read, scope, SnapshotRows.commands(id, scope))
                guard let row = try ConversationRow.first(results[0]) else { return nil }
                try row.checkOwner()
                guard scope.includes(row.info.owner) else { return nil }
                guard row.info.deleted == nil else {
                    throw .refused(HistoryStoreError.noSuchConversation(operation, in: location))
                }
                return Base(
                    key: row.key,
                    revision: row.revision,
                    stamp: row.stamp,
                    attributes: row.attributes,
                    snapshot: try SnapshotRows.snapshot(of: row, results, coding, operation, location),
                    head: row.head ?? []
                )
            }
        }
        known.exchange(base)
        return base
    }

    /// Writes the differences from the stored state, in one transaction.
    @concurrent
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try LibraryName.check(id.rawValue, operation: "save")
        await gate.enter()
        defer { gate.leave() }
        let save = tracker.beginSave(of: snapshot)
        do throws(PostgresFailure) {
            var base = try await knownBase(for: save)
            while try await !write(snapshot, onto: base, for: save) { base = try await storedBase(for: save) }
        } catch { throw HistoryStoreError(error, operation: "save", location: pool.location) }
    }

    /// Returns the state that this instance knows if the snapshot may replace it, and the stored state otherwise.
    ///
    /// The server only compares the known state with the stored one; whether the snapshot may replace it is decided
    /// here.
    ///
    /// - Returns: `nil` if the snapshot may be saved only where nothing is stored.
    private func knownBase(for save: TrackedSave) async throws(PostgresFailure) -> Base? {
        if let known = known.withLock({ $0 }), save.admission(onto: known.mark).isAdmitted { return known }
        if save.admission(onto: nil).isAdmitted { return nil }
        try check(try await row(), for: save)
        return try await storedBase(for: save)
    }

    /// Returns the stored state; throws if the snapshot may not replace it, because others wrote it a moment ago.
    private func storedBase(for save: TrackedSave) async throws(PostgresFailure) -> Base? {
        let base = try await read("save")
        guard !save.admission(onto: base?.mark).isAdmitted else { return base }
        try check(try await row(), for: save)
        throw .refused(HistoryStoreError.unseenState("save", in: pool.location))
    }

    /// Writes the differences from a state.
    ///
    /// - Returns: Whether that state was the stored one, so that the save is done.
    private func write(
        _ snapshot: ConversationSnapshot<Message>,
        onto base: Base?,
        for save: TrackedSave
    ) async throws(PostgresFailure) -> Bool {
        let seen = base.map { save.admission(onto: $0.mark).seen?.attributes ?? $0.attributes }
        let attempt = try attempt(snapshot, onto: base, since: seen)
        if attempt.commands.isEmpty {
            let row = try await row()
            try check(row, for: save)
            guard row?.mark == base?.mark else { return false }
        } else {
            guard try await commit(attempt, onto: base, since: seen, for: save) else { return false }
        }
        known.exchange(attempt.saved)
        save.didWrite(SeenState(revision: attempt.saved.mark, attributes: ConversationAttributes(snapshot)))
        return true
    }

    // MARK: - Commands

    /// Returns the commands that save a snapshot; none if it is stored already.
    private func attempt(
        _ snapshot: ConversationSnapshot<Message>,
        onto base: Base?,
        since seen: ConversationAttributes?
    ) throws(PostgresFailure) -> Attempt {
        let plan: SavePlan<Message>
        do throws(SnapshotError) {
            plan = try SavePlan(from: base?.snapshot ?? ConversationSnapshot(), to: snapshot, coding)
        } catch { throw .refused(HistoryStoreError(error, operation: "save", location: pool.location)) }
        let stamp = Int64.newStamp
        let attributes = ConversationAttributes(snapshot)
        let saved = Base(
            key: base?.key ?? .newKey,
            // The server counts the same way. The stored number may be any, so the addition wraps instead of trapping.
            revision: base.map { $0.revision &+ 1 } ?? 0,
            stamp: stamp,
            attributes: attributes,
            snapshot: snapshot,
            head: plan.head
        )
        guard let base, let seen else {
            return Attempt(commands: insertion(of: saved, plan, stamp), saved: saved)
        }
        if plan.changesNothing(saving: snapshot, onto: base.snapshot, head: base.head, seen) {
            return Attempt(commands: [], saved: base)
        }
        let update = PostgresCommand.update(
            id,
            scope,
            onto: (key: base.key, revision: base.revision, stamp: base.stamp),
            stamp: stamp,
            attributes: attributes,
            changes: attributes.changes(since: seen),
            snapshotUpdated: snapshot.updated,
            origin: snapshot.origin,
            plan,
            hasNewHead: plan.head != base.head
        )
        return Attempt(commands: [update] + plan.commands(for: base.key), saved: saved)
    }

    private func insertion(of new: Base, _ plan: SavePlan<Message>, _ stamp: Int64) -> [PostgresCommand] {
        var snapshot = new.snapshot
        if snapshot.owner == nil { snapshot.owner = scope.owner }
        let info = ConversationInfo(
            of: snapshot,
            as: id,
            messageCount: plan.messageCount,
            entryCount: plan.entryCount
        )
        let insertion = PostgresCommand.insert(
            info,
            key: new.key,
            stamp: stamp,
            snapshotUpdated: snapshot.updated,
            counts: (plan.turnCount, plan.rewindCount),
            metadata: plan.metadata,
            head: plan.head
        )
        return [insertion] + plan.commands(for: new.key)
    }

    // MARK: - Outcome

    /// Commits a save.
    ///
    /// - Returns: Whether the save is stored now. If not, the save may go ahead once the stored state is read again.
    private func commit(
        _ attempt: Attempt,
        onto base: Base?,
        since seen: ConversationAttributes?,
        for save: TrackedSave
    ) async throws(PostgresFailure) -> Bool {
        let attributes = attempt.saved.attributes
        let givesOwner = seen.map { attributes.changes(since: $0).owner } ?? true
        if givesOwner, !scope.includes(base == nil ? attributes.owner ?? scope.owner : attributes.owner) {
            try check(try await row(), for: save)
            throw .refused(HistoryStoreError.outsideOfScope("save", in: pool.location))
        }
        if givesOwner {
            let owner = base == nil ? attributes.owner ?? scope.owner : attributes.owner
            do throws(HistoryStoreError) { try LibraryName.check(owner, operation: "save") } catch {
                throw .refused(error)
            }
        }
        if scope.isEmpty {
            try check(try await row(), for: save)
        }
        // If the outcome stays unknown, the next save of this conversation may still replace it.
        save.willWrite(attempt.saved.seen)
        var lossCount = 0
        while true {
            do throws(PostgresFailure) {
                _ = try await pool.write(
                    scope,
                    attempt.commands,
                    afterwards: [PostgresNotices.notice(id, pool.settings)]
                )
                return true
            } catch {
                let isRefusal = error.sqlState == PostgresState.refused
                if case .unanswered = error {
                    lossCount += 1
                    guard lossCount < 5 else { throw error }
                } else if !isRefusal {
                    if lossCount == 0 { save.didNotWrite(attempt.saved.mark) }
                    throw error
                }
                let row = try await outcome(of: error, mayBeStored: lossCount > 0) {
                    save.didNotWrite(attempt.saved.mark)
                }
                if row?.mark == attempt.saved.mark { return true }
                if isRefusal {
                    if lossCount == 0 { save.didNotWrite(attempt.saved.mark) }
                    try check(row, for: save)
                    if row?.mark != base?.mark { return false }
                    // The stored state is the expected one again. The obstacle is gone, such as a conversation that has
                    // been restored.
                    throw .refused(HistoryStoreError.unseenState("save", in: pool.location))
                }
                // The save is not committed yet, so it is repeated. If the lost attempt still commits, the later of the
                // two is refused and finds that the other one has stored the same.
            }
        }
    }

    /// Reads the stored row after a failed save; if that fails, the outcome of an unanswered save stays unknown.
    ///
    /// - Parameters:
    ///   - mayBeStored: Whether an attempt of the save was not answered.
    ///   - didNotWrite: A closure to call if the row cannot be read, but certainly nothing was stored.
    private func outcome(
        of failure: PostgresFailure,
        mayBeStored: Bool,
        didNotWrite: () -> Void
    ) async throws(PostgresFailure) -> ConversationRow? {
        do throws(PostgresFailure) {
            return try await settledRow()
        } catch {
            if case .unanswered = failure { throw failure }
            // A refused attempt changed nothing, unless it was refused because of an earlier attempt of the same save.
            guard !mayBeStored else { throw .unanswered(isSilent: error.isSilence) }
            didNotWrite()
            throw .refused(HistoryStoreError.unseenState("save", in: pool.location))
        }
    }

    // MARK: - Stored state

    /// Returns the stored row once it is durable.
    ///
    /// The lock counts as a change: it waits for a pending save, and its commit is answered only when everything before
    /// it is as durable as a commit must be, including on the standbys. A plain read can return data that a server
    /// crash loses.
    private func settledRow() async throws(PostgresFailure) -> ConversationRow? {
        var lossCount = 0
        while true {
            do throws(PostgresFailure) {
                return try ConversationRow.first(try await pool.write(scope, [.lockedConversation(id)])[0])
            } catch {
                // The lock changes no data, so it can be repeated on another connection.
                guard case .unanswered(isSilent: false) = error, lossCount < 4 else { throw error }
                lossCount += 1
            }
        }
    }

    private func row() async throws(PostgresFailure) -> ConversationRow? {
        let results = try await pool.read(scope, [.conversation(id)])
        return try ConversationRow.first(results[0])
    }

    /// Throws unless the save may go ahead.
    private func check(_ row: ConversationRow?, for save: TrackedSave) throws(PostgresFailure) {
        let admission = save.admission(onto: row?.mark)
        let error: HistoryStoreError
        switch row {
        case nil where admission.isAdmitted: return
        // The conversation of the snapshot was purged; a late save must not bring it back.
        case nil: error = .noSuchConversation("save", in: pool.location)
        case .some(let row) where !scope.includes(row.info.owner): error = .unseenState("save", in: pool.location)
        case .some(let row) where row.info.deleted != nil: error = .noSuchConversation("save", in: pool.location)
        case .some where admission.isAdmitted: return
        default: error = .unseenState("save", in: pool.location)
        }
        throw .refused(error)
    }
}

extension ConversationRow {
    /// The mark that distinguishes this state of the history from all others.
    fileprivate var mark: StoredRevision { StoredRevision(key: key, revision: revision, stamp: stamp) }
}

extension StoredRevision {
    fileprivate init(key: Int64, revision: Int64, stamp: Int64) {
        self.init(lineage: String(key), mark: "\(revision)-\(stamp)")
    }
}
#endif
