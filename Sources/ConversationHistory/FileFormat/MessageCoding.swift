/// How messages of one type are read and written.
///
/// ``ChatMessage`` reads and writes its own stored form, byte by byte; any other type goes through `Codable`.
struct MessageCoding<Message: HistoryMessage>: Sendable {
    /// Reads a message.
    ///
    /// - Parameter fault: Is set if the JSON is sound and the message does not decode; it is passed over then.
    /// - Throws: What is wrong with the JSON.
    func read(from reader: inout JSONReader, _ fault: inout MessageFault?) throws(JSONError) -> Message? {
        // Decided when this is compiled for chat messages, and by a comparison or two otherwise.
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

    /// Throws if the message could be written, but not be read back.
    func checkReadable(_ message: Message) throws(SnapshotError) {
        if let message = message as? ChatMessage { try message.checkReadable() }
    }
}
