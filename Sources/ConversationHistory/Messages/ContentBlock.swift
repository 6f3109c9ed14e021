/// One part of a chat message.
public enum ContentBlock: Hashable, Sendable {
    /// A piece of text.
    case text(TextBlock)

    /// An image.
    case image(MediaBlock)

    /// A document.
    case document(MediaBlock)

    /// A call of a tool.
    case toolCall(ToolCall)

    /// What a tool answered.
    case toolResult(ToolResult)

    /// The model's reasoning.
    case reasoning(ReasoningBlock)

    /// The model's reasoning, sealed by the provider.
    case redactedReasoning(RedactedReasoningBlock)

    /// A block of a kind, or of a shape, that this version does not know; kept as it was read.
    case other(JSONValue)

    /// Returns a block that is a text.
    public static func text(_ text: String) -> ContentBlock { .text(TextBlock(text)) }

    /// The text of this block, or `nil` if it is not a text.
    public var textValue: String? {
        if case .text(let block) = self { block.text } else { nil }
    }
}
