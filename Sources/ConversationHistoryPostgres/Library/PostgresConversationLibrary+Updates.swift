#if PostgreSQL
public import ConversationHistory
import ConversationHistoryLibrary

extension PostgresConversationLibrary {
    /// Returns the ids of conversations that change from now on, whoever changes them, on whatever machine.
    ///
    /// A change is a creation, a fork (told of the new conversation), a save, an append, another title, owner or
    /// metadata, an artifact that is saved or removed, a deletion, a restoration or a purge. Each is told after it was
    /// committed; what a scoped library is told is within its scope, and so it is not told of a purge, after which
    /// nobody can say whose the conversation was. `nil` stands for anything: the connection was lost for a while, and
    /// what changed meanwhile is not known. A notice can be missed when the one who changed something ends at that
    /// moment; what must not be missed is looked up.
    ///
    /// Each sequence has a connection of its own, which is closed when no one goes on with it.
    ///
    /// - Throws: `HistoryStoreError`, if no connection can be made.
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
            // If it cannot be looked up, it may well be one of them: who is told too much looks in vain.
            return error.code != .notFound
        }
    }
}
#endif
