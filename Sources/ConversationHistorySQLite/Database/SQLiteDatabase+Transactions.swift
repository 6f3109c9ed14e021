#if SQLite
import CConversationHistorySQLite

extension SQLiteDatabase {
    /// Whether a transaction is open on this connection.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Runs work in a transaction that holds the write lock from the beginning.
    ///
    /// - Throws: What the work throws, after a rollback; a failure with `SQLITE_BUSY`, with nothing changed, if another
    ///   connection holds the lock for too long.
    func writeTransaction<Result>(
        _ body: (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        // If a transaction reads before it takes the lock, its data may be outdated by the time it writes.
        try transaction("BEGIN IMMEDIATE", body)
    }

    /// Runs work on a consistent view of the database, regardless of concurrent commits.
    func readTransaction<Result>(
        _ body: (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        try transaction("BEGIN DEFERRED", body)
    }

    /// Whether the open file is no longer the one at the path.
    private var hasFileMoved: Bool {
        var hasMoved: Int32 = 0
        // A file system that cannot tell leaves the result at "no".
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        return hasMoved != 0
    }

    private func transaction<Result>(
        _ begin: StaticString,
        _ body: (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        guard !isInTransaction else { throw .nestedTransaction }
        // Writes to an unlinked file are lost, and reads from it may be long outdated.
        guard !hasFileMoved else { throw .fileMoved }
        try execute(begin)
        do throws(SQLiteFailure) {
            let result = try body(self)
            try execute("COMMIT")
            // If the file changed during the transaction, the reads may mix two states.
            if try isOutdated { throw .fileMoved }
            return result
        } catch {
            // After some failures SQLite has already rolled back. If this rollback fails, closing the connection rolls
            // back, and the original failure is the one to report.
            if isInTransaction { try? execute("ROLLBACK") }
            throw error
        }
    }
}
#endif
