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

/// A piece of text.
public struct TextBlock: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The text.
    public var text: String

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a block of text.
    public init(_ text: String, additionalFields: JSONObject = [:]) {
        self.text = text
        self.additionalFields = additionalFields
    }

    /// Creates a block from a literal.
    public init(stringLiteral value: String) { self.init(value) }
}

/// The model's reasoning, with the provider's signature over it.
public struct ReasoningBlock: Hashable, Sendable {
    /// The reasoning.
    public var text: String

    /// The provider's signature; it holds only as long as both stay as they are.
    public var signature: String?

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a block of reasoning.
    public init(_ text: String, signature: String? = nil, additionalFields: JSONObject = [:]) {
        self.text = text
        self.signature = signature
        self.additionalFields = additionalFields
    }
}

/// Reasoning that the provider gave out only sealed.
public struct RedactedReasoningBlock: Hashable, Sendable {
    /// The sealed reasoning, to be given back as it is.
    public var data: String

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a block of sealed reasoning.
    public init(data: String, additionalFields: JSONObject = [:]) {
        self.data = data
        self.additionalFields = additionalFields
    }
}

/// An image or a document.
public struct MediaBlock: Hashable, Sendable {
    /// Where the bytes are.
    public var source: MediaSource

    /// The name to show, if there is one.
    public var name: String?

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a block of media.
    public init(_ source: MediaSource, name: String? = nil, additionalFields: JSONObject = [:]) {
        self.source = source
        self.name = name
        self.additionalFields = additionalFields
    }
}

/// Where the bytes of an image or a document are.
public enum MediaSource: Hashable, Sendable {
    /// In the message itself, in base 64, kept as it was written.
    case base64(mediaType: String, data: String)

    /// At an address.
    case url(String)

    /// In a file that the provider keeps under an id.
    case file(id: String)

    /// Somewhere that this version does not know; kept as it was read.
    case other(JSONValue)
}
