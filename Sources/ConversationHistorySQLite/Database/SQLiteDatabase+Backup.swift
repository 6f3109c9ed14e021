#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import DurableFiles

extension SQLiteDatabase {
    /// The age, in seconds, that makes what a killed backup has left worthless.
    private static let staleAge: Int64 = 86400

    /// Copies the database as it is now into a new file, with mode 0600, while others go on to read and write.
    ///
    /// The copy is on stable storage when this returns. Nothing stands at the path until it is whole: it is made under a
    /// temporary name beside it, which a process that is killed leaves behind, and which a backup into the same
    /// directory removes a day later.
    ///
    /// - Parameters:
    ///   - path: Where nothing must be yet.
    ///   - pagesPerStep: How many pages are copied at a time.
    ///   - progress: Called after each step with the number of pages that remain and of all; throws to stop.
    /// - Throws: A failure of the file system with `EEXIST` if something stands at the path; of the kind `notDurable` if
    ///   the copy is there, but may be lost with the power.
    func backUp(
        to path: String,
        pagesPerStep: Int32 = 256,
        progress: (_ remaining: Int, _ count: Int) throws(SQLiteFailure) -> Void = { _, _ in }
    ) throws(SQLiteFailure) {
        let new: NewFile
        do throws(FileFailure) { new = try NewFile(path: path) } catch { throw .file(error) }
        new.removeStaleTemporaries(olderThan: Self.staleAge)
        do throws(SQLiteFailure) {
            try copy(to: Self.pathForSQLite(new.temporaryPath), pagesPerStep, progress)
            do throws(FileFailure) { try new.install() } catch { throw .file(error) }
        } catch {
            new.discard()
            throw error
        }
    }

    /// Copies everything into an empty database, in a transaction, so that no commit by others starts it over.
    private func copy(
        to realPath: String,
        _ pagesPerStep: Int32,
        _ progress: (_ remaining: Int, _ count: Int) throws(SQLiteFailure) -> Void
    ) throws(SQLiteFailure) {
        let target = try Self.open(realPath: realPath)
        try target.synchronize(.full)
        // Nobody reads the copy unless it is whole, so that a journal in a file would only be one more to leave behind.
        try target.keepJournalInMemory()
        try readTransaction { (source) throws(SQLiteFailure) in
            // The first read is what fixes the moment.
            _ = try source.userVersion
            guard let backup = sqlite3_backup_init(target.handle, "main", source.handle, "main") else {
                throw .call("sqlite3_backup_init", sqlite3_extended_errcode(target.handle))
            }
            let stepped: Result<Void, SQLiteFailure>
            do throws(SQLiteFailure) {
                try Self.step(backup, pagesPerStep, progress)
                stepped = .success(())
            } catch { stepped = .failure(error) }
            let result = sqlite3_backup_finish(backup)
            try stepped.get()
            guard result == SQLITE_OK else {
                throw .call("sqlite3_backup_finish", result, systemErrno: sqlite3_system_errno(target.handle))
            }
        }
    }

    private static func step(
        _ backup: OpaquePointer,
        _ pagesPerStep: Int32,
        _ progress: (_ remaining: Int, _ count: Int) throws(SQLiteFailure) -> Void
    ) throws(SQLiteFailure) {
        while true {
            let result = sqlite3_backup_step(backup, max(1, pagesPerStep))
            guard result == SQLITE_OK || result == SQLITE_DONE else { throw .call("sqlite3_backup_step", result) }
            try progress(Int(sqlite3_backup_remaining(backup)), Int(sqlite3_backup_pagecount(backup)))
            if result == SQLITE_DONE { return }
        }
    }
}
#endif
