import DurableFiles

/// A conversation with all that belongs to it, wherever it is.
extension DirectoryLibraryFiles {
    func contents(of place: LibraryPlace) throws(HistoryStoreError) -> ConversationContents<Message> {
        let operation = "read"
        _ = try info(in: place, operation)
        return try withReadLock(of: try attempt(operation, place.body), operation) { () throws(HistoryStoreError) in
            let (info, trashed) = try info(in: place, operation)
            let opened = try attempt(operation) { () throws(FileFailure) in try open(place, trashed) }
            guard let (file, home) = opened else { throw HistoryStoreError.noSuchConversation(operation) }
            let found: (DecodedHistory<Message>, FileIdentity)?
            found = try file.readHistory(limits: limits, for: operation, at: file.path)
            guard let decoded = found?.0 else { throw HistoryStoreError.noSuchConversation(operation) }
            var snapshot = decoded.snapshot
            snapshot.unknown.library = nil
            let artifacts = try ArtifactFiles(home, directory).everyVersion(operation)
            return ConversationContents(info: info, snapshot: snapshot, artifacts: artifacts)
        }
    }

    /// Opens a history, and the directory of its artifacts if there is one.
    private func open(
        _ place: LibraryPlace,
        _ trashed: TrashedName?
    ) throws(FileFailure) -> (DurableFile, DurableDirectory?)? {
        let artifacts = try directory.existing(.artifacts)?.subdirectory(place.stem)
        guard let trashed else { return try place.body().map { ($0, artifacts) } }
        guard let trash = try directory.existing(.trash) else { return nil }
        // The artifacts lie where they were if a crash has cut the deletion short.
        return (try trash.file(trashed.body), try trash.subdirectory(trashed.artifacts) ?? artifacts)
    }

    /// Reads a conversation while nobody writes it.
    ///
    /// - Parameter body: The history's file when it is not in the trash, which need not be there; `nil` if not even its
    ///   directory is.
    func withReadLock<Result>(
        of body: DurableFile?,
        _ operation: String,
        _ read: () throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        guard let body else { return try read() }
        return try body.withLock(
            .shared,
            timeout: lockTimeout,
            orThrow: { HistoryStoreError($0, operation: operation) },
            read
        )
    }
}

extension ArtifactFiles {
    /// Returns all artifacts in all their versions, ordered by name and then by version.
    fileprivate func everyVersion(_ operation: String) throws(HistoryStoreError) -> [Artifact] {
        var artifacts: [Artifact] = []
        for record in try all(operation) {
            for number in 1...record.versions.count {
                let data = try content(of: record, version: number, operation)
                artifacts.append(Artifact(info: record.info(number), data: data))
            }
        }
        return artifacts
    }
}
