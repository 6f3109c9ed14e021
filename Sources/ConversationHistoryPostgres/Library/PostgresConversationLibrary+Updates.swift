#if PostgreSQL
public import ConversationHistory
import ConversationHistoryLibrary

extension PostgresConversationLibrary {
    /// Returns the ids of conversations that change from now on, in any process on any machine.
    ///
    /// A change is a creation, a fork (with the id of the new conversation), a save, an append, another title, owner or
    /// metadata, a saved or removed artifact, a deletion, a restoration or a purge. Each is reported after its commit.
    /// A scoped library reports only changes within its scope, and no purges, because the owner of a purged
    /// conversation is no longer known. `nil` means that any conversation may have changed, because the connection was
    /// lost for a while. A notification is lost if the process that made the change ends at that moment; look up any
    /// change that must not be missed.
    ///
    /// Each sequence uses its own connection, which is closed once the sequence is no longer in use.
    ///
    /// - Throws: `HistoryStoreError` if no connection can be made.
    public func updates() async throws(HistoryStoreError) -> AsyncStream<ConversationID?> {
        let all: AsyncStream<ConversationID?>
        do throws(PostgresFailure) {
            all = try await notices.updates()
        } catch { throw HistoryStoreError(error, operation: "listen to", location: pool.location) }
        guard scope != .everyone else { return all }
        return AsyncStream { continuation in
            let task = Task {
                for await id in all where await shows(id) { continuation.yield(id) }
                continuation.finish()
            }
            continuation.onTermination = { _ in task.cancel() }
        }
    }

    private func shows(_ id: ConversationID?) async -> Bool {
        guard let id else { return true }
        do throws(HistoryStoreError) {
            _ = try await info(of: id)
            return true
        } catch {
            // If the lookup fails, the conversation may be within the scope, and an unnecessary report does no harm.
            return error.code != .notFound
        }
    }
}
#endif
