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
/// A save writes the rows that have changed, in one transaction and one round trip: for a turn those of its entries,
/// however long the conversation is. A snapshot may be saved over the state that it was made from; a save over any
/// other state is refused as a conflict.
///
/// If the connection is lost before the server has answered, the store looks on the next one whether the save was
/// committed, and saves again if it was not. Only if no connection comes about within the time that is waited for one,
/// the save throws an error with the code `notDurable`; saving again is safe then too.
public final class PostgresConversationStore<Message: HistoryMessage>: HistoryStore {
    /// What ``save(_:)`` and ``load()`` throw.
    public typealias Failure = HistoryStoreError

    /// A state of the conversation, with what the next save needs to write only what differs from it.
    private struct Base {
        let key: Int64
        let revision: Int64
        let stamp: Int64
        /// As the writer gave or saw them; others may have changed them in the library.
        let attributes: ConversationAttributes
        let snapshot: ConversationSnapshot<Message>
        let head: [UInt8]

        var mark: StoredRevision { StoredRevision(key: key, revision: revision, stamp: stamp) }
        var seen: SeenState { SeenState(revision: mark, attributes: attributes) }
    }

    /// A save, and what is stored once it is done.
    private struct Attempt {
        let commands: [PostgresCommand]
        let saved: Base
    }

    private let pool: PostgresConnectionPool
    private let damage: DamageRegistry
    private let id: ConversationID
    private let scope: LibraryScope
    private let coding = SnapshotRowCoding<Message>()
    /// Loads and saves of this instance take turns, so that what is stored and what is known of it stay together.
    private let gate = SerialGate()
    private let tracker = SnapshotTracker()
    /// What this instance has last loaded or saved.
    private let known = Lock<Base?>(nil)

    init(_ pool: PostgresConnectionPool, _ damage: DamageRegistry, _ id: ConversationID, _ scope: LibraryScope) {
        self.pool = pool
        self.damage = damage
        self.id = id
        self.scope = scope
    }

    /// Loads the conversation as it is at one moment; `nil` if there is none that the scope shows.
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

    /// Reads the conversation, and remembers it; `nil` if there is none that the scope shows.
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

    /// Writes what differs from what is stored, in one transaction.
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

    /// Returns what this instance knows to be stored, if the snapshot may replace that; else what is stored.
    ///
    /// The server compares what it has with what it is given, and cannot know whether the snapshot may replace that.
    ///
    /// - Returns: `nil` if the snapshot may be saved where nothing is stored, and only there.
    private func knownBase(for save: TrackedSave) async throws(PostgresFailure) -> Base? {
        if let known = known.withLock({ $0 }), save.admission(onto: known.mark).isAdmitted { return known }
        if save.admission(onto: nil).isAdmitted { return nil }
        try check(try await row(), for: save)
        return try await storedBase(for: save)
    }

    /// Returns what is stored; throws if the snapshot may not replace it, as others have written it a moment ago.
    private func storedBase(for save: TrackedSave) async throws(PostgresFailure) -> Base? {
        let base = try await read("save")
        guard !save.admission(onto: base?.mark).isAdmitted else { return base }
        try check(try await row(), for: save)
        throw .refused(HistoryStoreError.unseenState("save", in: pool.location))
    }

    /// Writes what differs from a state.
    ///
    /// - Returns: Whether that is the state that was stored, so that the save is done.
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

    // MARK: - What is written

    /// Returns what saves a snapshot; no commands if it is what is stored already.
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
            // As the server counts it; it was read, and may be any number.
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

    // MARK: - What becomes of it

    /// Commits a save.
    ///
    /// - Returns: Whether it is stored now; if not, the save may go ahead, but what is stored has to be read first.
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
        // Should its outcome never become known, the next save of this conversation may replace it all the same.
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
                    // It is as it was seen again: what was in the way has gone, as a conversation that was restored
                    // has.
                    throw .refused(HistoryStoreError.unseenState("save", in: pool.location))
                }
                // It was not committed as of now, so it is done again. Should the lost one still come about, whichever
                // of the two is later is refused, and finds that the other one has stored the same.
            }
        }
    }

    /// Looks what is stored after a save has failed; if it cannot be looked at, the outcome of a save that was not
    /// answered stays unknown.
    ///
    /// - Parameters:
    ///   - mayBeStored: Whether an attempt of the save was not answered.
    ///   - didNotWrite: Called if it is known nevertheless that nothing was stored.
    private func outcome(
        of failure: PostgresFailure,
        mayBeStored: Bool,
        didNotWrite: () -> Void
    ) async throws(PostgresFailure) -> ConversationRow? {
        do throws(PostgresFailure) {
            return try await settledRow()
        } catch {
            if case .unanswered = failure { throw failure }
            // One that was refused changed nothing; unless it was an earlier attempt of it that was in its way.
            guard !mayBeStored else { throw .unanswered(isSilent: error.isSilence) }
            didNotWrite()
            throw .refused(HistoryStoreError.unseenState("save", in: pool.location))
        }
    }

    // MARK: - What is stored

    /// Returns what is stored for good.
    ///
    /// The lock is a change: it waits for a save that is still under way, and its commit is answered when everything
    /// before it is where a commit has to be, on the standbys too. What is only read may be lost with the server.
    private func settledRow() async throws(PostgresFailure) -> ConversationRow? {
        var lossCount = 0
        while true {
            do throws(PostgresFailure) {
                return try ConversationRow.first(try await pool.write(scope, [.lockedConversation(id)])[0])
            } catch {
                // It changes nothing: it is done again, on another connection.
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
        // What the snapshot was made from was purged: a late save does not bring it back.
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
    /// What tells the stored history from all its other states.
    fileprivate var mark: StoredRevision { StoredRevision(key: key, revision: revision, stamp: stamp) }
}

extension StoredRevision {
    fileprivate init(key: Int64, revision: Int64, stamp: Int64) {
        self.init(lineage: String(key), mark: "\(revision)-\(stamp)")
    }
}
#endif
