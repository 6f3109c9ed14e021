import ConversationHistory
import ConversationHistoryLibrary

extension ConversationLibrary {
    /// Returns the info of a conversation; `nil` if the scope shows no such conversation.
    func infoIfPresent(of id: ConversationID) async throws(HistoryStoreError) -> ConversationInfo? {
        do throws(HistoryStoreError) { return try await info(of: id) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }

    /// Returns the contents of a conversation, even from the trash; `nil` if the scope shows no such conversation.
    func contentsIfPresent(of id: ConversationID) async throws(HistoryStoreError) -> ArchivedConversation<Message>? {
        do throws(HistoryStoreError) { return ArchivedConversation(try await contents(of: id)) } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
    }
}
