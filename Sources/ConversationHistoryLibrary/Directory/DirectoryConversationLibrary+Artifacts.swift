public import ConversationHistory
import DurableFiles

extension DirectoryConversationLibrary {
    /// Keeps a file with a conversation; the version before is moved into `.versions`.
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
            // Before anything is created for an id that is none.
            try files.checkLive(place, operation)
            return try files.withLock(of: place, operation) { () throws(HistoryStoreError) in
                try files.checkLive(place, operation)
                return try files.artifacts(of: place, operation, creating: true)
                    .save(data, named: name, type: type, operation)
            }
        }
    }

    /// Returns a file of a conversation, if it is as it was saved.
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
            // Someone may be about to save a newer version: without them it is either whole or damaged.
            return try files.withArtifacts(of: place, operation) { artifacts throws(HistoryStoreError) in
                try artifacts.artifact(named: name, version: version, operation)
            }
        }
    }

    /// Lists the files of a conversation by their names, each in its newest version.
    public func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        let operation = "list the artifacts of"
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            try files.checkLive(place, operation)
            return try files.artifacts(of: place, operation).all(operation).map { $0.info($0.versions.count) }
        }
    }

    /// Removes a file of a conversation for good, in all its versions.
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
    /// Opens the artifacts of a conversation; there are none if their directory is missing.
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

    /// Works on the artifacts of a conversation that is not in the trash, while nobody changes it.
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
