import ConversationHistory

extension ChatMessage {
    /// Returns the messages that stand for this one in a request; a tool's results are one each.
    ///
    /// The model's reasoning is left out, as the format has no place for it, unless it came from the same server, in a
    /// member of that server's own.
    ///
    /// - Parameter server: The server that the request goes to.
    func chatCompletions(for server: String?) -> [JSONValue] {
        var messages = toolResults.map { result in
            [
                "role": "tool",
                "tool_call_id": .string(result.callID),
                "content": .string(result.content.map(Self.inWords).joined(separator: "\n")),
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
                    parts.append(Self.part(Self.inWords(block)))
                }
            case .text, .document, .other: parts.append(Self.part(Self.inWords(block)))
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

    /// A block as text; what cannot be sent is named, so that the model knows that there was something.
    private static func inWords(_ block: ContentBlock) -> String {
        switch block {
        case .text(let block): block.text
        case .image(let media): "[An image that cannot be shown here\(named(media))]"
        case .document(let media): "[A document that cannot be shown here\(named(media))]"
        default: "[Content that cannot be shown here]"
        }
    }

    private static func named(_ media: MediaBlock) -> String { media.name.map { ": \($0)" } ?? "" }
}

extension MediaSource {
    /// The address under which a server can read it, which may hold the bytes themselves.
    fileprivate var address: String? {
        switch self {
        case .url(let url): url
        case .base64(let mediaType, let data): "data:\(mediaType);base64,\(data)"
        case .file, .other: nil
        }
    }
}

extension ToolCall {
    /// Creates a call as a server gives it, with its arguments as text.
    ///
    /// Arguments that are no JSON object are kept as the text they are. Where a server put blanks between the values, its
    /// text is kept beside the arguments, so that the next request repeats it to the byte: servers keep what they have
    /// read before by its exact text.
    init(id: String, name: String, text: String) {
        let isEmpty = text.allSatisfy(\.isWhitespace)
        // What does not parse is the model's mistake, of which the tool tells it.
        let parsed = isEmpty ? [:] : try? JSONValue(parsing: text)
        let arguments = parsed?.objectValue.map(JSONValue.object) ?? .string(text)
        self.init(id: id, name: name, arguments: arguments)
        if !isEmpty, arguments.stringValue == nil, arguments.jsonString != text {
            additionalFields[Self.argumentsText] = .string(text)
        }
    }

    /// The name under which a server's own text of the arguments is kept.
    private static let argumentsText = "arguments_text"

    /// Returns the call as a request holds it.
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
