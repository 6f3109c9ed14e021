#if SQLite
public import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The store of one conversation in a ``SQLiteConversationLibrary``.
///
/// A save writes only the changed rows, in one transaction: for a turn, those of its entries, however long the
/// conversation is. A snapshot may replace only the stored state that it was made from; any other save fails with a
/// conflict.
public final class SQLiteConversationStore<Message: HistoryMessage>: HistoryStore {
    /// The error type of ``save(_:)`` and ``load()``.
    public typealias Failure = HistoryStoreError

    /// A known state of the conversation, with everything that the next save needs to write only the differences.
    private struct Base {
        let mark: StoredRevision
        let snapshot: ConversationSnapshot<Message>
        /// The attributes as this store wrote or read them; other writers may have changed them in the library.
        let attributes: ConversationAttributes
        let head: [UInt8]
    }

    /// The result of comparing the stored state with the state that a save expects.
    private enum Found {
        /// The stored state is the expected one, and the save may write.
        case asExpected(ConversationRow?, since: ConversationAttributes?)
        /// The save is admitted, but the stored state must be read first.
        case unread
    }

    private let pool: SQLiteConnectionPool
    private let damage: DamageRegistry
    private let id: ConversationID
    private let scope: LibraryScope
    private let coding = SnapshotRowCoding<Message>()
    /// Serializes the loads and saves of this instance, so that `known` stays consistent with the stored state.
    private let gate = SerialGate()
    private let tracker = SnapshotTracker()
    /// The state that this instance last loaded or saved.
    private let known = Lock<Base?>(nil)

    init(_ pool: SQLiteConnectionPool, _ damage: DamageRegistry, _ id: ConversationID, _ scope: LibraryScope) {
        self.pool = pool
        self.damage = damage
        self.id = id
        self.scope = scope
    }

    /// Loads a consistent view of the conversation, or returns `nil` if the scope has no such conversation.
    ///
    /// - Throws: `HistoryStoreError`, with the code `notFound` if the conversation is in the trash.
    @concurrent
    public func load() async throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        await gate.enter()
        defer { gate.leave() }
        guard let base = try await read("load") else {
            tracker.didFindNothing()
            return nil
        }
        var snapshot = base.snapshot
        tracker.didLoad(&snapshot, SeenState(revision: base.mark, attributes: base.attributes))
        return snapshot
    }

    /// Reads the conversation and stores it in `known`; returns `nil` if the scope has no such conversation.
    private func read(_ operation: String) async throws(HistoryStoreError) -> Base? {
        let (id, scope, coding) = (id, scope, coding)
        let base: Base?
        do throws(SQLiteFailure) {
            base = try await damage.reading(id) { () throws(SQLiteFailure) in
                try await pool.read { (database) throws(SQLiteFailure) -> Base? in
                    guard let row = try database.conversation(id) else { return nil }
                    try row.checkOwner()
                    guard scope.includes(row.info.owner) else { return nil }
                    guard row.info.deleted == nil else {
                        throw .refused(HistoryStoreError.noSuchConversation(operation, in: database.path))
                    }
                    let snapshot = try database.snapshot(of: row, coding, operation)
                    return Base(mark: row.mark, snapshot: snapshot, attributes: row.attributes, head: row.head ?? [])
                }
            }
        } catch { throw HistoryStoreError(error, operation: operation, location: pool.path) }
        known.exchange(base)
        return base
    }

    /// Saves the differences from the stored state, in one transaction.
    ///
    /// - Throws: `HistoryStoreError`: the snapshot was not made from the stored state (`conflict`), the conversation
    ///   was deleted or purged (`notFound`), or its owner is outside the scope (`permissionDenied`).
    @concurrent
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try LibraryName.check(id.rawValue, operation: "save")
        await gate.enter()
        defer { gate.leave() }
        let save = tracker.beginSave(of: snapshot)
        var base = known.withLock { $0 }
        // The known state is of no use for a snapshot that was made from another one.
        if let known = base, !save.admission(onto: known.mark).isAdmitted { base = nil }
        // Others may write between the read and the write. Then this save is not admitted, because no snapshot descends
        // from their state, so the loop ends.
        while try await !write(snapshot, onto: base, for: save) { base = try await read("save") }
    }

    /// Writes the differences from a known state.
    ///
    /// - Returns: Whether that state is the stored one, so that the save is complete.
    private func write(
        _ snapshot: ConversationSnapshot<Message>,
        onto base: Base?,
        for save: TrackedSave
    ) async throws(HistoryStoreError) -> Bool {
        let plan: SavePlan<Message>
        do throws(SnapshotError) {
            plan = try SavePlan(from: base?.snapshot ?? ConversationSnapshot(), to: snapshot, coding)
        } catch { throw HistoryStoreError(error, operation: "save", location: pool.path) }
        let mark: StoredRevision?
        let seen = base.map { save.admission(onto: $0.mark).seen?.attributes ?? $0.attributes }
        do throws(SQLiteFailure) {
            if let base, let seen, plan.changesNothing(saving: snapshot, onto: base.snapshot, head: base.head, seen) {
                mark = try await pool.read { (database) throws(SQLiteFailure) -> StoredRevision? in
                    guard case .asExpected(let row, _) = try self.look(in: database, for: save, onto: base.mark) else {
                        return nil
                    }
                    return row?.mark
                }
            } else {
                mark = try await pool.write { (database) throws(SQLiteFailure) -> StoredRevision? in
                    switch try self.look(in: database, for: save, onto: base?.mark) {
                    case .unread: return nil
                    case .asExpected(nil, _): return try self.insert(snapshot, plan, in: database)
                    case .asExpected(let row?, let seen):
                        return try self.update(row, to: snapshot, plan, since: seen ?? row.attributes, in: database)
                    }
                }
            }
        } catch { throw HistoryStoreError(error, operation: "save", location: pool.path) }
        guard let mark else { return false }
        let attributes = ConversationAttributes(snapshot)
        known.exchange(Base(mark: mark, snapshot: snapshot, attributes: attributes, head: plan.head))
        save.didWrite(SeenState(revision: mark, attributes: attributes))
        return true
    }

    /// Checks the stored state, and throws unless the save is admitted.
    private func look(
        in database: borrowing SQLiteDatabase,
        for save: TrackedSave,
        onto mark: StoredRevision?
    ) throws(SQLiteFailure) -> Found {
        guard let row = try database.conversation(id) else {
            // The conversation that the snapshot was made from was purged, and a late save must not recreate it.
            guard save.admission(onto: nil).isAdmitted else {
                throw .refused(HistoryStoreError.noSuchConversation("save", in: database.path))
            }
            return mark == nil ? .asExpected(nil, since: nil) : .unread
        }
        guard scope.includes(row.info.owner) else {
            throw .refused(HistoryStoreError.unseenState("save", in: database.path))
        }
        guard row.info.deleted == nil else {
            throw .refused(HistoryStoreError.noSuchConversation("save", in: database.path))
        }
        guard case .admitted(let seen) = save.admission(onto: row.mark).kind else {
            throw .refused(HistoryStoreError.unseenState("save", in: database.path))
        }
        guard row.mark == mark else { return .unread }
        try row.checkSound()
        return .asExpected(row, since: seen?.attributes)
    }

    private func update(
        _ row: ConversationRow,
        to snapshot: ConversationSnapshot<Message>,
        _ plan: SavePlan<Message>,
        since seen: ConversationAttributes,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> StoredRevision {
        let attributes = ConversationAttributes(snapshot)
        let merged = attributes.merged(seen: seen, stored: row.attributes)
        guard scope.includes(merged.owner) else {
            throw .refused(HistoryStoreError.outsideOfScope("save", in: database.path))
        }
        if merged.owner != row.attributes.owner {
            do throws(HistoryStoreError) { try LibraryName.check(merged.owner, operation: "save") } catch {
                throw .refused(error)
            }
        }
        try plan.apply(to: row.key, in: database)
        var info = row.info
        info.title = merged.title
        info.owner = merged.owner
        info.updated = max(snapshot.updated ?? info.updated, info.updated)
        info.origin = snapshot.origin
        info.messageCount = plan.messageCount
        info.entryCount = plan.entryCount
        let isSameMetadata = merged.metadata == attributes.metadata
        let metadata =
            try isSameMetadata
            ? plan.metadata
            : database.encoding("save") { () throws(SnapshotError) in
                try coding.bytes(of: merged.metadata)
            }
        let (revision, isTooHigh) = row.revision.addingReportingOverflow(1)
        if isTooHigh { throw .damagedValue }
        let stamp = Int64.newStamp
        try database.update(
            row.key,
            to: info,
            revision: revision,
            stamp: stamp,
            snapshotUpdated: snapshot.updated,
            metadata: metadata,
            head: plan.head
        )
        return StoredRevision(key: row.key, lineage: row.lineage, revision: revision, stamp: stamp)
    }

    private func insert(
        _ snapshot: ConversationSnapshot<Message>,
        _ plan: SavePlan<Message>,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> StoredRevision {
        var owned = snapshot
        if owned.owner == nil { owned.owner = scope.owner }
        guard scope.includes(owned.owner) else {
            throw .refused(HistoryStoreError.outsideOfScope("save", in: database.path))
        }
        do throws(HistoryStoreError) { try LibraryName.check(owned.owner, operation: "save") } catch {
            throw .refused(error)
        }
        let info = ConversationInfo(
            of: owned,
            as: id,
            messageCount: plan.messageCount,
            entryCount: plan.entryCount
        )
        let stamp = Int64.newStamp
        let (key, lineage) = try database.insertConversation(
            info,
            stamp: stamp,
            snapshotUpdated: snapshot.updated,
            metadata: plan.metadata,
            head: plan.head
        )
        try plan.apply(to: key, in: database)
        return StoredRevision(key: key, lineage: lineage, revision: 0, stamp: stamp)
    }
}

extension ConversationRow {
    /// The revision that distinguishes this state of the history from all others.
    fileprivate var mark: StoredRevision {
        StoredRevision(key: key, lineage: lineage, revision: revision, stamp: stamp)
    }
}

extension StoredRevision {
    fileprivate init(key: Int64, lineage: Int64, revision: Int64, stamp: Int64) {
        self.init(lineage: "\(key)-\(lineage)", mark: "\(revision)-\(stamp)")
    }
}
#endif
