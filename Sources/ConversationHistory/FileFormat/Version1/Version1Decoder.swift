/// A decoder of version 1: ailoop's snapshots, in each of the three dialects that its releases wrote.
///
/// The dialects share a version number and differ in two details only, so each block is examined by itself.
struct Version1Decoder<Message: HistoryMessage> {
    func decode(_ reader: inout JSONReader) throws(SnapshotDecodingError) -> ConversationSnapshot<Message> {
        guard Message.self == ChatMessage.self || Message.self == UninterpretedMessage.self else {
            throw SnapshotDecodingError(
                .wrongMessageType,
                offset: 0,
                "The history has version 1 and holds chat messages, not \"\(Message.formatName)\"."
            )
        }
        var messages: [Message] = []
        var pinned: [Bool] = []
        var fault: MessageFault?
        do throws(JSONError) {
            try reader.readObject { key, reader throws(JSONError) in
                if key == "messages" {
                    try reader.readArray { reader throws(JSONError) in
                        if let message = try Self.message(at: messages.count, from: &reader, &fault) {
                            messages.append(message)
                        }
                    }
                } else if key == "pinned" {
                    try reader.readArray { reader throws(JSONError) in pinned.append(try reader.readBool()) }
                } else {
                    try reader.skipValue()
                }
            }
            try reader.expectEnd()
        } catch { throw SnapshotDecodingError(error) }
        if let fault { throw SnapshotDecodingError(fault) }
        do throws(SnapshotError) {
            return try ConversationSnapshot(messages: messages, pinned: pinned)
        } catch {
            throw SnapshotDecodingError(.damaged, offset: reader.position, error.description)
        }
    }

    /// Reads a message: an object whose only key names the role.
    ///
    /// - Parameter fault: Set if the value isn't such an object, unless it is already set.
    private static func message(
        at position: Int,
        from reader: inout JSONReader,
        _ fault: inout MessageFault?
    ) throws(JSONError) -> Message? {
        _ = reader.peek()
        let offset = reader.offset
        let value = try reader.readValue()
        if Message.self == UninterpretedMessage.self { return UninterpretedMessage() as? Message }
        guard let (key, body) = value.onlyMember else {
            if fault == nil {
                fault = MessageFault(Message.self, JSONError(code: .typeMismatch, offset: offset), offset: offset)
                // The entries of a version 1 history are named by their positions.
                fault?.entry = EntryID(String(position + 1))
            }
            return nil
        }
        return message(key, body) as? Message
    }

    private static func message(_ key: String, _ body: JSONValue) -> ChatMessage {
        guard key == "User" || key == "Assistant", let blocks = body.objectValue?["blocks"]?.arrayValue else {
            return ChatMessage(role: MessageRole(rawValue: key), content: [.other(body)])
        }
        let content = blocks.map(block)
        // Version 1 has no role for tools. It stores their results as a user message that contains only results.
        let isResults = !content.isEmpty && content.allSatisfy { if case .toolResult = $0 { true } else { false } }
        return ChatMessage(role: key == "Assistant" ? .assistant : isResults ? .tool : .user, content: content)
    }

    private static func block(_ value: JSONValue) -> ContentBlock {
        guard let (key, body) = value.onlyMember, let body = body.objectValue else { return .other(value) }
        switch key {
        case "Text":
            guard let text = body["text"]?.stringValue else { break }
            return .text(text)
        case "Image":
            guard let source = body["source"] else { break }
            return .image(MediaBlock(self.source(source)))
        case "Document":
            guard let source = body["source"] else { break }
            return .document(MediaBlock(self.source(source)))
        case "Reasoning":
            guard let text = body["text"]?.stringValue else { break }
            return .reasoning(ReasoningBlock(text, signature: body["signature"]?.stringValue))
        case "RedactedReasoning":
            guard let data = body["data"]?.stringValue else { break }
            return .redactedReasoning(RedactedReasoningBlock(data: data))
        case "ToolCall":
            guard let id = (body["call_id"] ?? body["id"])?.stringValue, let name = body["name"]?.stringValue,
                let arguments = body["args"]
            else { break }
            return .toolCall(ToolCall(id: id, name: name, arguments: arguments))
        case "ToolResult":
            guard let id = body["call_id"]?.stringValue, let content = body["content"],
                let (blocks, isError) = result(content)
            else { break }
            return .toolResult(ToolResult(callID: id, content: blocks, isError: isError))
        default: break
        }
        return .other(value)
    }

    /// Returns the content of a result: a list of parts or, before the first release, a text under the key of its kind.
    private static func result(_ content: JSONValue) -> (blocks: [ContentBlock], isError: Bool)? {
        if let blocks = content.objectValue?["blocks"]?.arrayValue {
            return (blocks.map(part), content.objectValue?["is_error"]?.boolValue ?? false)
        }
        guard let (key, text) = content.onlyMember, key == "Text" || key == "Error", let text = text.stringValue
        else { return nil }
        return ([.text(text)], key == "Error")
    }

    private static func part(_ value: JSONValue) -> ContentBlock {
        let body = value.objectValue
        if body?["type"] == "text", let text = body?["text"]?.stringValue { return .text(text) }
        if body?["type"] == "image", let source = body?["source"] { return .image(MediaBlock(self.source(source))) }
        return .other(value)
    }

    private static func source(_ value: JSONValue) -> MediaSource {
        let body = value.objectValue
        switch body?["type"]?.stringValue {
        case "base64":
            guard let type = body?["media_type"]?.stringValue, let data = body?["data"]?.stringValue else { break }
            return .base64(mediaType: type, data: data)
        case "url":
            guard let url = body?["url"]?.stringValue else { break }
            return .url(url)
        case "file_id":
            guard let id = body?["id"]?.stringValue else { break }
            return .file(id: id)
        default: break
        }
        return .other(value)
    }
}

extension JSONValue {
    /// The only member of an object with one member.
    fileprivate var onlyMember: (key: String, value: JSONValue)? {
        guard let object = objectValue, object.count == 1 else { return nil }
        return object.first.map { ($0.key, $0.value) }
    }
}
