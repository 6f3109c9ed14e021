#if SQLite
public import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The store of a conversation of a ``SQLiteConversationLibrary``.
///
/// A save writes the rows that have changed, in one transaction: for a turn those of its entries, however long the
/// conversation is. A snapshot may be saved over the state that it was made from; a save over any other state is refused
/// as a conflict.
public final class SQLiteConversationStore<Message: HistoryMessage>: HistoryStore {
    /// What ``save(_:)`` and ``load()`` throw.
    public typealias Failure = HistoryStoreError

    /// A state of the conversation, with what the next save needs to write only what differs from it.
    private struct Base {
        let mark: StoredRevision
        let snapshot: ConversationSnapshot<Message>
        /// As the writer gave or saw them; others may have changed them in the library.
        let attributes: ConversationAttributes
        let head: [UInt8]
    }

    /// What a save finds when it looks at what is stored.
    private enum Found {
        /// The conversation is as the save takes it to be, and may be written.
        case asExpected(ConversationRow?, since: ConversationAttributes?)
        /// The save may go ahead, but what is stored has to be read first.
        case unread
    }

    private let pool: SQLiteConnectionPool
    private let damage: DamageRegistry
    private let id: ConversationID
    private let scope: LibraryScope
    private let coding = SnapshotRowCoding<Message>()
    /// Loads and saves of this instance take turns, so that what is stored and what is known of it stay together.
    private let gate = SerialGate()
    private let tracker = SnapshotTracker()
    /// What this instance has last loaded or saved.
    private let known = Lock<Base?>(nil)

    init(_ pool: SQLiteConnectionPool, _ damage: DamageRegistry, _ id: ConversationID, _ scope: LibraryScope) {
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
        guard let base = try await read("load") else {
            tracker.didFindNothing()
            return nil
        }
        var snapshot = base.snapshot
        tracker.didLoad(&snapshot, SeenState(revision: base.mark, attributes: base.attributes))
        return snapshot
    }

    /// Reads the conversation, and remembers it; `nil` if there is none that the scope shows.
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

    /// Writes what differs from what is stored, in one transaction.
    @concurrent
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try LibraryName.check(id.rawValue, operation: "save")
        await gate.enter()
        defer { gate.leave() }
        let save = tracker.beginSave(of: snapshot)
        var base = known.withLock { $0 }
        // What this instance knows is of no use to a snapshot that was made from another state.
        if let known = base, !save.admission(onto: known.mark).isAdmitted { base = nil }
        // Others may write between the reading and the writing, but no snapshot is made from what they write then.
        while try await !write(snapshot, onto: base, for: save) { base = try await read("save") }
    }

    /// Writes what differs from a state.
    ///
    /// - Returns: Whether that is the state that is stored, so that the save is done.
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

    /// Looks at what is stored, and throws unless the save may go ahead.
    private func look(
        in database: borrowing SQLiteDatabase,
        for save: TrackedSave,
        onto mark: StoredRevision?
    ) throws(SQLiteFailure) -> Found {
        guard let row = try database.conversation(id) else {
            // What the snapshot was made from was purged: a late save does not bring it back.
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
    /// What tells the stored history from all its other states.
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
