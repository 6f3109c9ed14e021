public import ConversationHistory
import ConversationHistoryLibrary

/// An importer for session files of Claude Code: JSON Lines, with one object for each message or event.
///
/// Messages keep their tool calls, results and reasoning; the other members of their lines become the metadata of their
/// entries. Any other line becomes an action that holds the whole line; its name is `claude-code.` and the line's type.
public enum ClaudeCodeImport {
    /// Reads the sessions of a file, in the order in which they begin.
    ///
    /// The session's id becomes the snapshot's id; its newest summary becomes the title. A line without a session id
    /// belongs to the session of the message that it refers to, or else to the session that began last.
    ///
    /// - Parameter bytes: The lines, in UTF-8.
    /// - Throws: `SnapshotDecodingError` if a line is damaged or too large, or if the bytes contain no session.
    public static func snapshots(
        decoding bytes: some Sequence<UInt8>
    ) throws(SnapshotDecodingError) -> [ConversationSnapshot<ChatMessage>] {
        var lines = LineSplitter(limit: HistoryLimits().entryBytes)
        lines.append(bytes)
        var values: [(offset: Int, fields: JSONObject)] = []
        var sessionOfMessage: [ByteString: String] = [:]
        do throws(ArchiveError) {
            while true {
                var next = try lines.next()
                if next == nil { next = try lines.rest() }
                guard let line = next else { break }
                guard line.count > 0 else { continue }
                let fields = try read(line)
                values.append((line.offset, fields))
                if let id = fields["uuid"]?.stringValue, let session = fields["sessionId"]?.stringValue {
                    sessionOfMessage[ByteString(id)] = session
                }
            }
        } catch {
            throw SnapshotDecodingError(
                error.code == .tooLarge ? .tooLarge : .damaged,
                offset: error.offset,
                error.reason
            )
        }
        var sessions = FirstSeenTable<ByteString, ClaudeCodeSession>()
        let first = values.lazy.compactMap { $0.fields["sessionId"]?.stringValue }.first
        for (offset, fields) in values {
            let leaf = fields["leafUuid"]?.stringValue.flatMap { sessionOfMessage[ByteString($0)] }
            let id = fields["sessionId"]?.stringValue ?? leaf ?? sessions.values.last?.id ?? first
            guard let id else {
                throw SnapshotDecodingError(.notAHistory, offset: offset, "There is no session of Claude Code.")
            }
            do throws(SnapshotError) {
                try sessions.change(ByteString(id), default: ClaudeCodeSession(id)) {
                    session throws(SnapshotError) in try session.take(fields)
                }
            } catch {
                throw SnapshotDecodingError(.damaged, offset: offset, error.description)
            }
        }
        guard !sessions.values.isEmpty else {
            throw SnapshotDecodingError(.notAHistory, offset: 0, "There is no session of Claude Code.")
        }
        return sessions.values.map(\.snapshot)
    }

    private static func read(_ line: LineSplitter.Line) throws(ArchiveError) -> JSONObject {
        do throws(JSONError) {
            return try line.withBytes { bytes throws(JSONError) in
                var reader = JSONReader(bytes, baseOffset: line.offset)
                let fields = try reader.readFields()
                try reader.expectEnd()
                return fields
            }
        } catch {
            throw ArchiveError(.damaged, line: line.number, offset: error.offset, error.message)
        }
    }
}

/// A Claude Code session, assembled line by line.
struct ClaudeCodeSession {
    let id: String
    private(set) var snapshot: ConversationSnapshot<ChatMessage>
    private var entryIDs: Set<EntryID> = []

    init(_ id: String) {
        self.id = id
        snapshot = ConversationSnapshot(id: ConversationID(id))
    }

    /// Adds the next line.
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

    /// Returns the line's own id, or one derived from its position, made unique among the entries.
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

    /// Returns a block; `nil` if its kind or its shape is unknown.
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
