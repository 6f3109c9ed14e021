package import ConversationHistory
package import ConversationHistoryLibrary

extension ConversationLibrary<ChatMessage> {
    /// Creates a conversation with some turns.
    @discardableResult
    package func addConversation(
        _ id: ConversationID,
        turns count: Int = 1
    ) async throws -> Conversation<ChatMessage> {
        let conversation = try await Conversation(restoring: store(for: id))
        for number in 0..<count { try await conversation.addTurn(number) }
        return conversation
    }
}

extension Conversation<ChatMessage> {
    /// Adds a turn of two messages.
    package func addTurn(_ number: Int) async throws {
        try await turn("question \(number)") { turn in try await turn.append(.assistant("answer \(number)")) }
    }
}
