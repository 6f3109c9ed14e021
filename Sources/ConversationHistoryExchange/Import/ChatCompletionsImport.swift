public import ConversationHistory
import ConversationHistoryLibrary

/// Reads the messages of chat-completion requests, as they are often kept in files: an array of objects with a role.
///
/// What a `ChatMessage` has no place for stays with it, in `additionalFields`; a part of a kind that is not known is
/// kept whole. So nothing is lost, whatever a provider or an agent has added.
///
/// ```swift
/// let snapshot = try ChatCompletionsImport.snapshot(decoding: bytes)
/// try await LibraryImporter(library).importing(snapshot, as: "imported")
/// ```
public enum ChatCompletionsImport {
    /// Reads a JSON array of messages, or a request that has one as `messages`, whose other members become metadata.
    ///
    /// The entries are named by their positions and have no dates, so the same bytes always make the same snapshot.
    ///
    /// - Parameter bytes: JSON text in UTF-8.
    /// - Throws: `SnapshotDecodingError`.
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

    /// Returns a message; `nil` if it has no role, or content of a kind that no provider has.
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
            // Agents that note several calls at one answer; the list stays among the fields.
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

    /// An address that holds the bytes themselves, in base 64, is taken for them.
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

    /// The arguments come as JSON in a string; only if they can be written again as they were are they taken for it.
    private static func arguments(_ text: String) -> JSONValue {
        // A text that is no JSON stays what it is: models write such, and histories are cut. So does JSON of a text, which
        // could not be told from the text itself.
        guard let parsed = try? JSONValue(parsing: text), parsed.stringValue == nil,
            parsed.jsonString.hasSameBytes(as: text)
        else {
            return .string(text)
        }
        return parsed
    }
}

extension JSONObject {
    /// Returns the members; one whose name is among those that the stored form uses itself is given another one.
    func renaming(_ reserved: [String]) -> JSONObject {
        JSONObject(map { (key: reserved.contains($0.key) ? "original_\($0.key)" : $0.key, value: $0.value) })
    }
}
