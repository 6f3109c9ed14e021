#if SQLite
import ConversationHistory
import TestSupport

@testable import ConversationHistorySQLite

typealias ChatLibrary = SQLiteConversationLibrary<ChatMessage>

extension TemporaryDirectory {
    /// Opens the library of a test, which is not durable and does not wait for long.
    func openLibrary() async throws -> ChatLibrary {
        try await ChatLibrary(path: database, durability: .processCrash, busyTimeout: .milliseconds(500))
    }
}

/// Returns the code of what some work throws, or `nil` if it throws nothing.
func code(
    of body: () async throws(HistoryStoreError) -> Void
) async -> HistoryStoreError.Code? {
    do throws(HistoryStoreError) {
        try await body()
        return nil
    } catch { return error.code }
}
#endif
