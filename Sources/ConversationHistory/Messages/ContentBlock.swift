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

/// A piece of text.
public struct TextBlock: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The text.
    public var text: String

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a text block.
    public init(_ text: String, additionalFields: JSONObject = [:]) {
        self.text = text
        self.additionalFields = additionalFields
    }

    /// Creates a text block from a literal.
    public init(stringLiteral value: String) { self.init(value) }
}

/// The model's reasoning, with the provider's signature.
public struct ReasoningBlock: Hashable, Sendable {
    /// The reasoning.
    public var text: String

    /// The provider's signature, which is valid only while the text and the signature stay unchanged.
    public var signature: String?

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a reasoning block.
    public init(_ text: String, signature: String? = nil, additionalFields: JSONObject = [:]) {
        self.text = text
        self.signature = signature
        self.additionalFields = additionalFields
    }
}

/// Reasoning that the provider returned only in encrypted form.
public struct RedactedReasoningBlock: Hashable, Sendable {
    /// The encrypted reasoning, to be sent back unchanged.
    public var data: String

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a block of encrypted reasoning.
    public init(data: String, additionalFields: JSONObject = [:]) {
        self.data = data
        self.additionalFields = additionalFields
    }
}

/// An image or a document.
public struct MediaBlock: Hashable, Sendable {
    /// The source of the bytes.
    public var source: MediaSource

    /// The name to show, if any.
    public var name: String?

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a media block.
    public init(_ source: MediaSource, name: String? = nil, additionalFields: JSONObject = [:]) {
        self.source = source
        self.name = name
        self.additionalFields = additionalFields
    }
}

/// The source of the bytes of an image or a document.
public enum MediaSource: Hashable, Sendable {
    /// The bytes themselves in base64, kept as they were written.
    case base64(mediaType: String, data: String)

    /// The URL of the bytes.
    case url(String)

    /// A file that the provider stores under an id.
    case file(id: String)

    /// A source that this version doesn't know, kept as it was read.
    case other(JSONValue)
}
