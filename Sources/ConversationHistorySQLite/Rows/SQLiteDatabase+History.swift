#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import ConversationHistoryLibrary
import ConversationHistoryRows

/// Access to the rows of entries and to the lists that refer to them.
extension SQLiteDatabase {
    /// Inserts an entry and returns its key.
    func insertEntry(_ row: EntryRow) throws(SQLiteFailure) -> Int64 {
        let key = try withStatement("INSERT INTO entries(id, date, body, checksum) VALUES (?1, ?2, ?3, ?4)") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(row.id.rawValue, at: 1)
            try statement.bind(row.date, at: 2)
            try statement.bind(text: row.body, at: 3)
            try statement.bind(checksumOf: row.body, at: 4)
            _ = try statement.run()
            return sqlite3_last_insert_rowid(handle)
        }
        try insertWords(row.words, key)
        return key
    }

    /// Indexes an entry under its words.
    ///
    /// If the index was built by other rules, the entry is marked so that every search reads it.
    func insertWords(_ words: String, _ key: Int64) throws(SQLiteFailure) {
        if words.isEmpty {
            guard try searchVersion != SearchTokenizer.version else { return }
        }
        do throws(SQLiteFailure) { try insertNewWords(words, key) } catch {
            guard error.primaryCode == SQLITE_CONSTRAINT else { throw error }
            // The words of a removed entry still have this key, which should not happen.
            try removeWords(key)
            try insertNewWords(words, key)
        }
    }

    private func insertNewWords(_ words: String, _ key: Int64) throws(SQLiteFailure) {
        // The row comes from VALUES, not from a query: before an INSERT … SELECT, SQLite sets a savepoint, at which
        // FTS5 writes its index to the file.
        try withStatement(
            """
            INSERT INTO search(rowid, words)
            VALUES (?1, CASE (SELECT value FROM properties WHERE name = ?3) WHEN ?4 THEN ?2 ELSE ?5 END)
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            try statement.bind(words, at: 2)
            try statement.bind(LibrarySchema.searchVersionName, at: 3)
            try statement.bind(String(SearchTokenizer.version), at: 4)
            try statement.bind(LibrarySchema.unknownWords, at: 5)
            _ = try statement.run()
        }
    }

    private func removeWords(_ key: Int64) throws(SQLiteFailure) {
        try withStatement("DELETE FROM search WHERE rowid = ?1") { (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            _ = try statement.run()
        }
    }

    /// Removes the words of deleted entries from the index, before their keys are used again.
    func removeWordsOfRemovedEntries() throws(SQLiteFailure) {
        try execute("DELETE FROM search WHERE rowid IN (SELECT key FROM removed_entries)")
        try execute("DELETE FROM removed_entries")
    }

    /// Inserts an entry at a position of a list.
    func insertEntry(
        _ row: EntryRow,
        in conversation: Int64,
        list: Int = 0,
        at position: Int
    ) throws(SQLiteFailure) {
        let key = try insertEntry(row)
        try withStatement(
            "INSERT INTO history(conversation, list, position, is_message, entry) VALUES (?1, ?2, ?3, ?4, ?5)"
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(list, at: 2)
            try statement.bind(position, at: 3)
            try statement.bind(row.isMessage ? 1 : 0, at: 4)
            try statement.bind(key, at: 5)
            _ = try statement.run()
        }
    }

    /// Replaces the entry at a position of the history.
    ///
    /// If no other row refers to the old entry, it is changed in place.
    func replaceEntry(
        _ row: EntryRow,
        in conversation: Int64,
        at position: Int,
        hasNewWords: Bool
    ) throws(SQLiteFailure) {
        let (old, wasMessage) = try withStatement(
            "SELECT entry, is_message FROM history WHERE conversation = ?1 AND list = 0 AND position = ?2"
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(position, at: 2)
            guard try statement.step() else { throw .missingRow }
            return (try statement.int64(at: 0), try statement.int(at: 1) != 0)
        }
        let useCount = try withStatement("SELECT count(*) FROM (SELECT 1 FROM history WHERE entry = ?1 LIMIT 2)") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(old, at: 1)
            return try statement.step() ? try statement.int(at: 0) : 0
        }
        var key = old
        if useCount == 1 {
            try changeEntry(old, to: row, hasNewWords: hasNewWords)
            guard row.isMessage != wasMessage else { return }
        } else {
            key = try insertEntry(row)
        }
        try withStatement(
            """
            UPDATE history SET entry = ?3, is_message = ?4
            WHERE conversation = ?1 AND list = 0 AND position = ?2
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(conversation, at: 1)
            try statement.bind(position, at: 2)
            try statement.bind(key, at: 3)
            try statement.bind(row.isMessage ? 1 : 0, at: 4)
            _ = try statement.run()
        }
        try removeWordsOfRemovedEntries()
    }

    private func changeEntry(_ key: Int64, to row: EntryRow, hasNewWords: Bool) throws(SQLiteFailure) {
        try withStatement("UPDATE entries SET id = ?2, date = ?3, body = ?4, checksum = ?5 WHERE key = ?1") {
            (statement) throws(SQLiteFailure) in
            try statement.bind(key, at: 1)
            try statement.bind(row.id.rawValue, at: 2)
            try statement.bind(row.date, at: 3)
            try statement.bind(text: row.body, at: 4)
            try statement.bind(checksumOf: row.body, at: 5)
            _ = try statement.run()
        }
        guard hasNewWords else { return }
        try removeWords(key)
        try insertWords(row.words, key)
    }

    /// Removes a range of the history, and shifts the following entries to the positions that they have after the
    /// change.
    func moveEntries(_ change: RowChange, in conversation: Int64) throws(SQLiteFailure) {
        try withStatement(
            "DELETE FROM history WHERE conversation = ?1 AND list = 0 AND position >= ?2 AND position < ?3"
        ) { (statement) throws(SQLiteFailure) in try statement.run(conversation, change.removed) }
        try removeWordsOfRemovedEntries()
        let shift = change.inserted.count - change.removed.count
        guard change.tailCount > 0, shift != 0 else { return }
        // The shift goes through negative positions, so that no two rows ever have the same position.
        try withStatement(
            """
            UPDATE history SET position = -1 - (position + ?3)
            WHERE conversation = ?1 AND list = 0 AND position >= ?2
            """
        ) { (statement) throws(SQLiteFailure) in try statement.run(conversation, change.removed.upperBound, shift) }
        try withStatement(
            "UPDATE history SET position = -1 - position WHERE conversation = ?1 AND list = 0 AND position < 0"
        ) { (statement) throws(SQLiteFailure) in try statement.run(conversation) }
    }

    /// Adds entries of another conversation to a list; both conversations share them afterward.
    ///
    /// - Throws: ``SQLiteFailure/missingRow`` if any of the entries is missing.
    func shareEntries(
        _ range: Range<Int>,
        of source: Int64,
        with conversation: Int64,
        list: Int,
        at position: Int = 0
    ) throws(SQLiteFailure) {
        try withStatement(
            """
            INSERT INTO history(conversation, list, position, is_message, entry)
            SELECT ?4, ?5, position - ?2 + ?6, is_message, entry FROM history
            WHERE conversation = ?1 AND list = 0 AND position >= ?2 AND position < ?3
            """
        ) { (statement) throws(SQLiteFailure) in
            try statement.bind(source, at: 1)
            try statement.bind(range.lowerBound, at: 2)
            try statement.bind(range.upperBound, at: 3)
            try statement.bind(conversation, at: 4)
            try statement.bind(list, at: 5)
            try statement.bind(position, at: 6)
            guard try statement.run() == range.count else { throw .missingRow }
        }
    }
}

extension SQLiteStatement {
    /// Runs a statement with integer parameters.
    mutating func run(_ values: Int64...) throws(SQLiteFailure) {
        for (offset, value) in values.enumerated() { try bind(value, at: Int32(offset + 1)) }
        _ = try run()
    }

    /// Runs a statement with a key and two integers as parameters.
    mutating func run(_ key: Int64, _ first: Int, _ second: Int) throws(SQLiteFailure) {
        try run(key, Int64(first), Int64(second))
    }

    /// Runs a statement with a key and the bounds of a range as parameters.
    mutating func run(_ key: Int64, _ range: Range<Int>) throws(SQLiteFailure) {
        try run(key, range.lowerBound, range.upperBound)
    }
}

extension SQLiteFailure {
    /// The failure for a missing row that other rows refer to.
    static var missingRow: SQLiteFailure { .call("sqlite3_step", SQLITE_CORRUPT) }
}
#endif
