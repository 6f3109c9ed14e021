/// An encoder of version 1, as ailoop's releases read it.
///
/// It writes messages and pins. Everything else (ids, dates, titles, actions, turns) is left out, and a message that
/// version 1 cannot represent is refused.
enum Version1Encoder {
    static func encode<Message>(
        _ snapshot: ConversationSnapshot<Message>,
        to writer: inout JSONWriter
    ) throws(SnapshotError) {
        var messages: [JSONValue] = []
        for message in snapshot.messages {
            guard let message = message as? ChatMessage else {
                throw SnapshotError(.notEncodable, "Version 1 holds chat messages only.")
            }
            messages.append(try value(message))
        }
        let pinned = snapshot.pinned.map { JSONValue.bool($0) }
        let document: JSONValue = ["version": 1, "messages": .array(messages), "pinned": .array(pinned)]
        var compact = JSONWriter()
        compact.write(document)
        compact.withUnsafeBytes { JSONIndenter.prettyPrinted($0, into: &writer) }
    }

    /// Returns the largest number of bytes that an entry can take in a document.
    ///
    /// - Throws: A ``SnapshotError`` if version 1 cannot represent its message.
    static func byteCount<Message>(of entry: HistoryEntry<Message>) throws(SnapshotError) -> Int {
        guard let message = entry.message else { return 0 }
        guard let message = message as? ChatMessage else {
            throw SnapshotError(.notEncodable, "Version 1 holds chat messages only.")
        }
        var compact = JSONWriter()
        compact.write(try value(message))
        var text = JSONWriter()
        compact.withUnsafeBytes { JSONIndenter.prettyPrinted($0, into: &text) }
        let lineCount = text.withUnsafeBytes { $0.count { $0 == UInt8(ascii: "\n") } } + 1
        // Each line is indented by four more spaces. A line feed, a comma and the line of the pin are added.
        return text.count + 4 * lineCount + 2 + 11
    }

    /// Returns the largest number of bytes that the document of a snapshot can have.
    static func byteCount<Message>(of snapshot: ConversationSnapshot<Message>) throws(SnapshotError) -> Int {
        var count = 128
        for position in snapshot.entries.indices {
            count += try byteCount(of: snapshot.entries.box(at: position).value)
        }
        return count
    }

    private static func value(_ message: ChatMessage) throws(SnapshotError) -> JSONValue {
        if message.content.count == 1, case .other(let body) = message.content[0],
            message.role != .user, message.role != .assistant
        {
            return .object([message.role.rawValue: body])
        }
        var blocks: [JSONValue] = []
        for block in message.content { blocks.append(try value(block)) }
        switch message.role {
        case .user, .tool: return ["User": ["blocks": .array(blocks)]]
        case .assistant: return ["Assistant": ["blocks": .array(blocks)]]
        default:
            throw SnapshotError(.notEncodable, "Version 1 has no place for a message of the role \"\(message.role)\".")
        }
    }

    private static func value(_ block: ContentBlock) throws(SnapshotError) -> JSONValue {
        switch block {
        case .text(let block): ["Text": ["text": .string(block.text)]]
        case .image(let block): ["Image": ["source": value(block.source)]]
        case .document(let block): ["Document": ["source": value(block.source)]]
        case .reasoning(let block):
            ["Reasoning": ["text": .string(block.text), "signature": block.signature.map { .string($0) } ?? .null]]
        case .redactedReasoning(let block): ["RedactedReasoning": ["data": .string(block.data)]]
        case .toolCall(let call):
            ["ToolCall": ["id": .string(call.id), "name": .string(call.name), "args": call.arguments]]
        case .toolResult(let result):
            ["ToolResult": ["call_id": .string(result.callID), "content": .object(try content(result))]]
        case .other(let value): value
        }
    }

    private static func content(_ result: ToolResult) throws(SnapshotError) -> JSONObject {
        var parts: [JSONValue] = []
        for block in result.content {
            switch block {
            case .text(let block): parts.append(["type": "text", "text": .string(block.text)])
            case .image(let block): parts.append(["type": "image", "source": value(block.source)])
            case .other(let value): parts.append(value)
            default: throw SnapshotError(.notEncodable, "Version 1 has texts and images in results only.")
            }
        }
        var content: JSONObject = ["blocks": .array(parts)]
        if result.isError { content["is_error"] = true }
        return content
    }

    private static func value(_ source: MediaSource) -> JSONValue {
        switch source {
        case .base64(let type, let data): ["type": "base64", "media_type": .string(type), "data": .string(data)]
        case .url(let url): ["type": "url", "url": .string(url)]
        case .file(let id): ["type": "file_id", "id": .string(id)]
        case .other(let value): value
        }
    }
}
