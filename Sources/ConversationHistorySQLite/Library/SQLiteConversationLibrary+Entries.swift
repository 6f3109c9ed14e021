#if SQLite
public import ConversationHistory
public import ConversationHistoryLibrary
import ConversationHistoryRows

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

extension SQLiteConversationLibrary {
    /// Returns a part of a history; of the rest, only the length is read.
    public func entries(
        of id: ConversationID,
        _ request: EntryRequest
    ) async throws(HistoryStoreError) -> EntryPage<Message> {
        try await read("read") { (database) throws(SQLiteFailure) in
            let row = try database.live(id, scope, "read")
            let (key, info) = (row.key, row.info)
            let count = request.messagesOnly ? info.messageCount : info.entryCount
            let range = request.range(of: count)
            var page = EntryPage<Message>(entries: [], totalCount: count)
            guard !range.isEmpty else { return page }
            // The positions of entries are those of messages only if all entries are messages.
            if request.messagesOnly, info.messageCount < info.entryCount {
                try database.withStatement(
                    """
                    SELECT entries.body, entries.checksum FROM history JOIN entries ON entries.key = history.entry
                    WHERE history.conversation = ?1 AND history.list = 0 AND history.is_message = 1
                    ORDER BY history.position LIMIT ?3 - ?2 OFFSET ?2
                    """
                ) { (statement) throws(SQLiteFailure) in
                    try read(range, of: key, from: &statement, in: database, into: &page)
                }
            } else {
                try database.withStatement(
                    """
                    SELECT entries.body, entries.checksum FROM history JOIN entries ON entries.key = history.entry
                    WHERE history.conversation = ?1 AND history.list = 0 AND history.position >= ?2
                      AND history.position < ?3
                    ORDER BY history.position
                    """
                ) { (statement) throws(SQLiteFailure) in
                    try read(range, of: key, from: &statement, in: database, into: &page)
                }
            }
            return page
        }
    }

    /// Returns a conversation with everything that belongs to it, even if it is in the trash.
    public func contents(of id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<Message> {
        let found: ConversationContents<Message>?
        do throws(SQLiteFailure) {
            found = try await damage.reading(id) { () throws(SQLiteFailure) in
                try await pool.read { (database) throws(SQLiteFailure) in
                    let row = try database.record(id, scope, "read")
                    let (artifacts, problems) = try database.artifacts(of: row.key, id)
                    return ConversationContents(
                        info: row.info,
                        snapshot: try database.snapshot(of: row, coding, "read"),
                        artifacts: artifacts,
                        problems: problems
                    )
                }
            }
        } catch { throw HistoryStoreError(error, operation: "read", location: pool.path) }
        guard let found else { throw .noSuchConversation("read", in: pool.path) }
        return found
    }

    private func read(
        _ range: Range<Int>,
        of key: Int64,
        from statement: inout SQLiteStatement,
        in database: borrowing SQLiteDatabase,
        into page: inout EntryPage<Message>
    ) throws(SQLiteFailure) {
        try statement.bind(key, at: 1)
        try statement.bind(range.lowerBound, at: 2)
        try statement.bind(range.upperBound, at: 3)
        while try statement.step() { page.entries.append(try entry(at: 0, of: statement, in: database, "read")) }
        // A row is missing that the stored counts include.
        guard page.entries.count == range.count else { throw .damagedValue }
    }

    /// Decodes an entry from its line in one column and its checksum in the next.
    func entry(
        at column: Int32,
        of statement: borrowing SQLiteStatement,
        in database: borrowing SQLiteDatabase,
        _ operation: String
    ) throws(SQLiteFailure) -> HistoryEntry<Message> {
        try statement.check(at: column)
        return try statement.withBytes(at: column) { (bytes) throws(SQLiteFailure) in
            try database.decoding(operation) { () throws(SnapshotDecodingError) in try coding.entry(bytes) }
        }
    }

    /// Appends entries to a history, of which only the ids are read.
    public func append(
        _ entries: [HistoryEntry<Message>],
        to id: ConversationID
    ) async throws(HistoryStoreError) {
        try entries.checkDistinct("append to")
        let rows = try encoding("append to") { () throws(SnapshotError) in try EntryRow.rows(of: entries, coding) }
        let ids = Set(entries.map(\.id))
        try await write("append to") { (database) throws(SQLiteFailure) in
            let row = try database.live(id, scope, "append to")
            try row.checkSound()
            guard try !hasEntry(of: ids, in: row.key, database) else {
                throw .refused(HistoryStoreError.hasEntry("append to", in: database.path))
            }
            for (offset, entry) in rows.enumerated() {
                try database.insertEntry(entry, in: row.key, at: row.info.entryCount + offset)
            }
            try database.withStatement(
                """
                UPDATE conversations SET revision = revision + 1, stamp = ?5, updated = ?2, snapshot_updated = ?2,
                  entry_count = entry_count + ?3, message_count = message_count + ?4
                WHERE key = ?1
                """
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(row.key, at: 1)
                try statement.bind(.now.storable, at: 2)
                try statement.bind(rows.count, at: 3)
                try statement.bind(rows.count { $0.isMessage }, at: 4)
                try statement.bind(Int64.newStamp, at: 5)
                _ = try statement.run()
            }
        }
    }

    /// Creates a conversation that shares its first entries with another one, without copying them.
    public func fork(
        _ id: ConversationID,
        after entry: EntryID?,
        as new: NewConversation
    ) async throws(HistoryStoreError) -> ConversationInfo {
        // Unlike a save, a fork encodes within the transaction; that is only the head and the truncated turns.
        try await write("fork") { (database) throws(SQLiteFailure) in
            let row = try database.live(id, scope, "fork")
            try row.checkSound()
            let cut = try entry.map { (entry) throws(SQLiteFailure) in
                try position(of: entry, in: row, database) &+ 1
            }
            let count = cut ?? row.info.entryCount
            let last = try count <= 0 ? nil : entryID(at: count - 1, of: row.key, in: database)
            let head = try database.head(of: row, coding, "fork")
            let isCut = count < row.info.entryCount
            let fork = head.headOfFork(from: id, count: isCut ? count : nil, last: last, as: new)
            let sameTurns = zip(head.turns, fork.turns).prefix { $0 == $1 }.count
            return try insert(fork, as: new.id, sharing: count, sameTurns: sameTurns, of: row, in: database)
        }
    }

    private func insert(
        _ fork: ConversationSnapshot<Message>,
        as id: ConversationID,
        sharing count: Int,
        sameTurns: Int,
        of row: ConversationRow,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> ConversationInfo {
        do throws(HistoryStoreError) {
            try LibraryName.check(id.rawValue, operation: "fork")
            guard scope.includes(fork.owner) else { throw .outsideOfScope("fork", in: database.path) }
            try LibraryName.check(fork.owner, operation: "fork")
        } catch { throw .refused(error) }
        let messageCount =
            try count == row.info.entryCount
            ? row.info.messageCount
            : database.withStatement(
                """
                SELECT count(*) FROM history
                WHERE conversation = ?1 AND list = 0 AND position < ?2 AND is_message = 1
                """
            ) { (statement) throws(SQLiteFailure) in
                try statement.bind(row.key, at: 1)
                try statement.bind(count, at: 2)
                return try statement.step() ? try statement.int(at: 0) : 0
            }
        let (key, info) = try insert(
            fork,
            as: id,
            messageCount: messageCount,
            entryCount: count,
            metadata: try database.encoding("fork") { () throws(SnapshotError) in try coding.bytes(of: fork.metadata) },
            head: try database.encoding("fork") { () throws(SnapshotError) in try fork.encodedHead() },
            "fork",
            in: database
        )
        try database.shareEntries(0..<count, of: row.key, with: key, list: 0)
        try database.copyTurns(0..<sameTurns, of: row.key, to: key)
        for position in sameTurns..<fork.turns.count {
            let line = try database.encoding("fork") { () throws(SnapshotError) in
                try coding.line(of: fork.turns.box(at: position))
            }
            try database.insertTurn(line, in: key, at: position)
        }
        return info
    }

    /// Returns whether a history contains any of some entry ids; only the ids are read.
    private func hasEntry(
        of ids: Set<EntryID>,
        in key: Int64,
        _ database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> Bool {
        try database.withStatement(
            """
            SELECT entries.id FROM history JOIN entries ON entries.key = history.entry
            WHERE history.conversation = ?1 AND history.list = 0
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            while try statement.step() {
                if ids.contains(EntryID(try statement.text(at: 0))) { return true }
            }
            return false
        }
    }

    /// Returns the position of an entry, searching from the end.
    private func position(
        of entry: EntryID,
        in row: ConversationRow,
        _ database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> Int {
        try database.withStatement(
            """
            SELECT history.position FROM history JOIN entries ON entries.key = history.entry
            WHERE history.conversation = ?1 AND history.list = 0 AND entries.id = ?2
            ORDER BY history.position DESC LIMIT 1
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(row.key, at: 1)
            try statement.bind(entry.rawValue, at: 2)
            guard try statement.step() else {
                throw .refused(HistoryStoreError.noSuchEntry("fork", in: pool.path))
            }
            let position = try statement.int(at: 0)
            guard (0..<row.info.entryCount).contains(position) else { throw .damagedValue }
            return position
        }
    }

    private func entryID(
        at position: Int,
        of key: Int64,
        in database: borrowing SQLiteDatabase
    ) throws(SQLiteFailure) -> EntryID {
        try database.withStatement(
            """
            SELECT entries.id FROM history JOIN entries ON entries.key = history.entry
            WHERE history.conversation = ?1 AND history.list = 0 AND history.position = ?2
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            try statement.bind(position, at: 2)
            guard try statement.step() else { throw .missingRow }
            return EntryID(try statement.text(at: 0))
        }
    }
}
#endif
