package import ConversationHistory
import DurableFiles

extension ConversationLibrary {
    /// Copies everything, including the trash, into a new directory library at a path.
    ///
    /// For libraries whose own storage cannot be copied to a path.
    package func copyIntoNewDirectory(at path: String) async throws(HistoryStoreError) {
        guard scope == .everyone else { throw .partialBackup() }
        let worker = BlockingWorker()
        let new = try await worker.run { () throws(HistoryStoreError) in try NewDirectory(forBackupAt: path) }
        do throws(HistoryStoreError) {
            let copy = DirectoryConversationLibrary<Message>(path: new.directory.path)
            for id in try await allIDs(includingTrash: true) {
                // The conversation may have been removed since it was listed.
                guard let contents = try await readable(id) else { continue }
                if let problem = contents.problems.first {
                    throw HistoryStoreError(
                        .damaged,
                        operation: "back up",
                        location: "a library",
                        reason: "A file of the conversation \"\(id)\" cannot be read, so that nothing was copied: "
                            + problem.description
                    )
                }
                try await copy.add(contents)
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

    /// Returns the contents of a conversation; `nil` if it no longer exists.
    ///
    /// - Throws: The error of the library; for an unreadable conversation, an error that names it.
    private func readable(_ id: ConversationID) async throws(HistoryStoreError) -> ConversationContents<Message>? {
        do throws(HistoryStoreError) { return try await contents(of: id) } catch {
            switch error.code {
            case .notFound: return nil
            case .damaged, .undecodableMessage:
                throw HistoryStoreError(
                    error.code,
                    operation: "back up",
                    location: error.location,
                    offset: error.offset,
                    undecodableMessage: error.undecodableMessage,
                    reason: "The conversation \"\(id)\" cannot be read, so that nothing was copied: \(error.reason)"
                )
            default: throw error
            }
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

extension DirectoryConversationLibrary {
    /// Adds a conversation of another library, with all its dates, under an unused id.
    func add(_ contents: ConversationContents<Message>) async throws(HistoryStoreError) {
        let (files, place, operation) = (files, place(contents.info.id), "add")
        try await store(for: contents.info.id).save(contents.snapshot)
        try await run { () throws(HistoryStoreError) in
            if !contents.artifacts.isEmpty {
                try files.withLock(of: place, operation) { () throws(HistoryStoreError) in
                    let artifacts = try files.artifacts(of: place, operation, creating: true)
                    for artifact in contents.artifacts {
                        _ = try artifacts.save(
                            artifact.data,
                            named: artifact.info.name,
                            type: artifact.info.type,
                            created: artifact.info.created,
                            operation
                        )
                    }
                }
            }
            if let date = contents.info.deleted { try files.delete(place, on: date) }
        }
    }
}
