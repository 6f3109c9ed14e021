import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// The contents of an ``InMemoryConversationLibrary``.
struct InMemoryLibraryContents<Message: HistoryMessage>: Sendable {
    /// A conversation with its artifacts.
    struct Record: Sendable {
        var snapshot: ConversationSnapshot<Message>
        let created: Date
        var updated: Date
        /// Random, so that a conversation that reuses the id of a removed one is distinct from it.
        let lineage = EntryID.unique()
        var revision = 0
        var deleted: Date?
        /// The versions of each artifact, oldest first.
        var artifacts: [Identifier<Artifact>: [Artifact]] = [:]

        /// The revision of the stored history.
        var mark: StoredRevision { StoredRevision(lineage: lineage.rawValue, mark: String(revision)) }

        init(_ snapshot: ConversationSnapshot<Message>, created: Date) {
            self.snapshot = snapshot
            self.created = created
            updated = snapshot.updated ?? created
        }

        func info(_ id: ConversationID) -> ConversationInfo {
            ConversationInfo(
                id: id,
                title: snapshot.title,
                owner: snapshot.owner,
                created: created,
                updated: updated,
                metadata: snapshot.metadata,
                origin: snapshot.origin,
                messageCount: snapshot.messages.count,
                entryCount: snapshot.entries.count,
                deleted: deleted
            )
        }
    }

    private(set) var records: [ConversationID: Record] = [:]

    /// The sort keys of a conversation, and the attributes by which a list can skip it without its record.
    struct Place: Sendable {
        let cursor: ListCursor
        let owner: Owner?
        let isDeleted: Bool

        init(_ id: ConversationID, _ record: Record) {
            cursor = ListCursor(updated: record.updated, id: id)
            owner = record.snapshot.owner
            isDeleted = record.deleted != nil
        }

        static func < (left: Place, right: Place) -> Bool {
            left.cursor.updated == right.cursor.updated
                ? left.cursor.id < right.cursor.id : left.cursor.updated < right.cursor.updated
        }
    }

    /// All conversations ordered by the date of the last change and then by id, so that lists need not sort.
    private(set) var order: [Place] = []

    /// A conversation; the setter also updates the order.
    subscript(id: ConversationID) -> Record? {
        get { records[id] }
        set {
            let (old, new) = (records[id].map { Place(id, $0) }, newValue.map { Place(id, $0) })
            records[id] = newValue
            if let old, let new, old.cursor == new.cursor {
                order[order.firstPlace { !($0 < old) }] = new
                return
            }
            if let old { order.remove(at: order.firstPlace { !($0 < old) }) }
            if let new { order.insert(new, at: order.firstPlace { !($0 < new) }) }
        }
    }

    /// Returns a record within the scope, even if it is in the trash.
    func record(
        _ id: ConversationID,
        _ scope: LibraryScope,
        _ operation: String
    ) throws(HistoryStoreError) -> Record {
        guard let record = records[id], scope.includes(record.snapshot.owner) else {
            throw .noSuchConversation(operation)
        }
        return record
    }

    /// Returns a record within the scope and outside the trash.
    func live(
        _ id: ConversationID,
        _ scope: LibraryScope,
        _ operation: String
    ) throws(HistoryStoreError) -> Record {
        let record = try record(id, scope, operation)
        guard record.deleted == nil else { throw .noSuchConversation(operation) }
        return record
    }

    /// Changes a record within the scope and outside the trash.
    mutating func change<Result>(
        _ id: ConversationID,
        _ scope: LibraryScope,
        _ operation: String,
        _ body: (inout Record) throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        var record = try live(id, scope, operation)
        let result = try body(&record)
        self[id] = record
        return result
    }
}
