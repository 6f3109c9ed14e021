public import ConversationHistory
import ConversationHistoryLibrary

/// An importer for the messages of chat-completion requests, often stored as an array of objects with a role.
///
/// Fields that a `ChatMessage` has no property for stay with it, in `additionalFields`; a part of an unknown kind is
/// kept whole. So nothing is lost, whatever a provider or an agent has added.
///
/// ```swift
/// let snapshot = try ChatCompletionsImport.snapshot(decoding: bytes)
/// try await LibraryImporter(library).importing(snapshot, as: "imported")
/// ```
public enum ChatCompletionsImport {
    /// Reads a JSON array of messages, or a request with a `messages` array, whose other members become metadata.
    ///
    /// The positions of the entries become their ids, and the entries have no dates, so the same bytes always produce
    /// the same snapshot.
    ///
    /// - Parameter bytes: JSON text in UTF-8.
    /// - Throws: `SnapshotDecodingError` if the text is not JSON, holds no array of messages, or holds an invalid
    ///   message.
    public static func snapshot(
        decoding bytes: some Sequence<UInt8>
    ) throws(SnapshotDecodingError) -> ConversationSnapshot<ChatMessage> {
        var text = JSONWriter(capacity: bytes.underestimatedCount + JSONReader.padding)
        text.append(bytes)
        return try text.withPaddedBytes { bytes throws(SnapshotDecodingError) in
            var reader = JSONReader(bytes)
            var snapshot = ConversationSnapshot<ChatMessage>()
            var hasMessages = false
            do throws(JSONError) {
                if reader.peek() == .array {
                    hasMessages = true
                    try readMessages(from: &reader, into: &snapshot)
                } else if reader.peek() == .object {
                    try reader.readObject { key, reader throws(JSONError) in
                        if key == "messages", reader.peek() == .array, !hasMessages {
                            hasMessages = true
                            try readMessages(from: &reader, into: &snapshot)
                        } else {
                            snapshot.metadata.append(key: key.string, value: try reader.readValue())
                        }
                    }
                }
                if hasMessages { try reader.expectEnd() }
            } catch { throw SnapshotDecodingError(error) }
            guard hasMessages else {
                throw SnapshotDecodingError(.notAHistory, offset: 0, "This is not an array of messages.")
            }
            return snapshot
        }
    }

    private static func readMessages(
        from reader: inout JSONReader,
        into snapshot: inout ConversationSnapshot<ChatMessage>
    ) throws(JSONError) {
        try reader.readArray { reader throws(JSONError) in
            _ = reader.peek()
            let offset = reader.offset
            guard let message = message(try reader.readValue()) else {
                throw JSONError(code: .missingMember, offset: offset, message: "A message needs a role and content.")
            }
            let id = EntryID(String(snapshot.entries.count + 1))
            do throws(SnapshotError) {
                try snapshot.append(HistoryEntry(.message(message), id: id, date: nil))
            } catch { throw JSONError(code: .invalidValue, offset: offset, message: error.description) }
        }
    }

    /// Returns a message; `nil` if it has no role, or content of an unknown kind.
    private static func message(_ value: JSONValue) -> ChatMessage? {
        guard var fields = value.objectValue, let role = fields["role"]?.stringValue,
            var content = parts(fields["content"] ?? .null)
        else { return nil }
        fields["role"] = nil
        fields["content"] = nil
        if let calls = fields["tool_calls"]?.arrayValue {
            content += calls.map { call($0) ?? .other($0) }
            fields["tool_calls"] = nil
        }
        if let id = fields["tool_call_id"]?.stringValue {
            fields["tool_call_id"] = nil
            content = [.toolResult(ToolResult(callID: id, content: content))]
        } else if role == "tool", let ids = fields["tool_call_ids"]?.arrayValue, ids.count == 1,
            let id = ids[0].stringValue
        {
            // Some agents list several call ids with one answer; the list stays among the fields.
            content = [.toolResult(ToolResult(callID: id, content: content))]
        }
        return ChatMessage(role: MessageRole(rawValue: role), content: content, additionalFields: fields)
    }

    private static func parts(_ content: JSONValue) -> [ContentBlock]? {
        switch content {
        case .null: []
        case .string(let text): [.text(text)]
        case .array(let parts): parts.map(part)
        default: nil
        }
    }

    private static func part(_ value: JSONValue) -> ContentBlock {
        guard var fields = value.objectValue else { return .other(value) }
        if fields["type"] == "text", let text = fields["text"]?.stringValue {
            fields["type"] = nil
            fields["text"] = nil
            return .text(TextBlock(text, additionalFields: fields))
        }
        if fields["type"] == "image_url", fields.count == 2, let image = fields["image_url"]?.objectValue,
            image.count == 1, let url = image["url"]?.stringValue
        {
            return .image(MediaBlock(source(of: url)))
        }
        return .other(value)
    }

    /// Returns the bytes of a base64 data URL, or the URL itself.
    private static func source(of url: String) -> MediaSource {
        let parts = url.split(separator: ",", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("data:"), parts[0].hasSuffix(";base64") else { return .url(url) }
        return .base64(mediaType: String(parts[0].dropFirst(5).dropLast(7)), data: String(parts[1]))
    }

    private static func call(_ value: JSONValue) -> ContentBlock? {
        guard var fields = value.objectValue, let id = fields["id"]?.stringValue else { return nil }
        let kind = fields["type"]?.stringValue ?? "function"
        let (member, input) = kind == "custom" ? ("custom", "input") : ("function", "arguments")
        guard var function = fields[member]?.objectValue, let name = function["name"]?.stringValue,
            let text = function[input]?.stringValue
        else { return nil }
        fields["id"] = nil
        if kind == "function" { fields["type"] = nil }
        function["name"] = nil
        function[input] = nil
        fields[member] = function.isEmpty ? nil : .object(function)
        let arguments = kind == "function" ? arguments(text) : .string(text)
        let additional = fields.renaming(["name", "arguments"])
        return .toolCall(ToolCall(id: id, name: name, arguments: arguments, additionalFields: additional))
    }

    /// Parses arguments, which arrive as JSON in a string, if writing them again produces the same bytes.
    private static func arguments(_ text: String) -> JSONValue {
        // Invalid JSON stays a string: models write it, and histories are truncated. So does a JSON string, which could
        // not be distinguished from plain text.
        guard let parsed = try? JSONValue(parsing: text), parsed.stringValue == nil,
            parsed.jsonString.hasSameBytes(as: text)
        else {
            return .string(text)
        }
        return parsed
    }
}

extension JSONObject {
    /// Returns the members, renaming those whose names the stored form reserves for itself.
    func renaming(_ reserved: [String]) -> JSONObject {
        JSONObject(map { (key: reserved.contains($0.key) ? "original_\($0.key)" : $0.key, value: $0.value) })
    }
}
