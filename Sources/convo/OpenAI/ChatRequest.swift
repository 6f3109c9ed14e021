import ConversationHistory

/// The body of a request for a streamed chat completion.
struct ChatRequest {
    let model: String
    let messages: [ChatMessage]
    let tools: [any Tool]

    /// The server that receives the request, including the fields that came from that server.
    var server: String?

    /// The body as JSON.
    var json: JSONValue {
        var body: JSONObject = [
            "model": .string(model),
            "messages": .array(Self.merged(messages.flatMap { $0.chatCompletions(for: server) })),
            "stream": true,
            "stream_options": ["include_usage": true],
        ]
        if !tools.isEmpty { body["tools"] = .array(tools.map(Self.declaration)) }
        return .object(body)
    }

    private static func declaration(of tool: any Tool) -> JSONValue {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name),
                "description": .string(tool.description),
                "parameters": tool.parameters,
            ],
        ]
    }

    /// Merges adjacent messages with the same role.
    ///
    /// After a failed turn, two user messages follow each other, and the chat templates of some models reject that.
    private static func merged(_ messages: [JSONValue]) -> [JSONValue] {
        var result: [JSONValue] = []
        for message in messages {
            if let last = result.last, let text = plainText(last), let more = plainText(message),
                last["role"] == message["role"]
            {
                result[result.count - 1]["content"] = .string(text + "\n\n" + more)
            } else {
                result.append(message)
            }
        }
        return result
    }

    /// Returns the text of a user's or a model's message; `nil` if the message has other content.
    private static func plainText(_ message: JSONValue) -> String? {
        guard ["user", "assistant"].contains(message["role"]?.stringValue), message["tool_calls"] == nil else {
            return nil
        }
        return message["content"]?.stringValue
    }
}
