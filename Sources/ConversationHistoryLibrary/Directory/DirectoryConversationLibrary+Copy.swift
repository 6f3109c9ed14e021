import ConversationHistory

extension DirectoryConversationLibrary {
    /// Adds a conversation of another library as it is there, with all its dates, under an id that is free.
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
