/// A message type that reads and writes its own stored form, byte by byte, rather than through `Codable`.
protocol DirectlyCodedMessage {
    static func read(from reader: inout JSONReader) throws(JSONError) -> Self
    func write(to writer: inout JSONWriter)
    /// Throws if a part could not be read back as what it is: it is nested too deep, or its name is taken.
    func checkReadable() throws(SnapshotError)
}

/// How messages of one type are read and written.
struct MessageCoding<Message: HistoryMessage>: Sendable {
    /// Looked up once, not for every message.
    private let direct: (any (DirectlyCodedMessage & HistoryMessage).Type)?

    init() { direct = Message.self as? any (DirectlyCodedMessage & HistoryMessage).Type }

    func read(from reader: inout JSONReader) throws(JSONError) -> Message {
        if let direct, let message = try readDirectly(as: direct, from: &reader) { return message }
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

    private func readDirectly<Direct: DirectlyCodedMessage>(
        as type: Direct.Type,
        from reader: inout JSONReader
    ) throws(JSONError) -> Message? {
        try Direct.read(from: &reader) as? Message
    }

    func write(_ message: Message, to writer: inout JSONWriter) throws(SnapshotError) {
        if let message = message as? any DirectlyCodedMessage {
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
        if let message = message as? any DirectlyCodedMessage { try message.checkReadable() }
    }
}
