/// A part of a chat message.
public enum ContentBlock: Hashable, Sendable {
    /// A piece of text.
    case text(TextBlock)

    /// An image.
    case image(MediaBlock)

    /// A document.
    case document(MediaBlock)

    /// A tool call.
    case toolCall(ToolCall)

    /// A tool's answer to a call.
    case toolResult(ToolResult)

    /// The model's reasoning.
    case reasoning(ReasoningBlock)

    /// The model's reasoning, encrypted by the provider.
    case redactedReasoning(RedactedReasoningBlock)

    /// A block of a kind or structure that this version doesn't know, kept as it was read.
    case other(JSONValue)

    /// Returns a text block.
    public static func text(_ text: String) -> ContentBlock { .text(TextBlock(text)) }

    /// The text of this block, or `nil` if it isn't a text block.
    public var textValue: String? {
        if case .text(let block) = self { block.text } else { nil }
    }
}
