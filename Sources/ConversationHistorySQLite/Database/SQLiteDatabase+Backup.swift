#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import DurableFiles

extension SQLiteDatabase {
    /// The age in seconds after which a temporary file of a killed backup is stale.
    private static let staleAge: Int64 = 86400

    /// Copies the database into a new file, with mode 0600, while other connections continue to read and write.
    ///
    /// The copy is on stable storage when this returns. No file appears at the path until the copy is complete: it is
    /// written to a temporary file beside the path. A killed process leaves that file behind, and a later backup into
    /// the same directory removes it once it is a day old.
    ///
    /// - Parameters:
    ///   - path: The path of the copy, where no file may exist yet.
    ///   - pagesPerStep: The number of pages to copy at a time.
    ///   - progress: A closure that is called after each step with the number of remaining pages and the total number
    ///     of pages. It may throw to stop the backup.
    /// - Throws: A file system failure with `EEXIST` if something exists at the path; a failure of the kind
    ///   `notDurable` if the copy exists but may be lost in a power failure.
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

    /// Copies everything into an empty database, in one transaction, so that commits by other connections do not
    /// restart the copy.
    private func copy(
        to realPath: String,
        _ pagesPerStep: Int32,
        _ progress: (_ remaining: Int, _ count: Int) throws(SQLiteFailure) -> Void
    ) throws(SQLiteFailure) {
        let target = try Self.open(realPath: realPath)
        try target.synchronize(.full)
        // An incomplete copy is never read, so a journal file would be useless and could be left behind.
        try target.keepJournalInMemory()
        try readTransaction { (source) throws(SQLiteFailure) in
            // The first read determines the state that the transaction sees.
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
