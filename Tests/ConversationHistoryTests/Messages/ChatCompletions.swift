import ConversationHistory

/// Reads and writes the messages of chat-completion requests, as an application would that keeps such files.
///
/// What it does not know of a message or of a part stays with it, in `additionalFields`.
enum ChatCompletions {
    struct Unreadable: Error {}

    static func messages(of value: JSONValue) throws -> [ChatMessage] {
        guard let elements = value.arrayValue else { throw Unreadable() }
        return try elements.map(message)
    }

    private static func message(_ value: JSONValue) throws -> ChatMessage {
        guard var fields = value.objectValue, let role = fields["role"]?.stringValue else { throw Unreadable() }
        fields["role"] = nil
        var content = try parts(fields["content"] ?? .null)
        fields["content"] = nil
        if let calls = fields["tool_calls"]?.arrayValue {
            content += try calls.map(call)
            fields["tool_calls"] = nil
        }
        if let id = fields["tool_call_id"]?.stringValue {
            content = [.toolResult(ToolResult(callID: id, content: content))]
            fields["tool_call_id"] = nil
        }
        return ChatMessage(role: MessageRole(rawValue: role), content: content, additionalFields: fields)
    }

    private static func parts(_ content: JSONValue) throws -> [ContentBlock] {
        switch content {
        case .null: return []
        case .string(let text): return [.text(text)]
        case .array(let parts):
            return parts.map { part in
                guard var fields = part.objectValue else { return .other(part) }
                if fields["type"] == "text", let text = fields["text"]?.stringValue {
                    fields["type"] = nil
                    fields["text"] = nil
                    return .text(TextBlock(text, additionalFields: fields))
                }
                if fields["type"] == "image_url", let url = fields["image_url"]?["url"]?.stringValue, fields.count == 2,
                    fields["image_url"]?.objectValue?.count == 1
                {
                    return .image(MediaBlock(.url(url)))
                }
                return .other(part)
            }
        default: throw Unreadable()
        }
    }

    /// The arguments come as JSON in a string; if they are none, the string itself is kept.
    private static func call(_ value: JSONValue) throws -> ContentBlock {
        guard var fields = value.objectValue, let id = fields["id"]?.stringValue,
            let name = fields["function"]?["name"]?.stringValue,
            let text = fields["function"]?["arguments"]?.stringValue
        else { throw Unreadable() }
        fields["id"] = nil
        fields["function"] = nil
        if fields["type"] == "function" { fields["type"] = nil }
        var arguments = JSONValue.string(text)
        if let parsed = try? JSONValue(parsing: text), parsed.jsonString == text {
            // Only if it can be written again as it was is it taken for JSON.
            arguments = parsed
        }
        return .toolCall(ToolCall(id: id, name: name, arguments: arguments, additionalFields: fields))
    }

    // MARK: - Writing

    static func value(of messages: some Sequence<ChatMessage>) -> JSONValue { .array(messages.map(value)) }

    private static func value(of message: ChatMessage) -> JSONValue {
        var object: JSONObject = ["role": .string(message.role.rawValue)]
        var blocks = message.content
        var id: String?
        if case .toolResult(let result) = blocks.first {
            id = result.callID
            blocks = result.content
        }
        let parts = blocks.filter { if case .toolCall = $0 { false } else { true } }
        if parts.count == 1, case .text(let block) = parts[0], block.additionalFields.isEmpty {
            object["content"] = .string(block.text)
        } else if !parts.isEmpty {
            object["content"] = .array(parts.map(value))
        }
        let calls = message.toolCalls.map { call -> JSONValue in
            var fields: JSONObject = ["id": .string(call.id), "type": "function"]
            for (key, value) in call.additionalFields { fields.append(key: key, value: value) }
            let arguments = call.arguments.stringValue ?? call.arguments.jsonString
            fields["function"] = ["name": .string(call.name), "arguments": .string(arguments)]
            return .object(fields)
        }
        if !calls.isEmpty { object["tool_calls"] = .array(calls) }
        if let id { object["tool_call_id"] = .string(id) }
        for (key, value) in message.additionalFields { object.append(key: key, value: value) }
        return .object(object)
    }

    private static func value(of block: ContentBlock) -> JSONValue {
        switch block {
        case .text(let block):
            var fields: JSONObject = ["type": "text", "text": .string(block.text)]
            for (key, value) in block.additionalFields { fields.append(key: key, value: value) }
            return .object(fields)
        case .image(let block):
            guard case .url(let url) = block.source else { return .null }
            return ["type": "image_url", "image_url": ["url": .string(url)]]
        case .other(let value): return value
        default: return .null
        }
    }
}
