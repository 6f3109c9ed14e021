extension ConversationLibrary {
    /// Returns the ids of all conversations, in their order.
    package func allIDs(includingTrash: Bool) async throws(HistoryStoreError) -> [ConversationID] {
        var ids: Set<ConversationID> = []
        // The trash is looked at twice, so that what is deleted or restored meanwhile is met on one side.
        for trash in includingTrash ? [ListRequest.Trash.only, .without, .only] : [.without] {
            // What is not touched keeps its place only if what changes moves away from where the list is read; it is met
            // there then.
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

    /// Returns all of a conversation, even if it is in the trash; `nil` if there is none that the scope shows.
    func contentsIfPresent(of id: ConversationID) async throws(HistoryStoreError) -> ArchivedConversation<Message>? {
        do throws(HistoryStoreError) { return ArchivedConversation(try await contents(of: id)) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
