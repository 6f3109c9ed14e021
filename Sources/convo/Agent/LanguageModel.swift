import ConversationHistory

/// A model that answers messages: a server, or the built-in model.
protocol LanguageModel: Sendable {
    /// Requests the next message, and passes on its pieces while they arrive.
    ///
    /// - Parameters:
    ///   - messages: The conversation so far, well formed.
    ///   - tools: The tools that the model may call.
    ///   - receive: Receives a piece. An error that it throws ends the answer.
    func answer(
        _ messages: [ChatMessage],
        tools: [any Tool],
        receive: (AnswerPiece) throws -> Void
    ) async throws
}
