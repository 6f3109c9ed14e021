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

extension SQLiteConversationLibrary where Message == ChatMessage {
    /// Creates a conversation in which some turns were held.
    @discardableResult
    func addConversation(
        _ id: ConversationID,
        turns count: Int = 1
    ) async throws -> Conversation<ChatMessage> {
        let conversation = try await Conversation(restoring: store(for: id))
        for number in 0..<count { try await conversation.addTurn(number) }
        return conversation
    }
}

extension Conversation<ChatMessage> {
    /// Holds a turn of two messages.
    func addTurn(_ number: Int) async throws {
        try await turn("question \(number)") { turn in try await turn.append(.assistant("answer \(number)")) }
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
