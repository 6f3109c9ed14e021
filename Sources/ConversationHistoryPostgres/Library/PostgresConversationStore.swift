#if PostgreSQL
public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The store of a conversation of a ``PostgresConversationLibrary``.
///
/// A save writes the rows that have changed, in one transaction and one round trip: for a turn those of its entries,
/// however long the conversation is. As every store of a library it is one writer: a save onto a state that it has not
/// seen is refused as a conflict.
///
/// If the connection is lost before the server has answered, the store looks on the next one whether the save was
/// committed, and saves again if it was not. Only if no connection comes about within the time that is waited for one,
/// the save throws an error with the code `notDurable`; saving again is safe then too.
public final class PostgresConversationStore<Message: HistoryMessage>: HistoryStore {
    /// What ``save(_:)`` and ``load()`` throw.
    public typealias Failure = HistoryStoreError

    /// The state of the conversation that this store saw last.
    private struct Seen {
        let key: Int64
        let revision: Int64
        /// The random mark of the save that made this state: after a failover or a restored dump, the number alone may
        /// be another state's.
        let stamp: Int64
        let attributes: ConversationAttributes
        let snapshot: ConversationSnapshot<Message>
        let head: [UInt8]
    }

    /// A save, and what is stored once it is done.
    private struct Attempt {
        let stamp: Int64
        let commands: [PostgresCommand]
        let saved: Seen
    }

    private struct State {
        var seen: Seen?
        /// A save whose outcome is not known.
        var unanswered: Attempt?
    }

    private let pool: PostgresConnectionPool
    private let damage: MetDamage
    private let id: ConversationID
    private let scope: LibraryScope
    private let coding = SnapshotRowCoding<Message>()
    /// What a save is told apart from must not change while it is under way.
    private let gate = SerialGate()
    private let state = Lock(State())

    init(_ pool: PostgresConnectionPool, _ damage: MetDamage, _ id: ConversationID, _ scope: LibraryScope) {
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
        let (id, scope, coding, location) = (id, scope, coding, pool.location)
        let loaded: Seen?
        do throws(PostgresFailure) {
            loaded = try await damage.reading(id) { () throws(PostgresFailure) in
                try await pool.read { (session) throws(PostgresFailure) -> Seen? in
                    let results = try session.transaction(.read, scope, SnapshotRows.commands(id, scope))
                    guard let row = try ConversationRow.first(results[0]), scope.includes(row.info.owner) else {
                        return nil
                    }
                    guard row.info.deleted == nil else {
                        throw .refused(HistoryStoreError.noSuchConversation("load", in: location))
                    }
                    return Seen(
                        key: row.key,
                        revision: row.revision,
                        stamp: row.stamp,
                        attributes: row.attributes,
                        snapshot: try SnapshotRows.snapshot(of: row, results, coding, "load", location),
                        head: row.head ?? []
                    )
                }
            }
        } catch { throw HistoryStoreError(error, operation: "load", location: location) }
        state.withLock { $0 = State(seen: loaded) }
        return loaded?.snapshot
    }

    /// Writes what has changed since this store last loaded or saved, in one transaction.
    @concurrent
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try LibraryName.check(id.rawValue, operation: "save")
        await gate.enter()
        defer { gate.leave() }
        do throws(PostgresFailure) {
            try await settle()
            while true {
                let seen = state.withLock { $0.seen }
                let attempt = try attempt(snapshot, onto: seen)
                if attempt.commands.isEmpty {
                    try check(try await row(), onto: seen)
                    return
                }
                if try await commit(attempt) { return }
            }
        } catch { throw HistoryStoreError(error, operation: "save", location: pool.location) }
    }

    // MARK: - What is written

    /// Returns what saves a snapshot; no commands if it is what is stored already.
    private func attempt(
        _ snapshot: ConversationSnapshot<Message>,
        onto seen: Seen?
    ) throws(PostgresFailure) -> Attempt {
        let plan: SavePlan<Message>
        do throws(SnapshotError) {
            plan = try SavePlan(from: seen?.snapshot ?? ConversationSnapshot(), to: snapshot, coding)
        } catch { throw .refused(HistoryStoreError(error, operation: "save", location: pool.location)) }
        let stamp = Int64.newStamp
        let attributes = ConversationAttributes(snapshot)
        let saved = Seen(
            key: seen?.key ?? .newKey,
            // As the server counts it; it was read, and may be any number.
            revision: seen.map { $0.revision &+ 1 } ?? 0,
            stamp: stamp,
            attributes: attributes,
            snapshot: snapshot,
            head: plan.head
        )
        guard let seen else {
            return Attempt(stamp: stamp, commands: insertion(of: saved, plan, stamp), saved: saved)
        }
        if plan.changesNothing(saving: snapshot, onto: seen.snapshot, head: seen.head, seen.attributes) {
            return Attempt(stamp: stamp, commands: [], saved: seen)
        }
        let update = PostgresCommand.update(
            id,
            scope,
            onto: (key: seen.key, revision: seen.revision, stamp: seen.stamp),
            stamp: stamp,
            attributes: attributes,
            changes: attributes.changes(since: seen.attributes),
            snapshotUpdated: snapshot.updated,
            origin: snapshot.origin,
            plan,
            hasNewHead: plan.head != seen.head
        )
        return Attempt(stamp: stamp, commands: [update] + plan.commands(for: seen.key), saved: saved)
    }

    private func insertion(of new: Seen, _ plan: SavePlan<Message>, _ stamp: Int64) -> [PostgresCommand] {
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
    /// - Returns: Whether it is stored now; if not, an earlier one is whose outcome had not been known, and this one has
    ///   to be made anew onto that.
    private func commit(_ attempt: Attempt) async throws(PostgresFailure) -> Bool {
        let owner = attempt.saved.attributes.owner ?? scope.owner
        let seen = state.withLock { $0.seen }
        let givesOwner = seen.map { attempt.saved.attributes.changes(since: $0.attributes).owner } ?? true
        if givesOwner, !scope.includes(seen == nil ? owner : attempt.saved.attributes.owner) {
            try check(try await row(), onto: seen)
            throw .refused(HistoryStoreError.outsideOfScope("save", in: pool.location))
        }
        if scope.isEmpty {
            try check(try await row(), onto: seen)
        }
        var lossCount = 0
        while true {
            do throws(PostgresFailure) {
                _ = try await pool.write(
                    scope,
                    attempt.commands,
                    afterwards: [PostgresNotices.notice(id, pool.settings)]
                )
                return remember(attempt)
            } catch {
                let isRefusal = error.sqlState == PostgresState.refused
                if case .unanswered = error {
                    state.withLock { $0.unanswered = attempt }
                    lossCount += 1
                    guard lossCount < 5 else { throw error }
                } else if !isRefusal {
                    throw error
                }
                let row = try await outcome(of: error)
                if row?.key == attempt.saved.key, row?.stamp == attempt.stamp { return remember(attempt) }
                if isRefusal {
                    if adoptUnanswered(row) { return false }
                    try check(row, onto: seen)
                    // It is as it was seen again: what was in the way has gone, as a conversation that was restored has.
                    throw .refused(HistoryStoreError.unseenState("save", in: pool.location))
                }
                // It was not committed as of now, so it is done again. Should the lost one still come about, whichever
                // of the two is later is refused, and finds that the other one has stored the same.
            }
        }
    }

    /// Looks what is stored after a save has failed; if it cannot be looked at, the outcome stays unknown.
    private func outcome(of failure: PostgresFailure) async throws(PostgresFailure) -> ConversationRow? {
        do throws(PostgresFailure) {
            return try await settledRow()
        } catch {
            if case .unanswered = failure { throw failure }
            throw error
        }
    }

    /// Finds out what has become of a save whose answer was lost, before the next one.
    private func settle() async throws(PostgresFailure) {
        guard state.withLock({ $0.unanswered != nil }) else { return }
        _ = adoptUnanswered(try await settledRow())
    }

    /// Takes a save whose outcome was not known for done, if it is what is stored.
    private func adoptUnanswered(_ row: ConversationRow?) -> Bool {
        state.withLock { state in
            guard let attempt = state.unanswered, let row, row.key == attempt.saved.key, row.stamp == attempt.stamp
            else { return false }
            state = State(seen: attempt.saved)
            return true
        }
    }

    private func remember(_ attempt: Attempt) -> Bool {
        state.withLock { $0 = State(seen: attempt.saved) }
        return true
    }

    // MARK: - What is stored

    /// Returns what is stored for good.
    ///
    /// The lock is a change: it waits for a save that is still under way, and its commit is answered when everything
    /// before it is where a commit has to be, on the standbys too. What is only read may be lost with the server.
    private func settledRow() async throws(PostgresFailure) -> ConversationRow? {
        try ConversationRow.first(try await pool.write(scope, [.lockedConversation(id)])[0])
    }

    private func row() async throws(PostgresFailure) -> ConversationRow? {
        let results = try await pool.read(scope, [.conversation(id)])
        return try ConversationRow.first(results[0])
    }

    /// Throws unless the conversation is as this store saw it last.
    private func check(_ row: ConversationRow?, onto seen: Seen?) throws(PostgresFailure) {
        let error: HistoryStoreError
        switch (row, seen) {
        case (nil, nil): return
        // What this store has seen was purged: a late save does not bring it back.
        case (nil, .some): error = .noSuchConversation("save", in: pool.location)
        case (.some(let row), _) where !scope.includes(row.info.owner):
            error = .unseenState("save", in: pool.location)
        case (.some(let row), _) where row.info.deleted != nil: error = .noSuchConversation("save", in: pool.location)
        case (.some(let row), .some(let seen))
        where row.key == seen.key && row.revision == seen.revision && row.stamp == seen.stamp:
            return
        default: error = .unseenState("save", in: pool.location)
        }
        throw .refused(error)
    }
}
#endif
