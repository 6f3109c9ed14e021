import ConversationHistory

/// The body of a request for a streamed chat completion.
struct ChatRequest {
    let model: String
    let messages: [ChatMessage]
    let tools: [any Tool]

    /// The server that it goes to; it is given back what came from it, and other servers are not.
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

    /// Makes one message of neighbours by the same speaker.
    ///
    /// After a turn that failed, two questions follow each other, which the templates of some models refuse.
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

    /// The text of a user's or a model's message in which there is nothing else.
    private static func plainText(_ message: JSONValue) -> String? {
        guard ["user", "assistant"].contains(message["role"]?.stringValue), message["tool_calls"] == nil else {
            return nil
        }
        return message["content"]?.stringValue
    }
}
