import ConversationHistory

/// A piece of a model's answer.
enum AnswerPiece: Hashable, Sendable {
    /// More of the text.
    case text(String)

    /// More of the reasoning: a block of its own, or what follows in the last one.
    case reasoning(ReasoningBlock)

    /// A call of a tool, whole.
    case toolCall(ToolCall)

    /// What the answer has cost.
    case usage(Usage)

    /// The model has stopped, not because it was done, but because it may not say more.
    case lengthLimit

    /// The server has cut the answer off for another reason, such as `content_filter`.
    case cutOff(reason: String)
}
