extension ChatMessage: Codable {
    /// Decodes a message from its stored form.
    public init(from decoder: any Decoder) throws {
        let value = try JSONValue(from: decoder)
        var writer = JSONWriter(capacity: 256)
        writer.write(value)
        self = try writer.withPaddedBytes { bytes throws(JSONError) in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            return try ChatMessage.read(from: &reader)
        }
    }

    /// Encodes a message in its stored form.
    public func encode(to encoder: any Encoder) throws {
        var writer = JSONWriter(capacity: 256)
        write(to: &writer)
        let value = try writer.withPaddedBytes { bytes throws(JSONError) in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            return try reader.readValue()
        }
        try value.encode(to: encoder)
    }
}
