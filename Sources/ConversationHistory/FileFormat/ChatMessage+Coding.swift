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
