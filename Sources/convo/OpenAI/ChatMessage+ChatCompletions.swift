import ConversationHistory

extension ChatMessage {
    /// Returns the messages for this one in a request, with a separate message for each tool result.
    ///
    /// The format has no standard member for reasoning. It is left out, unless it came from the same server in a member
    /// of that server's own.
    ///
    /// - Parameter server: The server that receives the request.
    func chatCompletions(for server: String?) -> [JSONValue] {
        var messages = toolResults.map { result in
            [
                "role": "tool",
                "tool_call_id": .string(result.callID),
                "content": .string(result.content.map(Self.plainText).joined(separator: "\n")),
            ] as JSONValue
        }
        if let rest = withoutResults(for: server) { messages.append(rest) }
        return messages
    }

    private func withoutResults(for server: String?) -> JSONValue? {
        var parts: [JSONValue] = []
        var isPlain = true
        for block in content {
            switch block {
            case .toolCall, .toolResult, .reasoning, .redactedReasoning: continue
            case .image(let image):
                if let url = image.source.address {
                    parts.append(["type": "image_url", "image_url": ["url": .string(url)]])
                    isPlain = false
                } else {
                    parts.append(Self.part(Self.plainText(of: block)))
                }
            case .text, .document, .other: parts.append(Self.part(Self.plainText(of: block)))
            }
        }
        let calls = toolCalls.map { $0.chatCompletion(for: server) }
        guard !parts.isEmpty || !calls.isEmpty else { return nil }
        var message: JSONValue = ["role": .string(role.rawValue)]
        if parts.isEmpty {
            message["content"] = .null
        } else if isPlain {
            message["content"] = .string(parts.compactMap { $0["text"]?.stringValue }.joined())
        } else {
            message["content"] = .array(parts)
        }
        for case .reasoning(let block) in content {
            guard let field = block.additionalFields.ownFields, field.server == server else { continue }
            message[field.name] = .string((message[field.name]?.stringValue ?? "") + block.text)
        }
        if !calls.isEmpty { message["tool_calls"] = .array(calls) }
        return message
    }

    private static func part(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    /// Returns a block as text.
    ///
    /// Content that cannot be sent becomes a placeholder, so that the model knows about it.
    private static func plainText(of block: ContentBlock) -> String {
        switch block {
        case .text(let block): block.text
        case .image(let media): "[An image that cannot be shown here\(nameSuffix(media))]"
        case .document(let media): "[A document that cannot be shown here\(nameSuffix(media))]"
        default: "[Content that cannot be shown here]"
        }
    }

    private static func nameSuffix(_ media: MediaBlock) -> String { media.name.map { ": \($0)" } ?? "" }
}

extension MediaSource {
    /// A URL that a server can read, or a data URL with the content.
    fileprivate var address: String? {
        switch self {
        case .url(let url): url
        case .base64(let mediaType, let data): "data:\(mediaType);base64,\(data)"
        case .file, .other: nil
        }
    }
}

extension ToolCall {
    /// Creates a call from a server's answer, with its arguments as text.
    ///
    /// Arguments that are not a JSON object are stored as a string. If the server formats its JSON differently, its text
    /// is stored beside the arguments, and the next request repeats it byte for byte, because servers cache prompts by
    /// their exact text.
    init(id: String, name: String, text: String) {
        let isEmpty = text.allSatisfy(\.isWhitespace)
        // Arguments that don't parse are the model's mistake. The tool reports it to the model.
        let parsed = isEmpty ? [:] : try? JSONValue(parsing: text)
        let arguments = parsed?.objectValue.map(JSONValue.object) ?? .string(text)
        self.init(id: id, name: name, arguments: arguments)
        if !isEmpty, arguments.stringValue == nil, arguments.jsonString != text {
            additionalFields[Self.argumentsText] = .string(text)
        }
    }

    /// The member for the server's own text of the arguments.
    private static let argumentsText = "arguments_text"

    /// Returns the call in the format of a request.
    fileprivate func chatCompletion(for server: String?) -> JSONValue {
        let text = additionalFields[Self.argumentsText]?.stringValue ?? arguments.stringValue ?? arguments.jsonString
        var call: JSONValue = [
            "id": .string(id),
            "type": "function",
            "function": ["name": .string(name), "arguments": .string(text)],
        ]
        if let field = additionalFields.ownFields, field.server == server { call[field.name] = field.value }
        return call
    }
}
