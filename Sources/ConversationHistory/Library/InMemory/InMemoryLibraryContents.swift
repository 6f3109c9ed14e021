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

    /// All conversations by when they changed last, and then by their ids: lists need not sort.
    private(set) var order: [ListCursor] = []

    /// A conversation; one that is set has its place in the order.
    subscript(id: ConversationID) -> Record? {
        get { records[id] }
        set {
            let old = records[id].map { ListCursor(updated: $0.updated, id: id) }
            let new = newValue.map { ListCursor(updated: $0.updated, id: id) }
            records[id] = newValue
            guard old != new else { return }
            if let old { order.remove(at: order.firstPlace { !Self.precedes($0, old) }) }
            if let new { order.insert(new, at: order.firstPlace { !Self.precedes($0, new) }) }
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

    private static func precedes(_ left: ListCursor, _ right: ListCursor) -> Bool {
        left.updated == right.updated ? left.id < right.id : left.updated < right.updated
    }
}
