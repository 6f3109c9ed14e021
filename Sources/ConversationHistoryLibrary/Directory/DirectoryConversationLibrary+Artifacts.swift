public import ConversationHistory
import DurableFiles

extension DirectoryConversationLibrary {
    /// Saves an artifact; the previous version moves to `.versions`.
    public func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> ArtifactInfo {
        let operation = "save an artifact of"
        try LibraryName.check(name, operation: operation)
        try ArtifactLimit.check(data.count)
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            // Checked before anything is created for an id without a conversation.
            try files.checkLive(place, operation)
            return try files.withLock(of: place, operation) { () throws(HistoryStoreError) in
                try files.checkLive(place, operation)
                return try files.artifacts(of: place, operation, creating: true)
                    .save(data, named: name, type: type, operation)
            }
        }
    }

    /// Returns an artifact of a conversation after verifying its content.
    public func artifact(
        named name: String,
        version: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact {
        let operation = "load an artifact of"
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            try files.checkLive(place, operation)
            do throws(HistoryStoreError) {
                return try files.artifacts(of: place, operation).artifact(named: name, version: version, operation)
            } catch {
                guard error.code == .damaged else { throw error }
            }
            // A concurrent save can look like damage; the lock rules that out.
            return try files.withArtifacts(of: place, operation) { artifacts throws(HistoryStoreError) in
                try artifacts.artifact(named: name, version: version, operation)
            }
        }
    }

    /// Lists the artifacts of a conversation by name, each in its newest version.
    public func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        let operation = "list the artifacts of"
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            try files.checkLive(place, operation)
            return try files.artifacts(of: place, operation).all(operation).map { $0.info($0.versions.count) }
        }
    }

    /// Removes an artifact in all its versions for good.
    public func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) {
        let operation = "remove an artifact of"
        let (files, place) = (files, place(id))
        try await run { () throws(HistoryStoreError) in
            try files.withArtifacts(of: place, operation) { artifacts throws(HistoryStoreError) in
                guard try artifacts.remove(named: name, operation) else {
                    throw HistoryStoreError.noSuchArtifact(operation)
                }
            }
        }
    }
}

extension DirectoryLibraryFiles {
    /// Opens the artifacts of a conversation; a missing directory counts as empty.
    func artifacts(
        of place: LibraryPlace,
        _ operation: String,
        creating: Bool = false
    ) throws(HistoryStoreError) -> ArtifactFiles {
        try attempt(operation) { () throws(FileFailure) in
            if creating {
                let home = try directory.created(.artifacts)
                    .subdirectory(creating: place.stem, durability: directory.durability)
                return ArtifactFiles(home, directory)
            }
            return ArtifactFiles(try directory.existing(.artifacts)?.subdirectory(place.stem), directory)
        }
    }

    /// Accesses the artifacts of a conversation outside the trash, while other writers are locked out.
    func withArtifacts<Result>(
        of place: LibraryPlace,
        _ operation: String,
        _ body: (ArtifactFiles) throws(HistoryStoreError) -> Result
    ) throws(HistoryStoreError) -> Result {
        try checkLive(place, operation)
        return try withLock(of: place, operation) { () throws(HistoryStoreError) in
            try checkLive(place, operation)
            return try body(artifacts(of: place, operation))
        }
    }
}
