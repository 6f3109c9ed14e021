/// The coding of messages of one type.
///
/// ``ChatMessage`` reads and writes its own stored form, byte by byte; any other type is coded with `Codable`.
struct MessageCoding<Message: HistoryMessage>: Sendable {
    /// Reads a message.
    ///
    /// - Parameter fault: Set if the JSON is valid and the message does not decode; the message is then skipped.
    /// - Returns: The message; `nil` if `fault` is set.
    /// - Throws: An error if the JSON is not valid.
    func read(from reader: inout JSONReader, _ fault: inout MessageFault?) throws(JSONError) -> Message? {
        // In code that is specialized for chat messages, the compiler resolves this check.
        if Message.self == ChatMessage.self {
            let (cursor, depth) = (reader.cursor, reader.depth)
            do throws(JSONError) {
                if let message = try ChatMessage.read(from: &reader) as? Message { return message }
            } catch {
                (reader.cursor, reader.depth) = (cursor, depth)
                _ = reader.peek()
                let offset = reader.offset
                try reader.skipValue()
                fault = MessageFault(Message.self, error, offset: offset)
                return nil
            }
        }
        if Message.self == UninterpretedMessage.self {
            try reader.skipValue()
            return UninterpretedMessage() as? Message
        }
        _ = reader.peek()
        let offset = reader.offset
        let value = try reader.readValue()
        do {
            return try JSONValueDecoder.decode(Message.self, from: value)
        } catch {
            fault = MessageFault(Message.self, error, offset: offset)
            return nil
        }
    }

    func write(_ message: Message, to writer: inout JSONWriter) throws(SnapshotError) {
        if let message = message as? ChatMessage {
            message.write(to: &writer)
            return
        }
        let value: JSONValue
        do {
            value = try JSONValueEncoder.encode(message)
        } catch {
            throw SnapshotError(.notEncodable, "The message of type \"\(Message.formatName)\" cannot be encoded.")
        }
        writer.write(value)
    }

    /// Throws an error if the message could be written, but not read back.
    func checkReadable(_ message: Message) throws(SnapshotError) {
        if let message = message as? ChatMessage { try message.checkReadable() }
    }
}

extension ChatMessage {
    static func read(from reader: inout JSONReader) throws(JSONError) -> ChatMessage {
        let offset = reader.offset
        var role: MessageRole?
        var content: [ContentBlock]?
        var fields: JSONObject = [:]
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if key == "role" {
                seen.note(0, &reader)
                role = MessageRole(rawValue: try reader.readString())
            } else if key == "content" {
                seen.note(1, &reader)
                content = try ContentBlock.readList(from: &reader)
            } else {
                fields.append(key: key.string, value: try reader.readValue())
            }
        }
        guard let role, let content else {
            throw JSONError(code: .missingMember, offset: offset, message: "A message needs a role and content.")
        }
        return ChatMessage(role: role, content: content, additionalFields: fields)
    }

    func write(to writer: inout JSONWriter) {
        writer.write(raw: "{\"role\":")
        writer.write(string: role.rawValue)
        writer.write(raw: ",\"content\":")
        ContentBlock.writeList(content, to: &writer)
        writer.write(fields: additionalFields)
        writer.write(raw: "}")
    }

    func checkReadable() throws(SnapshotError) {
        try additionalFields.checkReadable(besides: ["role", "content"])
        try ContentBlock.checkReadable(content)
    }
}

extension ContentBlock {
    /// The types of blocks that this version knows.
    private enum Kind {
        case text, image, document, toolCall, toolResult, reasoning, redactedReasoning

        /// Creates the kind from its stored name, which is compared without making a string.
        init?(_ name: JSONKey) {
            if name == "text" {
                self = .text
            } else if name == "tool_call" {
                self = .toolCall
            } else if name == "tool_result" {
                self = .toolResult
            } else if name == "reasoning" {
                self = .reasoning
            } else if name == "image" {
                self = .image
            } else if name == "document" {
                self = .document
            } else if name == "redacted_reasoning" {
                self = .redactedReasoning
            } else {
                return nil
            }
        }
    }

    /// The number of levels to which results may be nested in results.
    private static let maximumLevel = 16

    static func readList(from reader: inout JSONReader) throws(JSONError) -> [ContentBlock] {
        var blocks: [ContentBlock] = []
        try reader.readArray { reader throws(JSONError) in blocks.append(try read(from: &reader)) }
        return blocks
    }

    static func writeList(_ blocks: [ContentBlock], to writer: inout JSONWriter) {
        writer.write(raw: "[")
        // An iterator would retain and release each part of a block, so the loop uses indices.
        for index in blocks.indices {
            if index > 0 { writer.write(raw: ",") }
            blocks[index].write(to: &writer)
        }
        writer.write(raw: "]")
    }

    /// Reads a block; a block of an unknown kind or shape is kept as it is.
    static func read(from reader: inout JSONReader) throws(JSONError) -> ContentBlock {
        // A copy of the whole reader would retain its scratch memory.
        let (cursor, depth, wasLossy) = (reader.cursor, reader.depth, reader.isLossy)
        do throws(JSONError) {
            if let block = try readKnown(from: &reader) { return block }
        } catch {
            // Reading the value below throws any error in the JSON itself.
        }
        (reader.cursor, reader.depth, reader.isLossy) = (cursor, depth, wasLossy)
        let value = try reader.readValue()
        return typeFirst(value) ?? .other(value)
    }

    /// Returns the block whose type isn't its first member, as when another program has sorted the members.
    private static func typeFirst(_ value: JSONValue) -> ContentBlock? {
        guard case .object(let members) = value, members.first?.key != "type", let type = members["type"],
            members.count(where: { $0.key == "type" }) == 1
        else { return nil }
        let sorted = [(key: "type", value: type)] + members.filter { $0.key != "type" }
        var text = JSONWriter()
        text.write(.object(JSONObject(sorted)))
        return text.withPaddedBytes { bytes in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            // An error means an unknown kind or shape: the caller keeps the value as it is.
            return try? readKnown(from: &reader)
        }
    }

    private static func readKnown(from reader: inout JSONReader) throws(JSONError) -> ContentBlock? {
        guard reader.peek() == .object else { return nil }
        var isFirst = true
        var kind: Kind?
        var text: String?
        var name: String?
        var id: String?
        var source: MediaSource?
        var arguments: JSONValue?
        var content: [ContentBlock]?
        var isError = false
        var isPlaceholder = false
        var fields: JSONObject = [:]
        var seen = SeenMembers()
        try reader.readObject { key, reader throws(JSONError) in
            if isFirst {
                isFirst = false
                guard key == "type" else { throw unknownShape(at: reader.offset) }
                kind = Kind(try reader.readToken())
                guard kind != nil else { throw unknownShape(at: reader.offset) }
                return
            }
            switch kind {
            case .text where key == "text", .reasoning where key == "text":
                seen.note(0, &reader)
                text = try reader.readString()
            case .reasoning where key == "signature":
                seen.note(1, &reader)
                id = try reader.readString()
            case .redactedReasoning where key == "data":
                seen.note(0, &reader)
                text = try reader.readString()
            case .image where key == "source", .document where key == "source":
                seen.note(0, &reader)
                source = try MediaSource.read(from: &reader)
            case .image where key == "name", .document where key == "name":
                seen.note(1, &reader)
                name = try reader.readString()
            case .toolCall where key == "id":
                seen.note(0, &reader)
                id = try reader.readString()
            case .toolCall where key == "name":
                seen.note(1, &reader)
                name = try reader.readString()
            case .toolCall where key == "arguments":
                seen.note(2, &reader)
                arguments = try reader.readValue()
            case .toolResult where key == "call_id":
                seen.note(0, &reader)
                id = try reader.readString()
            case .toolResult where key == "content":
                seen.note(1, &reader)
                content = try readList(from: &reader)
            case .toolResult where key == "is_error":
                seen.note(2, &reader)
                isError = try reader.readBool()
                if !isError { reader.isLossy = true }
            case .toolResult where key == "is_placeholder":
                seen.note(3, &reader)
                isPlaceholder = try reader.readBool()
                if !isPlaceholder { reader.isLossy = true }
            default: fields.append(key: key.string, value: try reader.readValue())
            }
        }
        switch kind {
        case .text: return text.map { .text(TextBlock($0, additionalFields: fields)) }
        case .reasoning: return text.map { .reasoning(ReasoningBlock($0, signature: id, additionalFields: fields)) }
        case .redactedReasoning:
            return text.map { .redactedReasoning(RedactedReasoningBlock(data: $0, additionalFields: fields)) }
        case .image: return source.map { .image(MediaBlock($0, name: name, additionalFields: fields)) }
        case .document: return source.map { .document(MediaBlock($0, name: name, additionalFields: fields)) }
        case .toolCall:
            guard let id, let name, let arguments else { return nil }
            return .toolCall(ToolCall(id: id, name: name, arguments: arguments, additionalFields: fields))
        case .toolResult:
            guard let id, let content else { return nil }
            return .toolResult(
                ToolResult(
                    callID: id,
                    content: content,
                    isError: isError,
                    isPlaceholder: isPlaceholder,
                    additionalFields: fields
                )
            )
        case nil: return nil
        }
    }

    private static func unknownShape(at offset: Int) -> JSONError {
        JSONError(code: .typeMismatch, offset: offset, message: "This block is of another kind or shape.")
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .text(let block):
            writer.write(raw: "{\"type\":\"text\",\"text\":")
            writer.write(string: block.text)
            writer.write(fields: block.additionalFields)
        case .image(let block):
            writer.write(raw: "{\"type\":\"image\"")
            block.write(to: &writer)
        case .document(let block):
            writer.write(raw: "{\"type\":\"document\"")
            block.write(to: &writer)
        case .toolCall(let call):
            writer.write(raw: "{\"type\":\"tool_call\",\"id\":")
            writer.write(string: call.id)
            writer.write(raw: ",\"name\":")
            writer.write(string: call.name)
            writer.write(raw: ",\"arguments\":")
            writer.write(call.arguments)
            writer.write(fields: call.additionalFields)
        case .toolResult(let result):
            writer.write(raw: "{\"type\":\"tool_result\",\"call_id\":")
            writer.write(string: result.callID)
            writer.write(raw: ",\"content\":")
            Self.writeList(result.content, to: &writer)
            if result.isError { writer.write(raw: ",\"is_error\":true") }
            if result.isPlaceholder { writer.write(raw: ",\"is_placeholder\":true") }
            writer.write(fields: result.additionalFields)
        case .reasoning(let block):
            writer.write(raw: "{\"type\":\"reasoning\",\"text\":")
            writer.write(string: block.text)
            if let signature = block.signature {
                writer.write(raw: ",\"signature\":")
                writer.write(string: signature)
            }
            writer.write(fields: block.additionalFields)
        case .redactedReasoning(let block):
            writer.write(raw: "{\"type\":\"redacted_reasoning\",\"data\":")
            writer.write(string: block.data)
            writer.write(fields: block.additionalFields)
        case .other(let value):
            writer.write(value)
            return
        }
        writer.write(raw: "}")
    }

    /// Throws an error if one of the blocks could not be read back unchanged.
    ///
    /// - Parameter level: The number of results that enclose the blocks.
    static func checkReadable(_ blocks: [ContentBlock], level: Int = 0) throws(SnapshotError) {
        for index in blocks.indices { try blocks[index].checkReadable(level: level) }
    }

    // Inlined because a call would copy most blocks.
    @inline(__always)
    private func checkReadable(level: Int) throws(SnapshotError) {
        switch self {
        case .text(let block): try block.additionalFields.checkReadable(besides: ["text"])
        case .image(let block), .document(let block):
            try block.additionalFields.checkReadable(besides: ["source", "name"])
            if case .other(let value) = block.source { try value.checkDepth() }
        case .toolCall(let call):
            try call.arguments.checkDepth()
            try call.additionalFields.checkReadable(besides: ["id", "name", "arguments"])
        case .toolResult(let result):
            guard level < Self.maximumLevel else { throw .tooDeep }
            try result.additionalFields.checkReadable(besides: ["call_id", "content", "is_error", "is_placeholder"])
            try Self.checkReadable(result.content, level: level + 1)
        case .reasoning(let block): try block.additionalFields.checkReadable(besides: ["text", "signature"])
        case .redactedReasoning(let block): try block.additionalFields.checkReadable(besides: ["data"])
        case .other(let value): try value.checkDepth()
        }
    }
}

extension MediaBlock {
    /// Writes the members after the type, without the closing brace.
    func write(to writer: inout JSONWriter) {
        writer.write(raw: ",\"source\":")
        source.write(to: &writer)
        if let name {
            writer.write(raw: ",\"name\":")
            writer.write(string: name)
        }
        writer.write(fields: additionalFields)
    }
}

extension MediaSource {
    /// Reads a source; an unknown source, or one with additional members, is kept as it is.
    static func read(from reader: inout JSONReader) throws(JSONError) -> MediaSource {
        let value = try reader.readValue()
        guard let object = value.objectValue else { return .other(value) }
        switch (object["type"]?.stringValue, object.count) {
        case ("base64", 3):
            guard let type = object["media_type"]?.stringValue, let data = object["data"]?.stringValue else { break }
            return .base64(mediaType: type, data: data)
        case ("url", 2):
            guard let url = object["url"]?.stringValue else { break }
            return .url(url)
        case ("file_id", 2):
            guard let id = object["id"]?.stringValue else { break }
            return .file(id: id)
        default: break
        }
        return .other(value)
    }

    func write(to writer: inout JSONWriter) {
        switch self {
        case .base64(let mediaType, let data):
            writer.write(raw: "{\"type\":\"base64\",\"media_type\":")
            writer.write(string: mediaType)
            writer.write(raw: ",\"data\":")
            writer.write(string: data)
        case .url(let url):
            writer.write(raw: "{\"type\":\"url\",\"url\":")
            writer.write(string: url)
        case .file(let id):
            writer.write(raw: "{\"type\":\"file_id\",\"id\":")
            writer.write(string: id)
        case .other(let value):
            writer.write(value)
            return
        }
        writer.write(raw: "}")
    }
}
