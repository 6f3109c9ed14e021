package import ConversationHistory

/// Runs a save or load and returns what it throws.
package func failure(
    of body: () async throws(HistoryStoreError) -> Void
) async -> HistoryStoreError? {
    do throws(HistoryStoreError) {
        try await body()
        return nil
    } catch {
        return error
    }
}
