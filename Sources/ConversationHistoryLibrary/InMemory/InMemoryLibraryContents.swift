import ConversationHistory

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Everything that an ``InMemoryConversationLibrary`` holds.
struct InMemoryLibraryContents<Message: HistoryMessage>: Sendable {
    /// One conversation, and what belongs to it.
    struct Record: Sendable {
        var snapshot: ConversationSnapshot<Message>
        let created: Date
        var updated: Date
        /// Random: a conversation that is created anew under the id of an old one is another one.
        let lineage = EntryID.unique()
        var revision = 0
        var deleted: Date?
        /// The versions of each file, oldest first.
        var artifacts: [Identifier<Artifact>: [Artifact]] = [:]

        /// What tells the stored history from all its other states.
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

    /// A conversation's place in the order of lists, and what a list passes it over by without looking at it.
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

    /// All conversations by when they changed last, and then by their ids: lists need not sort.
    private(set) var order: [Place] = []

    /// A conversation; one that is set has its place in the order.
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

    /// Returns a record that a scope shows, even in the trash.
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

    /// Returns a record that a scope shows and that is not in the trash.
    func live(
        _ id: ConversationID,
        _ scope: LibraryScope,
        _ operation: String
    ) throws(HistoryStoreError) -> Record {
        let record = try record(id, scope, operation)
        guard record.deleted == nil else { throw .noSuchConversation(operation) }
        return record
    }

    /// Changes a record that a scope shows and that is not in the trash.
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
