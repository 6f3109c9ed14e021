import DurableFiles

extension ConversationLibrary {
    /// Copies everything, the trash included, into a library in a directory that is made at a path.
    ///
    /// For libraries whose own form is nothing that can be put at a path.
    package func copyIntoNewDirectory(at path: String) async throws(HistoryStoreError) {
        guard scope == .everyone else { throw .partialBackup() }
        let worker = BlockingWorker()
        let new = try await worker.run { () throws(HistoryStoreError) in try NewDirectory(forBackupAt: path) }
        do throws(HistoryStoreError) {
            let copy = LibraryImporter(DirectoryConversationLibrary<Message>(path: new.directory.path))
            for id in try await allIDs(includingTrash: true) {
                // One that was listed a moment ago may be gone.
                guard let conversation = try await contentsIfPresent(of: id) else { continue }
                try await copy.add(conversation)
            }
            try await worker.run { () throws(HistoryStoreError) in
                do throws(FileFailure) { try new.install() } catch {
                    throw HistoryStoreError(error, operation: "back up")
                }
            }
        } catch {
            try await worker.run { () throws(HistoryStoreError) in new.discard() }
            throw error
        }
    }
}

extension NewDirectory {
    /// Creates a directory for a backup.
    init(forBackupAt path: String, calls: any SystemCalls = RealSystemCalls()) throws(HistoryStoreError) {
        do throws(FileFailure) { try self.init(path: path, calls: calls) } catch {
            if error.cause?.errno == ErrorNumber.fileExists { throw .backupExists(at: path) }
            throw HistoryStoreError(error, operation: "back up")
        }
    }
}
