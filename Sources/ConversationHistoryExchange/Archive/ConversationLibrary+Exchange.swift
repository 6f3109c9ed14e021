import ConversationHistory
import ConversationHistoryLibrary

extension ConversationLibrary {
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
