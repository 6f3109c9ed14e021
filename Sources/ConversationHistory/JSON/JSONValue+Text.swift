extension JSONValue {
    /// Reads a value from JSON text.
    ///
    /// For the escape of an unpaired surrogate, which no `String` can hold, U+FFFD is read.
    ///
    /// - Throws: A `JSONError` if the text is not exactly one JSON value, or is nested deeper than `maximumDepth`.
    public init(parsing text: String) throws(JSONError) {
        var writer = JSONWriter(capacity: text.utf8.count + JSONReader.padding)
        writer.append(utf8Of: text)
        try self.init(parsing: &writer)
    }

    /// Reads a value from the UTF-8 bytes of JSON text.
    ///
    /// - Throws: A `JSONError` if the bytes are not exactly one JSON value, or it is nested deeper than `maximumDepth`.
    public init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        var writer = JSONWriter(capacity: bytes.underestimatedCount + JSONReader.padding)
        writer.append(bytes)
        try self.init(parsing: &writer)
    }

    private init(parsing text: inout JSONWriter) throws(JSONError) {
        self = try text.withPaddedBytes { (bytes) throws(JSONError) in
            var reader = JSONReader(bytes, maximumDepth: Self.maximumDepth)
            let value = try reader.readValue()
            try reader.expectEnd()
            return value
        }
    }

    /// The value as compact JSON text.
    public var jsonString: String {
        var writer = JSONWriter(capacity: 256)
        writer.write(self)
        return writer.string
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as compact JSON text.
    public var description: String { jsonString }
}
