/// A message of a chat with a model: a role, and blocks of content.
///
/// The default message type. It holds what the providers' formats hold, and keeps what it does not know as it was read,
/// so that nothing is lost on the way through a store.
public struct ChatMessage: Hashable, Sendable {
    /// Who speaks.
    public var role: MessageRole

    /// What is said, in order.
    public var content: [ContentBlock]

    /// Members that this version does not know, kept as they were read.
    public var additionalFields: JSONObject

    /// Creates a message of blocks.
    public init(role: MessageRole, content: [ContentBlock], additionalFields: JSONObject = [:]) {
        self.role = role
        self.content = content
        self.additionalFields = additionalFields
    }

    /// Creates a message of one text.
    public init(role: MessageRole, text: String) {
        self.init(role: role, content: [.text(text)])
    }

    /// Returns a message of the user.
    public static func user(_ text: String) -> ChatMessage { ChatMessage(role: .user, text: text) }

    /// Returns a message of the model.
    public static func assistant(_ text: String) -> ChatMessage { ChatMessage(role: .assistant, text: text) }

    /// Returns instructions to the model.
    public static func system(_ text: String) -> ChatMessage { ChatMessage(role: .system, text: text) }

    /// Returns the answer of a tool.
    public static func toolResult(callID: String, text: String, isError: Bool = false) -> ChatMessage {
        ChatMessage(role: .tool, content: [.toolResult(ToolResult(callID: callID, text: text, isError: isError))])
    }

    /// The texts of the message, one after the other.
    ///
    /// Setting it puts the new text in the place of the first text and removes the others; what is not text stays.
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

    /// The calls of the message, in order.
    public var toolCalls: [ToolCall] {
        content.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
    }

    /// The results in the message, in order.
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
