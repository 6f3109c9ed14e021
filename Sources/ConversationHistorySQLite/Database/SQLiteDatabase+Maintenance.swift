#if SQLite
import CConversationHistorySQLite

extension SQLiteDatabase {
    /// The depth of a database check.
    enum CheckDepth {
        /// Checks the structure of the file.
        case quick
        /// Also checks the indices and constraints against the tables.
        case full
    }

    /// The extent of a checkpoint.
    enum CheckpointMode {
        /// Copies as much as possible without waiting for readers and writers.
        case passive
        /// Waits for readers and writers, copies the whole log and empties it.
        case truncate
    }

    /// Returns descriptions of the damage in the file, or an empty array if the file is sound.
    ///
    /// The lines come from SQLite. They name tables, indices and pages, but contain none of the content.
    func findDamage(_ depth: CheckDepth, limit: Int = 100) throws(SQLiteFailure) -> [String] {
        let pragma = depth == .quick ? "quick_check" : "integrity_check"
        var lines: [String] = []
        do throws(SQLiteFailure) {
            try withUncachedStatement("PRAGMA \(pragma)(\(limit))") { (statement) throws(SQLiteFailure) in
                while try statement.step() { lines.append(try statement.text(at: 0)) }
            }
        } catch {
            // Damage can even prevent the check from finishing.
            guard error.primaryCode == SQLITE_CORRUPT else { throw error }
            lines.append(error.description)
        }
        return lines == ["ok"] ? [] : lines
    }

    /// Copies committed pages from the log into the database file.
    ///
    /// - Returns: Whether everything in the log has been copied into the file.
    @discardableResult
    func checkpoint(_ mode: CheckpointMode) throws(SQLiteFailure) -> Bool {
        let code = mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE
        var logged: Int32 = 0
        var copied: Int32 = 0
        let result = sqlite3_wal_checkpoint_v2(handle, nil, code, &logged, &copied)
        guard result == SQLITE_OK else {
            throw .call("sqlite3_wal_checkpoint_v2", result, systemErrno: sqlite3_system_errno(handle))
        }
        return logged == copied
    }
}
#endif
