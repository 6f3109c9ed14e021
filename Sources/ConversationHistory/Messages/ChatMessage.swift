/// A message in a chat with a model: a role and content blocks.
///
/// This is the default message type. It covers the content of the providers' formats, and keeps blocks and members that
/// it doesn't know as they were read, so that a store loses nothing.
public struct ChatMessage: Hashable, Sendable {
    /// The role of the message's author.
    public var role: MessageRole

    /// The content blocks, in order.
    public var content: [ContentBlock]

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a message with content blocks.
    public init(role: MessageRole, content: [ContentBlock], additionalFields: JSONObject = [:]) {
        self.role = role
        self.content = content
        self.additionalFields = additionalFields
    }

    /// Creates a message with one text block.
    public init(role: MessageRole, text: String) {
        self.init(role: role, content: [.text(text)])
    }

    /// Returns a message from the user.
    public static func user(_ text: String) -> ChatMessage { ChatMessage(role: .user, text: text) }

    /// Returns a message from the model.
    public static func assistant(_ text: String) -> ChatMessage { ChatMessage(role: .assistant, text: text) }

    /// Returns a message with instructions for the model.
    public static func system(_ text: String) -> ChatMessage { ChatMessage(role: .system, text: text) }

    /// Returns a message with a tool's answer to a call.
    public static func toolResult(callID: String, text: String, isError: Bool = false) -> ChatMessage {
        ChatMessage(role: .tool, content: [.toolResult(ToolResult(callID: callID, text: text, isError: isError))])
    }

    /// The texts of the message, concatenated.
    ///
    /// Setting it replaces the first text block, or appends one if the message has none, and removes the other text
    /// blocks.
    /// All other blocks stay.
    public var text: String {
        get {
            var text = ""
            for case .text(let block) in content { text += block.text }
            return text
        }
        set {
            let first = content.firstIndex { $0.textValue != nil }
            var fields: JSONObject = [:]
            if let first, case .text(let block) = content[first] { fields = block.additionalFields }
            let place = first ?? content.endIndex
            content.removeAll { $0.textValue != nil }
            content.insert(.text(TextBlock(newValue, additionalFields: fields)), at: place)
        }
    }

    /// The tool calls in the message, in order.
    public var toolCalls: [ToolCall] {
        content.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    /// The tool results in the message, in order.
    public var toolResults: [ToolResult] {
        content.compactMap { if case .toolResult(let result) = $0 { result } else { nil } }
    }
}

extension ChatMessage: Codable {
    /// Decodes a message from its stored form.
    public init(from decoder: any Decoder) throws {
        let value = try JSONValue(from: decoder)
        var writer = JSONWriter(capacity: 256)
        writer.write(value)
        self = try writer.withPaddedBytes { bytes throws(JSONError) in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            return try ChatMessage.read(from: &reader)
        }
    }

    /// Encodes a message in its stored form.
    public func encode(to encoder: any Encoder) throws {
        var writer = JSONWriter(capacity: 256)
        write(to: &writer)
        let value = try writer.withPaddedBytes { bytes throws(JSONError) in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            return try reader.readValue()
        }
        try value.encode(to: encoder)
    }
}
