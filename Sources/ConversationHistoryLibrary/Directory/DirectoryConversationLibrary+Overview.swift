public import ConversationHistory
import DurableFiles

extension DirectoryConversationLibrary {
    /// Finds entries by their text; reads every history.
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

    /// Counts the conversations, entries and artifacts within the scope; reads only histories that have changed.
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
                        // An artifact with a damaged record isn't counted; `verify` reports it.
                        guard error.code == .damaged else { throw error }
                    }
                }
            }
            return statistics
        }
    }

    /// Reads everything within the scope and reports damage and inconsistencies.
    public func verify() async throws(HistoryStoreError) -> [LibraryProblem] {
        let (files, scope) = (files, scope)
        return try await run { () throws(HistoryStoreError) in try files.verify(scope) }
    }

    /// Copies everything, including the trash, byte for byte into a new directory at a path.
    ///
    /// Writers of a conversation wait while it is copied; writers of other conversations don't. Damaged files are
    /// copied as they are: `verify()` on the copy reports them.
    public func backUp(to path: String) async throws(HistoryStoreError) {
        guard scope == .everyone else { throw .partialBackup(in: self.path) }
        let files = files
        try await run { () throws(HistoryStoreError) in try files.backUp(to: path) }
    }
}

extension DirectoryLibraryFiles {
    /// Reads a conversation outside the trash; returns `nil` if it is gone, outside the scope, or damaged.
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
            // Lists flag a damaged conversation; the search continues with the others.
            guard error.systemCall == nil else { throw error }
            return nil
        }
    }

    /// Returns the error to show to a scope for an unreadable history.
    ///
    /// If the index knows that the owner is another one, the conversation appears not to exist. Without that knowledge
    /// the history may be the caller's own, and its damage must not look like an empty conversation.
    func shown(_ error: HistoryStoreError, _ place: LibraryPlace, _ operation: String) -> HistoryStoreError {
        guard error.historyProblem != nil, let known = indexed(place.stem), known.isOwnerKnown, let info = known.info,
            !place.scope.includes(info.owner)
        else { return error }
        return .noSuchConversation(operation)
    }
}
