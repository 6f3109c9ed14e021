import ConversationHistory
import DurableFiles

/// Access to conversations both in and outside the trash.
extension DirectoryLibraryFiles {
    /// The location of a conversation: its history, the directory of its artifacts, and that directory's library path.
    typealias Whereabouts = (body: DurableFile, artifacts: DurableDirectory?, artifactsPath: String)

    func contents(of place: LibraryPlace) throws(HistoryStoreError) -> ConversationContents<Message> {
        let operation = "read"
        _ = try info(in: place, operation)
        return try withReadLock(of: place, operation) { () throws(HistoryStoreError) in
            let (info, trashed) = try info(in: place, operation)
            guard let found = try whereabouts(place, trashed, operation) else {
                throw HistoryStoreError.noSuchConversation(operation)
            }
            let snapshot = try snapshot(in: found.body, operation)
            var artifacts: [Artifact] = []
            let problems = try ArtifactFiles(found.artifacts, directory)
                .readAll(of: info.id, at: found.artifactsPath, operation) { artifacts.append($0) }
            return ConversationContents(info: info, snapshot: snapshot, artifacts: artifacts, problems: problems)
        }
    }

    /// Reads a history, in or outside the trash.
    func snapshot(of place: LibraryPlace) throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        let operation = "read"
        let trashed = try info(in: place, operation).trashed
        guard let found = try whereabouts(place, trashed, operation) else { throw .noSuchConversation(operation) }
        do throws(HistoryStoreError) { return try snapshot(in: found.body, operation) } catch {
            guard error.code == .notFound else { throw error }
        }
        // The conversation was deleted or restored since `info` located it.
        let now = try info(in: place, operation).trashed
        guard let found = try whereabouts(place, now, operation) else { throw .noSuchConversation(operation) }
        return try snapshot(in: found.body, operation)
    }

    private func snapshot(
        in file: DurableFile,
        _ operation: String
    ) throws(HistoryStoreError) -> ConversationSnapshot<Message> {
        let found: (DecodedHistory<Message>, FileIdentity)?
        found = try file.readHistory(limits: limits, for: operation, at: file.path)
        guard var snapshot = found?.0.snapshot else { throw .noSuchConversation(operation) }
        snapshot.annotation = nil
        return snapshot
    }

    /// Opens a history, and the directory of its artifacts if it exists.
    func whereabouts(
        _ place: LibraryPlace,
        _ trashed: TrashedName?,
        _ operation: String
    ) throws(HistoryStoreError) -> Whereabouts? {
        try attempt(operation) { () throws(FileFailure) -> Whereabouts? in
            let artifacts = try directory.existing(.artifacts)?.subdirectory(place.stem)
            let path = "\(LibraryDirectory.Part.artifacts.rawValue)/\(place.stem)"
            guard let trashed else { return try place.body().map { ($0, artifacts, path) } }
            guard let trash = try directory.existing(.trash) else { return nil }
            let body = try trash.file(trashed.body)
            // After a deletion that a crash interrupted, the artifacts are still outside the trash.
            guard let moved = try trash.subdirectory(trashed.artifacts) else { return (body, artifacts, path) }
            return (body, moved, "\(LibraryDirectory.Part.trash.rawValue)/\(trashed.artifacts)")
        }
    }

    // MARK: - Locking out writers

    /// Reads a conversation while writers are locked out.
    ///
    /// - Parameter read: Reads the conversation. If no lock file can be created, it is repeated while the conversation
    ///   changes.
    func withReadLock<Value>(
        of place: LibraryPlace,
        _ operation: String,
        _ read: () throws(HistoryStoreError) -> Value
    ) throws(HistoryStoreError) -> Value {
        let body: DurableFile?
        do throws(FileFailure) { body = try place.createdBody() } catch {
            // The directory doesn't exist and cannot be created.
            guard ErrorNumber.permissionDenied.contains(error.cause?.errno ?? 0) else {
                throw HistoryStoreError(error, operation: operation)
            }
            body = nil
        }
        guard let body else { return try undisturbed(place, operation, read) }
        return try body.withExclusion(
            timeout: lockTimeout,
            orThrow: { HistoryStoreError($0, operation: operation) }
        ) { isExclusive throws(HistoryStoreError) in
            isExclusive ? try read() : try undisturbed(place, operation, read)
        }
    }

    /// Repeats a read until the conversation doesn't change during it.
    private func undisturbed<Value>(
        _ place: LibraryPlace,
        _ operation: String,
        _ read: () throws(HistoryStoreError) -> Value
    ) throws(HistoryStoreError) -> Value {
        for number in 1...20 {
            let before = try attempt(operation) { () throws(FileFailure) in try states(of: place) }
            let result: Result<Value, HistoryStoreError>
            do throws(HistoryStoreError) { result = .success(try read()) } catch { result = .failure(error) }
            let after = try attempt(operation) { () throws(FileFailure) in try states(of: place) }
            if before == after { return try result.get() }
            directory.calls.pause(for: .milliseconds(5 * number))
        }
        throw HistoryStoreError(
            .busy,
            operation: operation,
            location: directory.path,
            reason: "It is changed all the time, and no lock file can be made that would keep writers out."
        )
    }

    /// Returns the states of all files of a conversation, by their paths in the library.
    private func states(of place: LibraryPlace) throws(FileFailure) -> [String: FileIdentity] {
        var states: [String: FileIdentity] = [:]
        func look(at name: String, in parent: DurableDirectory?, _ path: String) throws(FileFailure) {
            guard let parent, let status = try parent.status(of: name) else { return }
            states[path + name] = status.identity
            guard status.kind == .directory, let inner = try parent.subdirectory(name) else { return }
            for inside in try inner.names() { try look(at: inside, in: inner, path + name + "/") }
        }
        try look(at: place.name, in: directory.existing(.conversations), "conversations/")
        try look(at: place.stem, in: directory.existing(.artifacts), "artifacts/")
        let trash = try directory.existing(.trash)
        for name in try trash?.names() ?? [] {
            let body = name.hasSuffix(LibraryDirectory.ending) ? name : name + LibraryDirectory.ending
            if TrashedName(body)?.stem == place.stem { try look(at: name, in: trash, "trash/") }
        }
        return states
    }
}
