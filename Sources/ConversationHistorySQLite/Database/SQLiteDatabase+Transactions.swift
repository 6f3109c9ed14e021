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

    private func transaction<Result>(
        _ begin: StaticString,
        _ body: (borrowing SQLiteDatabase) throws(SQLiteFailure) -> Result
    ) throws(SQLiteFailure) -> Result {
        guard !isInTransaction else { throw .nestedTransaction }
        try execute(begin)
        do throws(SQLiteFailure) {
            let result = try body(self)
            try execute("COMMIT")
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
