#if SQLite
import CConversationHistorySQLite

extension SQLiteDatabase {
    /// How thoroughly the database is checked.
    enum CheckDepth {
        /// The structure of the file.
        case quick
        /// Also whether the indices and the constraints agree with the tables.
        case full
    }

    /// How far a checkpoint goes.
    enum CheckpointMode {
        /// As far as readers and writers allow without waiting for them.
        case passive
        /// All of it, and the log is empty afterwards; waits for readers and writers.
        case truncate
    }

    /// Returns what is wrong with the file; nothing if it is sound.
    ///
    /// The lines are SQLite's. They name tables, indices and pages, and hold none of the content.
    func findDamage(_ depth: CheckDepth, limit: Int = 100) throws(SQLiteFailure) -> [String] {
        let pragma = depth == .quick ? "quick_check" : "integrity_check"
        var lines: [String] = []
        do throws(SQLiteFailure) {
            try withUncachedStatement("PRAGMA \(pragma)(\(limit))") { (statement) throws(SQLiteFailure) in
                while try statement.step() { lines.append(try statement.text(at: 0)) }
            }
        } catch {
            // The damage can be such that even the check comes to no end.
            guard error.primaryCode == SQLITE_CORRUPT else { throw error }
            lines.append(error.description)
        }
        return lines == ["ok"] ? [] : lines
    }

    /// Copies what was committed from the log into the database file.
    ///
    /// - Returns: Whether nothing is left in the log that is not in the file.
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
