import ConversationHistory
import ConversationHistoryLibrary

extension LibraryImporter {
    typealias Files = FilePlan<Library.Message>

    /// Puts a conversation in the place of another; if the library fails on the way, the old one is put back.
    ///
    /// All that is new of the files is there before the history is replaced, which is one step; only then does anything
    /// go that is old. If the process ends on the way, the same import leads from there to the same end.
    func replace(
        _ existing: ConversationInfo,
        with conversation: Archived
    ) async throws(HistoryStoreError) {
        guard let old = try await library.contentsIfPresent(of: existing.id) else {
            throw .noSuchConversation("replace")
        }
        // A file that cannot be read could not be put back.
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
            // The first failure is the one to be told. The store has seen what it may have written, and nothing else, so
            // that it does not write over what others have.
            var isTheirs = false
            if hasSaved {
                do throws(HistoryStoreError) { try await store.save(old.snapshot) } catch {
                    // Somebody goes on from the new history, which needs the new files.
                    isTheirs = isReplaced && error.code == .conflict
                }
            }
            if !isTheirs { try? await putBack(old, of: conversation, after: plan) }
            throw error
        }
    }

    /// Adds all that is new.
    private func prepare(_ plan: Files, in id: ConversationID) async throws(HistoryStoreError) {
        try await save(plan.added, in: id)
        for exchange in plan.exchanges { try await save(exchange.missingSpares, in: id) }
    }

    /// Removes what is old, and gives what is new its names.
    private func finish(_ plan: Files, in id: ConversationID) async throws(HistoryStoreError) {
        for exchange in plan.exchanges {
            try await remove(exchange.name, versions: plan.counts[exchange.name], in: id)
            try await save(exchange.versions, in: id)
            try await remove(exchange.spareName, versions: exchange.versions.count, in: id)
        }
        for name in plan.removed { try await remove(name, versions: plan.counts[name], in: id) }
    }

    /// Removes a file of which there are as many versions as were seen: another one is somebody's work.
    private func remove(
        _ name: Identifier<Artifact>,
        versions count: Int?,
        in id: ConversationID
    ) async throws(HistoryStoreError) {
        let found = try await library.artifacts(in: id).first { Identifier<Artifact>($0.name) == name }
        guard found?.version == count else { throw .unseenState("replace") }
        try await library.removeArtifact(named: name.rawValue, in: id)
    }

    /// Lets a conversation have its old files again, wherever a plan has come to.
    private func putBack(
        _ old: Archived,
        of new: Archived,
        after plan: Files
    ) async throws(HistoryStoreError) {
        guard let now = try await library.contentsIfPresent(of: old.id), now.isWhole else { return }
        // What others have added meanwhile stays: a file that has other versions than those of before and of after.
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
