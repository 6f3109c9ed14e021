extension ConversationLibrary {
    /// Returns the ids of all conversations, in their order.
    func allIDs(includingTrash: Bool) async throws(HistoryStoreError) -> [ConversationID] {
        var ids: Set<ConversationID> = []
        for trash in includingTrash ? [ListRequest.Trash.without, .only] : [.without] {
            // What is not touched keeps its place only if what changes moves away from where the list is read.
            var request = ListRequest(trash: trash, order: .oldestFirst, limit: 500)
            repeat {
                let page = try await list(request)
                ids.formUnion(page.conversations.map(\.id))
                request.cursor = page.next
            } while request.cursor != nil
        }
        return ids.sorted()
    }

    /// Returns what is known of a conversation; `nil` if there is none that the scope shows.
    func infoIfPresent(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo? {
        do throws(HistoryStoreError) { return try await info(of: id) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Does something with a conversation; one that is in the trash is taken out of it for that time.
    func whileLive<Result>(
        _ info: ConversationInfo,
        _ body: () async throws(HistoryStoreError) -> Result
    ) async throws(HistoryStoreError) -> Result {
        guard info.deleted != nil else { return try await body() }
        try await restore(info.id)
        let result: Result
        do throws(HistoryStoreError) { result = try await body() } catch {
            // The first failure is the one to be told.
            try? await delete(info.id)
            throw error
        }
        try await delete(info.id)
        return result
    }

    /// Returns all versions of a conversation's files, in the order of an archive.
    func files(in id: ConversationID) async throws(HistoryStoreError) -> [ArchivedConversation<Message>.File] {
        var files: [ArchivedConversation<Message>.File] = []
        for info in try await artifactsInOrder(in: id) {
            for version in 1...max(1, info.version) {
                let file = try await artifact(named: info.name, version: version, in: id)
                files.append(
                    .init(name: Identifier(info.name), type: file.info.type, version: version, data: file.data)
                )
            }
        }
        return files
    }

    /// Lists the files of a conversation by the bytes of their names.
    func artifactsInOrder(in id: ConversationID) async throws(HistoryStoreError) -> [ArtifactInfo] {
        try await artifacts(in: id).sorted { Identifier<Artifact>($0.name) < Identifier<Artifact>($1.name) }
    }
}
