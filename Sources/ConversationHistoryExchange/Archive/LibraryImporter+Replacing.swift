import ConversationHistory
import ConversationHistoryLibrary

extension LibraryImporter {
    typealias Files = FilePlan<Library.Message>

    /// Replaces a conversation; if the library fails midway, restores the old one.
    ///
    /// All new files are saved before the history is replaced, in a single step; only then are old files removed. If
    /// the process ends midway, repeating the import completes the replacement.
    func replace(
        _ existing: ConversationInfo,
        with conversation: Archived
    ) async throws(HistoryStoreError) {
        guard let old = try await library.contentsIfPresent(of: existing.id) else {
            throw .noSuchConversation("replace")
        }
        // An unreadable file could not be restored after a failure.
        guard old.isWhole else {
            throw HistoryStoreError(
                .damaged,
                operation: "replace",
                location: "a library",
                reason: "A file of the conversation cannot be read."
            )
        }
        if old.isDeleted { try await library.restore(old.id) }
        let store = library.store(for: old.id)
        let plan = Files(from: old.files, to: conversation.files)
        var (hasSaved, isReplaced) = (false, false)
        do throws(HistoryStoreError) {
            if let loaded = try await store.load(), loaded != old.snapshot { throw .unseenState("replace") }
            try await prepare(plan, in: old.id)
            hasSaved = true
            try await store.save(conversation.snapshot)
            isReplaced = true
            try await finish(plan, in: old.id)
            if conversation.isDeleted { try await library.delete(old.id) }
        } catch {
            // Report the first failure. The store knows only the state that it loaded and what it may have written
            // itself, so this save cannot overwrite another writer's changes.
            var isTheirs = false
            if hasSaved {
                do throws(HistoryStoreError) { try await store.save(old.snapshot) } catch {
                    // Another writer continues from the new history, which needs the new files.
                    isTheirs = isReplaced && error.code == .conflict
                }
            }
            if !isTheirs { try? await putBack(old, of: conversation, after: plan) }
            throw error
        }
    }

    /// Saves the added files, and the missing spares of the exchanged ones.
    private func prepare(_ plan: Files, in id: ConversationID) async throws(HistoryStoreError) {
        try await save(plan.added, in: id)
        for exchange in plan.exchanges { try await save(exchange.missingSpares, in: id) }
    }

    /// Removes the old files, and saves the new versions under their final names.
    private func finish(_ plan: Files, in id: ConversationID) async throws(HistoryStoreError) {
        for exchange in plan.exchanges {
            try await remove(exchange.name, versions: plan.counts[exchange.name], in: id)
            try await save(exchange.versions, in: id)
            try await remove(exchange.spareName, versions: exchange.versions.count, in: id)
        }
        for name in plan.removed { try await remove(name, versions: plan.counts[name], in: id) }
    }

    /// Removes a file if its version count is the expected one; another count means another writer's work.
    private func remove(
        _ name: Identifier<Artifact>,
        versions count: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) {
        let found = try await library.artifacts(in: id).first { Identifier<Artifact>($0.name) == name }
        guard found?.version == count else { throw .unseenState("replace") }
        try await library.removeArtifact(named: name.rawValue, in: id)
    }

    /// Restores the old files of a conversation, however far a plan was carried out.
    private func putBack(
        _ old: Archived,
        of new: Archived,
        after plan: Files
    ) async throws(HistoryStoreError) {
        guard let now = try await library.contentsIfPresent(of: old.id), now.isWhole else { return }
        // Keep the files of other writers: those with a version that neither the old nor the new conversation has.
        var known: [Identifier<Artifact>: Set<Archived.File>] = [:]
        func note(_ files: [Archived.File], _ name: Identifier<Artifact>? = nil) {
            for var file in files {
                let name = name ?? file.name
                (file.name, file.version) = (name, 0)
                known[name, default: []].insert(file)
            }
        }
        note(old.files)
        note(new.files)
        for exchange in plan.exchanges { note(exchange.versions, exchange.spareName) }
        let theirs = Set(
            now.files.filter { file in
                var file = file
                file.version = 0
                return known[file.name]?.contains(file) != true
            }.map(\.name)
        )
        let back = Files(
            from: now.files.filter { !theirs.contains($0.name) },
            to: old.files.filter { !theirs.contains($0.name) }
        )
        try await prepare(back, in: old.id)
        try await finish(back, in: old.id)
        guard old.isDeleted, let left = try await library.contentsIfPresent(of: old.id), !left.isDeleted,
            left.isWhole, left.files == old.files, try left.records() == old.records()
        else { return }
        try await library.delete(old.id)
    }
}
