import ConversationHistory

/// A piece of a model's answer.
enum AnswerPiece: Hashable, Sendable {
    /// More of the text.
    case text(String)

    /// A call of a tool, whole.
    case toolCall(ToolCall)

    /// What the answer has cost.
    case usage(Usage)

    /// The model has stopped, not because it was done, but because it may not say more.
    case lengthLimit
}
