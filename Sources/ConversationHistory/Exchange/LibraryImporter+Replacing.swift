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
        if old.isDeleted { try await library.restore(old.id) }
        let store = library.store(for: old.id)
        let plan = Files(from: old.files, to: conversation.files)
        var hasSaved = false
        do throws(HistoryStoreError) {
            if let loaded = try await store.load(), loaded != old.snapshot { throw .unseenState("replace") }
            try await prepare(plan, in: old.id)
            hasSaved = true
            try await store.save(conversation.snapshot)
            try await finish(plan, in: old.id)
            if conversation.isDeleted { try await library.delete(old.id) }
        } catch {
            // The first failure is the one to be told. The store has seen what it may have written, and nothing else, so
            // that it does not write over what others have.
            if hasSaved { try? await store.save(old.snapshot) }
            try? await putBack(old, after: plan)
            if old.isDeleted { try? await library.delete(old.id) }
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
            try await library.removeArtifact(named: exchange.name.rawValue, in: id)
            try await save(exchange.versions, in: id)
            try await library.removeArtifact(named: exchange.spareName.rawValue, in: id)
        }
        for name in plan.removed { try await library.removeArtifact(named: name.rawValue, in: id) }
    }

    /// Lets a conversation have its old files again, wherever a plan has come to.
    private func putBack(_ old: Archived, after plan: Files) async throws(HistoryStoreError) {
        guard let now = try await library.contentsIfPresent(of: old.id) else { return }
        // What others have added meanwhile stays.
        let ours = Set(
            old.files.map(\.name) + plan.added.map(\.name) + plan.exchanges.flatMap { [$0.name, $0.spareName] }
        )
        let back = Files(from: now.files.filter { ours.contains($0.name) }, to: old.files)
        try await prepare(back, in: old.id)
        try await finish(back, in: old.id)
    }
}
