public import ConversationHistory
import DurableFiles

extension DirectoryConversationLibrary {
    /// Reads every history.
    public func search(_ request: SearchRequest) async throws(HistoryStoreError) -> [SearchHit] {
        try request.checkDates("search")
        let expression = SearchExpression(request.text)
        guard !expression.isEmpty else { return [] }
        let (files, scope) = (files, scope)
        return try await run { () throws(HistoryStoreError) in
            var hits = SearchHits(request, expression)
            for info in try files.infos("search").map(\.info) where info.deleted == nil && scope.includes(info.owner) {
                guard request.conversation == nil || request.conversation == info.id,
                    let snapshot = try files.readable(LibraryPlace(files.directory, info.id, scope), "search")
                else { continue }
                for position in snapshot.entries.indices {
                    hits.look(at: snapshot.entries[position], position: position, of: info.id, title: snapshot.title)
                }
            }
            return hits.page
        }
    }

    /// Counts what the library holds; as a list, it reads only what has changed.
    public func statistics() async throws(HistoryStoreError) -> LibraryStatistics {
        let (files, scope) = (files, scope)
        return try await run { () throws(HistoryStoreError) in
            var statistics = LibraryStatistics()
            for info in try files.infos("count").map(\.info) where scope.includes(info.owner) {
                guard info.deleted == nil else {
                    statistics.deletedCount += 1
                    continue
                }
                statistics.conversationCount += 1
                statistics.entryCount += info.entryCount
                statistics.messageCount += info.messageCount
                let place = LibraryPlace(files.directory, info.id, scope)
                let artifacts = try files.artifacts(of: place, "count")
                for name in try files.attempt("count", artifacts.recordNames) {
                    do throws(HistoryStoreError) {
                        guard let artifact = try artifacts.record(in: name, "count") else { continue }
                        statistics.artifactCount += 1
                        statistics.artifactBytes += artifact.versions.reduce(0) { $0 + $1.byteCount }
                    } catch {
                        // One whose record is damaged is not counted; a check reports it.
                        guard error.code == .damaged else { throw error }
                    }
                }
            }
            return statistics
        }
    }

    /// Reads everything within the scope and reports what is damaged or does not fit together.
    public func verify() async throws(HistoryStoreError) -> [LibraryProblem] {
        let (files, scope) = (files, scope)
        return try await run { () throws(HistoryStoreError) in try files.verify(scope) }
    }

    /// Copies everything, the trash included, byte for byte into a directory that is made at a path.
    ///
    /// A conversation waits to be written while it is copied, and no other one does. What is damaged is copied as it is:
    /// a check of the copy reports it.
    public func backUp(to path: String) async throws(HistoryStoreError) {
        guard scope == .everyone else { throw .partialBackup(in: self.path) }
        let files = files
        try await run { () throws(HistoryStoreError) in try files.backUp(to: path) }
    }
}

extension DirectoryLibraryFiles {
    /// Reads a conversation that is not in the trash; `nil` if it is gone, is not within the scope, or is damaged.
    func readable(
        _ place: LibraryPlace,
        _ operation: String
    ) throws(HistoryStoreError) -> ConversationSnapshot<Message>? {
        guard let file = try attempt(operation, place.body) else { return nil }
        do throws(HistoryStoreError) {
            let found: (DecodedHistory<Message>, FileIdentity)?
            found = try file.readHistory(limits: limits, for: operation, at: file.path)
            guard let snapshot = found?.0.snapshot, place.scope.includes(snapshot.owner) else { return nil }
            return snapshot
        } catch {
            // One that is damaged is listed as such; the others are searched nonetheless.
            guard error.systemCall == nil else { throw error }
            return nil
        }
    }

    /// Returns the error that a scope is shown for a history that cannot be read.
    ///
    /// If the index knows another owner, the conversation is as one that does not exist. Without that knowledge the
    /// history may be the caller's own, and its damage must not look like an empty conversation.
    func shown(_ error: HistoryStoreError, _ place: LibraryPlace, _ operation: String) -> HistoryStoreError {
        guard error.historyProblem != nil, let known = indexed(place.stem), known.isOwnerKnown, let info = known.info,
            !place.scope.includes(info.owner)
        else { return error }
        return .noSuchConversation(operation)
    }
}
