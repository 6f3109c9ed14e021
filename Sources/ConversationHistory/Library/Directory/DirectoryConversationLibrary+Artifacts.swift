import DurableFiles

extension DirectoryConversationLibrary {
    public func saveArtifact(
        _ data: [UInt8],
        named name: String,
        type: String? = nil,
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

    public func artifact(
        named name: String,
        version: Int? = nil,
        in id: ConversationID
    ) async throws(HistoryStoreError) -> Artifact {
        let operation = "load an artifact of"
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            try files.withArtifacts(of: place, operation) { artifacts throws(HistoryStoreError) in
                guard let record = try artifacts.record(of: name, operation) else {
                    throw HistoryStoreError.noSuchArtifact(operation)
                }
                let number = version ?? record.versions.count
                guard (1...record.versions.count).contains(number) else {
                    throw HistoryStoreError.noSuchArtifact(operation)
                }
                let data = try artifacts.content(of: record, version: number, operation)
                return Artifact(info: record.info(number), data: data)
            }
        }
    }

    public func artifacts(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        let operation = "list the artifacts of"
        let (files, place) = (files, place(id))
        return try await run { () throws(HistoryStoreError) in
            try files.checkLive(place, operation)
            return try files.artifacts(of: place, operation).all(operation).map { $0.info($0.versions.count) }
        }
    }

    public func removeArtifact(named name: String, in id: ConversationID) async throws(HistoryStoreError) {
        let operation = "remove an artifact of"
        let (files, place) = (files, place(id))
        try await run { () throws(HistoryStoreError) in
            try files.withArtifacts(of: place, operation) { artifacts throws(HistoryStoreError) in
                guard let record = try artifacts.record(of: name, operation) else {
                    throw HistoryStoreError.noSuchArtifact(operation)
                }
                try artifacts.remove(record, operation)
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
