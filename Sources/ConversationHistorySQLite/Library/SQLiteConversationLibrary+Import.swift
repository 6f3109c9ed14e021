#if SQLite
package import ConversationHistory
package import ConversationHistoryLibrary
import DurableFiles

extension SQLiteConversationLibrary: ImportExclusion {
    /// How many imports go on at once at most; each has the lock of a hidden file beside the database.
    private static var lockCount: UInt32 { 16 }

    /// How long it is waited between two looks at whether a lock is free.
    private static var pause: Duration { .milliseconds(10) }

    package func beginImport(
        of id: ConversationID,
        isOneSave: Bool
    ) async throws(HistoryStoreError) -> ImportPermit? {
        guard !isOneSave else { return nil }
        // Whatever links lead to the database, it has one name.
        let path = try await read("import") { (database) throws(SQLiteFailure) in database.path }
        let number = Array(id.rawValue.utf8).withUnsafeBytes { CRC32(of: $0).value } % Self.lockCount
        let end = ContinuousClock.now + pool.busyTimeout
        while true {
            do throws(FileFailure) {
                let file = try DurableFile.open(path: "\(path).import-\(number)")
                let lock = try file.lock(.exclusive, timeout: .zero)
                return ImportPermit(lock) { file.removeLockFile() }
            } catch {
                guard error.kind == .busy, ContinuousClock.now < end else {
                    throw HistoryStoreError(error, operation: "import")
                }
            }
            // A task that was cancelled waits without a pause.
            try? await Task.sleep(for: Self.pause)
            await Task.yield()
        }
    }
}
#endif
