import ConversationHistory
import ConversationHistoryLibrary

/// A session of Claude Code that is put together from its lines.
struct ClaudeCodeSession {
    let id: String
    private(set) var snapshot: ConversationSnapshot<ChatMessage>
    private var entryIDs: Set<EntryID> = []

    init(_ id: String) {
        self.id = id
        snapshot = ConversationSnapshot(id: ConversationID(id))
    }

    /// Takes the next line.
    mutating func take(_ line: JSONObject) throws(SnapshotError) {
        var rest = line
        let date = line["timestamp"]?.stringValue.flatMap(StoredDate.parse)
        let type = line["type"]?.stringValue ?? "unknown"
        if type == "summary", let title = line["summary"]?.stringValue { snapshot.title = title }
        let content: HistoryEntry<ChatMessage>.Content
        if type == "user" || type == "assistant", let message = line["message"].flatMap(Self.message) {
            content = .message(message)
            for name in ["message", "uuid", "sessionId", "type"] { rest[name] = nil }
            if date != nil { rest["timestamp"] = nil }
        } else {
            content = .action(HistoryAction(name: "claude-code.\(type)", payload: .object(line)))
            rest = [:]
        }
        try snapshot.append(HistoryEntry(content, id: newID(line["uuid"]?.stringValue), date: date, metadata: rest))
        if let date {
            snapshot.created = snapshot.created ?? date
            snapshot.updated = max(snapshot.updated ?? date, date)
        }
    }

    /// Returns the line's own id, or one of its position; never one that another entry has.
    private mutating func newID(_ wanted: String?) -> EntryID {
        var id = EntryID(wanted ?? "line-\(snapshot.entries.count + 1)")
        while !entryIDs.insert(id).inserted { id = EntryID("\(id.rawValue)-\(snapshot.entries.count + 1)") }
        return id
    }

    private static func message(_ value: JSONValue) -> ChatMessage? {
        guard var fields = value.objectValue, let role = fields["role"]?.stringValue,
            let content = blocks(fields["content"] ?? .null)
        else { return nil }
        fields["role"] = nil
        fields["content"] = nil
        return ChatMessage(role: MessageRole(rawValue: role), content: content, additionalFields: fields)
    }

    private static func blocks(_ content: JSONValue) -> [ContentBlock]? {
        switch content {
        case .string(let text): [.text(text)]
        case .array(let blocks): blocks.map { block($0) ?? .other($0) }
        default: nil
        }
    }

    /// Returns a block; `nil` if it is of another kind, or of another shape than is known.
    private static func block(_ value: JSONValue) -> ContentBlock? {
        guard var fields = value.objectValue, let type = fields["type"]?.stringValue else { return nil }
        func take(_ name: String) -> String? {
            defer { fields[name] = nil }
            return fields[name]?.stringValue
        }
        fields["type"] = nil
        switch type {
        case "text":
            return take("text").map { .text(TextBlock($0, additionalFields: fields)) }
        case "thinking":
            guard let text = take("thinking") else { return nil }
            let signature = take("signature")
            return .reasoning(
                ReasoningBlock(text, signature: signature, additionalFields: fields.renaming(["text"]))
            )
        case "redacted_thinking":
            return take("data").map { .redactedReasoning(RedactedReasoningBlock(data: $0, additionalFields: fields)) }
        case "tool_use":
            guard let id = take("id"), let name = take("name"), let input = fields["input"] else { return nil }
            fields["input"] = nil
            let additional = fields.renaming(["arguments"])
            return .toolCall(ToolCall(id: id, name: name, arguments: input, additionalFields: additional))
        case "tool_result":
            guard let id = take("tool_use_id") else { return nil }
            let isError = fields["is_error"]?.boolValue
            if isError != nil { fields["is_error"] = nil }
            guard let content = fields["content"].map(blocks) ?? [] else { return nil }
            fields["content"] = nil
            return .toolResult(
                ToolResult(
                    callID: id,
                    content: content,
                    isError: isError ?? false,
                    additionalFields: fields.renaming(["call_id", "is_error", "is_placeholder"])
                )
            )
        case "image", "document":
            guard let media = fields["source"].flatMap(source) else { return nil }
            fields["source"] = nil
            let block = MediaBlock(media, additionalFields: fields.renaming(["name"]))
            return type == "image" ? .image(block) : .document(block)
        default: return nil
        }
    }

    private static func source(_ value: JSONValue) -> MediaSource? {
        guard let fields = value.objectValue else { return nil }
        if fields["type"] == "base64", fields.count == 3, let type = fields["media_type"]?.stringValue,
            let data = fields["data"]?.stringValue
        {
            return .base64(mediaType: type, data: data)
        }
        if fields["type"] == "url", fields.count == 2, let url = fields["url"]?.stringValue { return .url(url) }
        return .other(value)
    }
}
