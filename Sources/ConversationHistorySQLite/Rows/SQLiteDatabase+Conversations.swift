#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import ConversationHistoryLibrary

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// Access to the rows of conversations.
extension SQLiteDatabase {
    /// Returns the row of a conversation, or `nil` if it does not exist.
    func conversation(_ id: ConversationID) throws(SQLiteFailure) -> ConversationRow? {
        try withStatement(
            """
            SELECT key, lineage, revision, id, title, has_owner, owner_user, owner_organization, created, updated,
              snapshot_updated, deleted, metadata, has_origin, origin_conversation, origin_entry, message_count,
              entry_count, stamp, head
            FROM conversations WHERE id = ?1
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(id.rawValue, at: 1)
            return try statement.step() ? try ConversationRow(statement) : nil
        }
    }

    /// Returns the row of a conversation in a scope, even from the trash.
    ///
    /// - Throws: `notFound` if the scope has no such conversation.
    func record(
        _ id: ConversationID,
        _ scope: LibraryScope,
        _ operation: String
    ) throws(SQLiteFailure) -> ConversationRow {
        guard let row = try conversation(id), scope.includes(row.info.owner) else {
            throw .refused(HistoryStoreError.noSuchConversation(operation, in: path))
        }
        return row
    }

    /// Returns the row of a conversation in a scope and not in the trash.
    ///
    /// - Throws: `notFound` if the scope has no such conversation outside the trash.
    func live(
        _ id: ConversationID,
        _ scope: LibraryScope,
        _ operation: String
    ) throws(SQLiteFailure) -> ConversationRow {
        let row = try record(id, scope, operation)
        guard row.info.deleted == nil else {
            throw .refused(HistoryStoreError.noSuchConversation(operation, in: path))
        }
        return row
    }

    /// Inserts a conversation without entries.
    ///
    /// - Returns: The key and the lineage of the new row.
    func insertConversation(
        _ info: ConversationInfo,
        stamp: Int64,
        snapshotUpdated: Date?,
        metadata: [UInt8],
        head: [UInt8]
    ) throws(SQLiteFailure) -> (key: Int64, lineage: Int64) {
        let lineage = Int64.newStamp
        try withStatement(
            """
            INSERT INTO conversations(id, lineage, revision, title, has_owner, owner_user, owner_organization, created,
              updated, snapshot_updated, metadata, has_origin, origin_conversation, origin_entry, message_count,
              entry_count, head, stamp)
            VALUES (?1, ?2, 0, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(info.id.rawValue, at: 1)
            try statement.bind(lineage, at: 2)
            try statement.bind(info.title, at: 3)
            try statement.bind(info.owner, at: 4)
            try statement.bind(info.created, at: 7)
            try statement.bind(info.updated, at: 8)
            try statement.bind(snapshotUpdated, at: 9)
            try statement.bind(text: metadata, at: 10)
            try statement.bind(info.origin, at: 11)
            try statement.bind(info.messageCount, at: 14)
            try statement.bind(info.entryCount, at: 15)
            try statement.bind(text: head, at: 16)
            try statement.bind(stamp, at: 17)
            _ = try statement.run()
        }
        return (sqlite3_last_insert_rowid(handle), lineage)
    }

    /// Updates the attributes that a library may change.
    func update(
        _ key: Int64,
        title: String?,
        owner: Owner?,
        metadata: [UInt8],
        updated: Date
    ) throws(SQLiteFailure) {
        try withStatement(
            """
            UPDATE conversations SET title = ?2, has_owner = ?3, owner_user = ?4, owner_organization = ?5,
              metadata = ?6, updated = ?7, snapshot_updated = ?7
            WHERE key = ?1
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            try statement.bind(title, at: 2)
            try statement.bind(owner, at: 3)
            try statement.bind(text: metadata, at: 6)
            try statement.bind(updated, at: 7)
            _ = try statement.run()
        }
    }

    /// Updates everything that a save changes in a conversation, except its lists.
    func update(
        _ key: Int64,
        to info: ConversationInfo,
        revision: Int64,
        stamp: Int64,
        snapshotUpdated: Date?,
        metadata: [UInt8],
        head: [UInt8]
    ) throws(SQLiteFailure) {
        try withStatement(
            """
            UPDATE conversations SET revision = ?2, title = ?3, has_owner = ?4, owner_user = ?5,
              owner_organization = ?6, updated = ?7, snapshot_updated = ?8, metadata = ?9, has_origin = ?10,
              origin_conversation = ?11, origin_entry = ?12, message_count = ?13, entry_count = ?14, head = ?15,
              stamp = ?16
            WHERE key = ?1
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            try statement.bind(revision, at: 2)
            try statement.bind(info.title, at: 3)
            try statement.bind(info.owner, at: 4)
            try statement.bind(info.updated, at: 7)
            try statement.bind(snapshotUpdated, at: 8)
            try statement.bind(text: metadata, at: 9)
            try statement.bind(info.origin, at: 10)
            try statement.bind(info.messageCount, at: 13)
            try statement.bind(info.entryCount, at: 14)
            try statement.bind(text: head, at: 15)
            try statement.bind(stamp, at: 16)
            _ = try statement.run()
        }
    }

    /// Moves a conversation into the trash, or out of it if the date is `nil`.
    func setDeleted(_ date: Date?, _ key: Int64) throws(SQLiteFailure) {
        try withStatement("UPDATE conversations SET deleted = ?2 WHERE key = ?1") { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            try statement.bind(date, at: 2)
            _ = try statement.run()
        }
    }

    /// Returns a property of the library.
    func property(_ name: String) throws(SQLiteFailure) -> String? {
        try withStatement("SELECT value FROM properties WHERE name = ?1") { (statement) throws(SQLiteFailure) in
            try statement.bind(name, at: 1)
            return try statement.step() ? try statement.text(at: 0) : nil
        }
    }

    /// Sets a property of the library.
    func setProperty(_ name: String, _ value: String) throws(SQLiteFailure) {
        try withStatement(
            "INSERT INTO properties(name, value) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value"
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(name, at: 1)
            try statement.bind(value, at: 2)
            _ = try statement.run()
        }
    }
}

extension SQLiteStatement {
    /// Binds an owner to three consecutive parameters.
    func bind(_ owner: Owner?, at index: Int32) throws(SQLiteFailure) {
        try bind(owner == nil ? 0 : 1, at: index)
        try bind(owner?.user, at: index + 1)
        try bind(owner?.organization, at: index + 2)
    }

    /// Binds the origin of a fork to three consecutive parameters.
    func bind(_ origin: ForkOrigin?, at index: Int32) throws(SQLiteFailure) {
        try bind(origin == nil ? 0 : 1, at: index)
        try bind(origin?.conversation?.rawValue, at: index + 1)
        try bind(origin?.entry?.rawValue, at: index + 2)
    }
}

extension Int64 {
    /// A new random stamp.
    static var newStamp: Int64 { .random(in: .min ... .max) }
}
#endif
