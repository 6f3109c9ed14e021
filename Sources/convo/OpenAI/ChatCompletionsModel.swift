import ConversationHistory

/// A model behind a server that speaks OpenAI's chat completions.
struct ChatCompletionsModel: LanguageModel {
    let endpoint: Endpoint
    let model: String
    let key: String?
    let timeout: Duration

    func answer(
        _ messages: [ChatMessage],
        tools: [any Tool],
        receive: (AnswerPiece) throws -> Void
    ) async throws {
        throw AgentError.emptyAnswer
    }
}
