import ConversationHistory

/// Something that answers messages: a server, or the model that is built in.
protocol LanguageModel: Sendable {
    /// Asks for the next message, and hands over its pieces as they come.
    ///
    /// - Parameters:
    ///   - messages: The conversation so far, well formed.
    ///   - tools: What the model may call.
    ///   - receive: Takes a piece; what it throws ends the answer.
    func answer(
        _ messages: [ChatMessage],
        tools: [any Tool],
        receive: (AnswerPiece) throws -> Void
    ) async throws
}
