#if SQLite
import CConversationHistorySQLite
import ConversationHistory
import DurableFiles

extension SQLiteDatabase {
    /// Copies the database as it is now into a new file, with mode 0600, while others go on to read and write.
    ///
    /// The copy is on stable storage when this returns. If it fails, no file is left.
    ///
    /// - Parameters:
    ///   - path: Where nothing must be yet.
    ///   - pagesPerStep: How many pages are copied at a time.
    ///   - progress: Called after each step with the number of pages that remain and of all; throws to stop.
    /// - Throws: A failure of the file system with `EEXIST` if something stands at the path.
    func backUp(
        to path: String,
        pagesPerStep: Int32 = 256,
        progress: (_ remaining: Int, _ count: Int) throws(SQLiteFailure) -> Void = { _, _ in }
    ) throws(SQLiteFailure) {
        let file: DurableFile
        do throws(FileFailure) {
            file = try DurableFile.open(path: path)
            try file.create()
        } catch { throw .file(error) }
        do throws(SQLiteFailure) {
            try copy(to: Self.pathForSQLite(file.realPath), pagesPerStep, progress)
            do throws(FileFailure) { try file.synchronizeName() } catch { throw .file(error) }
        } catch {
            // The failure of the backup is the one to report; a rest that stays is known by its name.
            try? file.remove()
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
