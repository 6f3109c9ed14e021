#if SQLite
import CConversationHistorySQLite

extension SQLiteDatabase {
    /// Whether a transaction is open on this connection.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Runs the work in a transaction that may write, and has the write lock from its beginning.
    ///
    /// - Throws: What the work throws, after everything is rolled back; a failure with `SQLITE_BUSY`, with nothing done,
    ///   if another connection keeps the lock for too long.
    func writeTransaction<Result>(
        _ body: (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        // A transaction that read first could find, when it comes to write, that what it has read is out of date.
        try transaction("BEGIN IMMEDIATE", body)
    }

    /// Runs the work on the database as it is at one moment, whatever is committed meanwhile.
    func readTransaction<Result>(
        _ body: (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        try transaction("BEGIN DEFERRED", body)
    }

    /// Whether the open file is no longer the one at the path.
    private var hasFileMoved: Bool {
        var hasMoved: Int32 = 0
        // A file system that cannot tell leaves the answer at "no".
        sqlite3_file_control(handle, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved)
        return hasMoved != 0
    }

    private func transaction<Result>(
        _ begin: StaticString,
        _ body: (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        guard !isInTransaction else { throw .nestedTransaction }
        // What is written into a file without a name is lost, and what is read from it may be long out of date.
        guard !hasFileMoved else { throw .fileMoved }
        try execute(begin)
        do throws(SQLiteFailure) {
            let result = try body(self)
            try execute("COMMIT")
            // What was read while it changed may be of two moments.
            if try isOutdated { throw .fileMoved }
            return result
        } catch {
            // After some failures SQLite has rolled back by itself. Should this fail, then closing rolls back, and the
            // failure that led here is the one to report.
            if isInTransaction { try? execute("ROLLBACK") }
            throw error
        }
    }
}
#endif
