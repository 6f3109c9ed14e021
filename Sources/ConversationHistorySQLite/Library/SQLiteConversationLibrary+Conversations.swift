#if SQLite
public import ConversationHistory
import ConversationHistoryRows
public import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteConversationLibrary {
    /// Creates an empty conversation.
    public func create(_ new: NewConversation) async throws(HistoryStoreError) -> ConversationInfo {
        try LibraryName.check(new.id.rawValue, operation: "create")
        let snapshot = ConversationSnapshot<Message>(new, in: scope)
        guard scope.includes(snapshot.owner) else { throw .outsideOfScope("create", in: pool.path) }
        try LibraryName.check(snapshot.owner, operation: "create")
        let head = try encoding("create") { () throws(SnapshotError) in try snapshot.encodedHead() }
        let metadata = try encoding("create") { () throws(SnapshotError) in try coding.bytes(of: snapshot.metadata) }
        return try await write("create") { (database) throws(SQLiteFailure) in
            try insert(snapshot, as: new.id, metadata: metadata, head: head, "create", in: database).info
        }
    }

    /// Inserts a conversation, and throws if its id is taken.
    func insert(
        _ snapshot: ConversationSnapshot<Message>,
        as id: ConversationID,
        messageCount: Int = 0,
        entryCount: Int = 0,
        metadata: [UInt8],
        head: [UInt8],
        _ operation: String,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> (key: Int64, info: ConversationInfo) {
        guard try database.conversation(id) == nil else {
            throw .refused(HistoryStoreError.idIsTaken(operation, in: database.path))
        }
        let info = ConversationInfo(of: snapshot, as: id, messageCount: messageCount, entryCount: entryCount)
        let key = try database.insertConversation(
            info,
            stamp: .newStamp,
            snapshotUpdated: snapshot.updated,
            metadata: metadata,
            head: head
        ).key
        return (key, info)
    }

    /// Returns a conversation's info without reading its history.
    public func info(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo {
        try await read("look up") { (database) throws(SQLiteFailure) in
            damage.flagging(try database.record(id, scope, "look up").info)
        }
    }

    /// Sets or removes the title of a conversation.
    public func rename(_ id: ConversationID, to title: String?) async throws(HistoryStoreError) {
        try await change(id, "rename") { $0.title = title }
    }

    /// Replaces the metadata of a conversation.
    public func setMetadata(_ metadata: JSONObject, of id: ConversationID) async throws(HistoryStoreError) {
        try await change(id, "set the metadata of") { $0.metadata = metadata }
    }

    /// Changes the owner of a conversation.
    public func setOwner(_ owner: Owner?, of id: ConversationID) async throws(HistoryStoreError) {
        guard scope.includes(owner) else { throw .outsideOfScope("set the owner of", in: pool.path) }
        try LibraryName.check(owner, operation: "set the owner of")
        try await change(id, "set the owner of") { $0.owner = owner }
    }

    /// Changes the attributes of a conversation that is not in the trash.
    private func change(
        _ id: ConversationID,
        _ operation: String,
        _ body: @Sendable (inout ConversationAttributes) -> Void
    ) async throws(HistoryStoreError) {
        try await write(operation) { (database) throws(SQLiteFailure) in
            let row = try database.live(id, scope, operation)
            try row.checkSound()
            var attributes = row.attributes
            body(&attributes)
            let metadata = try database.encoding(operation) { () throws(SnapshotError) in
                try coding.bytes(of: attributes.metadata)
            }
            try database.update(
                row.key,
                title: attributes.title,
                owner: attributes.owner,
                metadata: metadata,
                updated: .now.storable
            )
        }
    }

    /// Moves a conversation into the trash.
    public func delete(_ id: ConversationID) async throws(HistoryStoreError) {
        try await write("delete") { (database) throws(SQLiteFailure) in
            try database.setDeleted(.now.storable, try database.live(id, scope, "delete").key)
        }
    }

    /// Restores a conversation from the trash.
    public func restore(_ id: ConversationID) async throws(HistoryStoreError) {
        try await write("restore") { (database) throws(SQLiteFailure) in
            let row = try database.record(id, scope, "restore")
            guard row.info.deleted != nil else {
                throw .refused(HistoryStoreError.noSuchConversation("restore", in: database.path))
            }
            try database.setDeleted(nil, row.key)
        }
    }

    /// Removes conversations in the trash permanently, all of them in one transaction.
    public func purge(_ request: PurgeRequest) async throws(HistoryStoreError) -> PurgeReport {
        try request.checkDates("purge")
        if scope.isEmpty { return PurgeReport() }
        return try await write("purge") { (database) throws(SQLiteFailure) in
            var report = PurgeReport()
            let ids = request.ids.map(Set.init)
            for (key, id) in try deleted(before: request.deletedBefore, in: database) where ids?.contains(id) ?? true {
                let row = try database.record(id, scope, "purge")
                report.conversations.append(id)
                report.entryCount = report.entryCount.addingClamped(row.info.entryCount)
                report.artifactCount += try database.withStatement(
                    "SELECT count(DISTINCT name) FROM artifacts WHERE conversation = ?1"
                ) { (statement) throws(SQLiteFailure) in
                    try statement.bind(key, at: 1)
                    return try statement.step() ? try statement.int(at: 0) : 0
                }
                // Everything that belongs to the conversation is deleted with it, except entries that a fork shares.
                try database.withStatement("DELETE FROM conversations WHERE key = ?1") {
                    (statement) throws(SQLiteFailure) in try statement.run(key)
                }
                try database.removeWordsOfRemovedEntries()
            }
            return report
        }
    }

    /// Returns the conversations in the trash, sorted by id.
    private func deleted(
        before date: Date?,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> [(key: Int64, id: ConversationID)] {
        // The unary plus keeps SQLite from using the index of ids for the order, which would scan all conversations.
        try database.withStatement(
            """
            SELECT key, id FROM conversations
            WHERE deleted IS NOT NULL AND (?1 IS NULL OR owner_user = ?1) AND (?2 IS NULL OR owner_organization = ?2)
              AND (?3 IS NULL OR deleted < ?3)
            ORDER BY +id
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(scope, at: 1)
            try statement.bind(date, at: 3)
            var found: [(key: Int64, id: ConversationID)] = []
            while try statement.step() {
                found.append((try statement.int64(at: 0), ConversationID(try statement.text(at: 1))))
            }
            return found
        }
    }
}
#endif
