#if SQLite
package import ConversationHistory
package import ConversationHistoryLibrary
import DurableFiles

extension SQLiteConversationLibrary: ImportExclusion {
    /// The maximum number of concurrent imports; each holds the lock of a hidden file beside the database.
    private static var lockCount: UInt32 { 16 }

    package func beginImport(
        of id: ConversationID,
        isOneSave: Bool
    ) async throws(HistoryStoreError) -> ImportPermit? {
        guard !isOneSave else { return nil }
        // The resolved path is the same whichever link was used to open the database.
        let path = try await read("import") { (database) throws(SQLiteFailure) in database.path }
        let number = Array(id.rawValue.utf8).withUnsafeBytes { CRC32(of: $0).value } % Self.lockCount
        let timeout = pool.busyTimeout
        return try await BlockingWorker().run { () throws(HistoryStoreError) in
            do throws(FileFailure) {
                let file = try DurableFile.open(path: "\(path).import-\(number)")
                let lock = try file.lock(.exclusive, timeout: timeout)
                return ImportPermit(lock) { file.removeLockFile() }
            } catch { throw HistoryStoreError(error, operation: "import") }
        }
    }
}
#endif
