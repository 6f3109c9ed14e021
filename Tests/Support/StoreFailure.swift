package import ConversationHistory

/// Runs a save or load and returns its error, or `nil` if it succeeds.
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
