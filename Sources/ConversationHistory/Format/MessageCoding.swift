/// How messages of one type are read and written.
///
/// ``ChatMessage`` reads and writes its own stored form, byte by byte; any other type goes through `Codable`.
struct MessageCoding<Message: HistoryMessage>: Sendable {
    func read(from reader: inout JSONReader) throws(JSONError) -> Message {
        // Decided when this is compiled for chat messages, and by one comparison otherwise.
        if Message.self == ChatMessage.self, let message = try ChatMessage.read(from: &reader) as? Message {
            return message
        }
        let offset = reader.offset
        let value = try reader.readValue()
        do {
            return try JSONValueDecoder.decode(Message.self, from: value)
        } catch {
            // The error may quote the message, so only its place is passed on.
            throw JSONError(
                code: .typeMismatch,
                offset: offset,
                message: "The message does not decode as \"\(Message.formatName)\"."
            )
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

    /// Throws if the message could be written, but not be read back.
    func checkReadable(_ message: Message) throws(SnapshotError) {
        if let message = message as? ChatMessage { try message.checkReadable() }
    }
}
