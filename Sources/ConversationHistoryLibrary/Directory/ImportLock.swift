package import ConversationHistory
import DurableFiles

/// The lock that is held while a conversation is imported; writers have another one.
///
/// It tells an import that is under way from one that was cut off, of which the lock is gone with its process.
enum ImportLock {
    /// How the name ends of which the lock is the file's.
    private static let ending = ".import"
    private static let lockEnding = ending + ".conversation-history.lock"

    /// The file whose lock it is; there is never one itself.
    static func file(of stem: String, in conversations: DurableDirectory) throws(FileFailure) -> DurableFile {
        try conversations.file(stem + ending)
    }

    /// Whether a name is one of a lock file of an import.
    static func isName(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(lockEnding) }

    /// Removes the lock file of an import that was cut off.
    static func removeAbandoned(_ name: String, in directory: LibraryDirectory) throws(FileFailure) {
        let stem = String(name.dropFirst().dropLast(lockEnding.count))
        guard let conversations = try directory.existing(.conversations) else { return }
        let file = try file(of: stem, in: conversations)
        let lock: FileLock
        do throws(FileFailure) { lock = try file.lock(.exclusive, createIfMissing: false, timeout: .zero) } catch {
            guard error.kind == .busy else { throw error }
            return
        }
        if lock.isHeld { file.removeLockFile() }
        lock.unlock()
    }
}

extension DirectoryConversationLibrary: ImportExclusion {
    package func beginImport(
        of id: ConversationID,
        isOneSave: Bool
    ) async throws(HistoryStoreError) -> ImportPermit? {
        let operation = "import"
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            try files.attempt(operation) { () throws(FileFailure) in
                let file = try ImportLock.file(of: place.stem, in: files.directory.created(.conversations))
                let lock = try file.lock(.exclusive, timeout: files.lockTimeout)
                return ImportPermit(lock) { file.removeLockFile() }
            }
        }
    }
}
