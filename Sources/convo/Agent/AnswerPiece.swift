import ConversationHistory

/// A piece of a model's answer.
enum AnswerPiece: Hashable, Sendable {
    /// More text.
    case text(String)

    /// More reasoning: a new block, or a continuation of the last one.
    case reasoning(ReasoningBlock)

    /// A complete tool call.
    case toolCall(ToolCall)

    /// The token usage of the answer.
    case usage(Usage)

    /// The answer reached the length limit before the model was done.
    case lengthLimit

    /// The server cut off the answer for another reason, such as `content_filter`.
    case cutOff(reason: String)
}
