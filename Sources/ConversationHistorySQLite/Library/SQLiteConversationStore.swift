#if SQLite
public import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The store of a conversation of a ``SQLiteConversationLibrary``.
///
/// A save writes the rows that have changed, in one transaction: for a turn those of its entries, however long the
/// conversation is. As every store of a library it is one writer: a save onto a state that it has not seen is refused as
/// a conflict.
public final class SQLiteConversationStore<Message: HistoryMessage>: HistoryStore {
    /// What ``save(_:)`` and ``load()`` throw.
    public typealias Failure = HistoryStoreError

    /// The state of the conversation that this store saw last.
    private struct Seen {
        let key: Int64
        let lineage: Int64
        let revision: Int64
        let attributes: ConversationAttributes
        let snapshot: ConversationSnapshot<Message>
        let head: [UInt8]
    }

    private let pool: SQLiteConnectionPool
    private let damage: MetDamage
    private let id: ConversationID
    private let scope: LibraryScope
    private let coding = SnapshotRowCoding<Message>()
    /// What a save is told apart from must not change while it is under way.
    private let gate = SerialGate()
    private let seen = Lock<Seen?>(nil)

    init(_ pool: SQLiteConnectionPool, _ damage: MetDamage, _ id: ConversationID, _ scope: LibraryScope) {
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
        let (id, scope, coding) = (id, scope, coding)
        let loaded: Seen?
        do throws(SQLiteFailure) {
            loaded = try await damage.reading(id) { () throws(SQLiteFailure) in
                try await pool.read { (database) throws(SQLiteFailure) -> Seen? in
                    guard let row = try database.conversation(id), scope.includes(row.info.owner) else { return nil }
                    guard row.info.deleted == nil else {
                        throw .refused(HistoryStoreError.noSuchConversation("load", in: database.path))
                    }
                    let snapshot = try database.snapshot(of: row, coding, "load")
                    return Seen(
                        key: row.key,
                        lineage: row.lineage,
                        revision: row.revision,
                        attributes: row.attributes,
                        snapshot: snapshot,
                        head: row.head ?? []
                    )
                }
            }
        } catch { throw HistoryStoreError(error, operation: "load", location: pool.path) }
        seen.withLock { $0 = loaded }
        return loaded?.snapshot
    }

    /// Writes what has changed since this store last loaded or saved, in one transaction.
    @concurrent
    public func save(_ snapshot: ConversationSnapshot<Message>) async throws(HistoryStoreError) {
        try LibraryName.check(id.rawValue, operation: "save")
        await gate.enter()
        defer { gate.leave() }
        let seen = seen.withLock { $0 }
        let plan: SavePlan<Message>
        do throws(SnapshotError) {
            plan = try SavePlan(from: seen?.snapshot ?? ConversationSnapshot(), to: snapshot, coding)
        } catch { throw HistoryStoreError(error, operation: "save", location: pool.path) }
        let saved: Seen
        do throws(SQLiteFailure) {
            if let seen,
                plan.changesNothing(saving: snapshot, onto: seen.snapshot, head: seen.head, seen.attributes)
            {
                saved = try await pool.read { (database) throws(SQLiteFailure) in
                    _ = try self.row(onto: seen, in: database)
                    return seen
                }
            } else if let seen {
                saved = try await pool.write { (database) throws(SQLiteFailure) in
                    try self.update(snapshot, plan, onto: seen, in: database)
                }
            } else {
                saved = try await pool.write { (database) throws(SQLiteFailure) in
                    try self.insert(snapshot, plan, in: database)
                }
            }
        } catch { throw HistoryStoreError(error, operation: "save", location: pool.path) }
        self.seen.withLock { $0 = saved }
    }

    /// Returns the row of the conversation, if it is as this store saw it last.
    private func row(onto seen: Seen, in database: borrowing SQLiteDatabase) throws(SQLiteFailure) -> ConversationRow {
        guard let row = try database.conversation(id) else {
            // What this store has seen was purged: a late save does not bring it back.
            throw .refused(HistoryStoreError.noSuchConversation("save", in: database.path))
        }
        guard scope.includes(row.info.owner) else {
            throw .refused(HistoryStoreError.unseenState("save", in: database.path))
        }
        guard row.info.deleted == nil else {
            throw .refused(HistoryStoreError.noSuchConversation("save", in: database.path))
        }
        guard row.key == seen.key, row.lineage == seen.lineage, row.revision == seen.revision else {
            throw .refused(HistoryStoreError.unseenState("save", in: database.path))
        }
        try row.checkSound()
        return row
    }

    private func update(
        _ snapshot: ConversationSnapshot<Message>,
        _ plan: SavePlan<Message>,
        onto seen: Seen,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> Seen {
        let row = try row(onto: seen, in: database)
        let attributes = ConversationAttributes(snapshot)
        let merged = attributes.merged(seen: seen.attributes, stored: row.attributes)
        guard scope.includes(merged.owner) else {
            throw .refused(HistoryStoreError.outsideOfScope("save", in: database.path))
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
        let revision = row.revision + 1
        try database.update(
            row.key,
            to: info,
            revision: revision,
            snapshotUpdated: snapshot.updated,
            metadata: metadata,
            head: plan.head
        )
        return Seen(
            key: row.key,
            lineage: row.lineage,
            revision: revision,
            attributes: attributes,
            snapshot: snapshot,
            head: plan.head
        )
    }

    private func insert(
        _ snapshot: ConversationSnapshot<Message>,
        _ plan: SavePlan<Message>,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> Seen {
        if let row = try database.conversation(id) {
            let isInTrash = scope.includes(row.info.owner) && row.info.deleted != nil
            throw .refused(
                isInTrash
                    ? HistoryStoreError.noSuchConversation("save", in: database.path)
                    : HistoryStoreError.unseenState("save", in: database.path)
            )
        }
        var owned = snapshot
        if owned.owner == nil { owned.owner = scope.owner }
        guard scope.includes(owned.owner) else {
            throw .refused(HistoryStoreError.outsideOfScope("save", in: database.path))
        }
        let info = ConversationInfo(
            of: owned,
            as: id,
            messageCount: plan.messageCount,
            entryCount: plan.entryCount
        )
        let (key, lineage) = try database.insertConversation(
            info,
            snapshotUpdated: snapshot.updated,
            metadata: plan.metadata,
            head: plan.head
        )
        try plan.apply(to: key, in: database)
        return Seen(
            key: key,
            lineage: lineage,
            revision: 0,
            attributes: ConversationAttributes(snapshot),
            snapshot: snapshot,
            head: plan.head
        )
    }
}
#endif
