extension JSONValue: Codable {
    /// Creates a value from a decoder.
    ///
    /// The package's own decoder preserves the value as it is written. Other decoders don't provide the text of a
    /// number: it is read as an integer if possible, and otherwise as a `Double`. They may also reorder keys.
    ///
    /// - Throws: The decoder's error, or a `DecodingError` if a number is not finite.
    public init(from decoder: any Decoder) throws {
        // Every `try?` here is a test: a failed attempt only means that the value is of another kind.
        if let keyed = try? decoder.container(keyedBy: AnyCodingKey.self) {
            self = .object(try JSONObject(from: keyed))
            return
        }
        if var unkeyed = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !unkeyed.isAtEnd { elements.append(try unkeyed.decode(JSONValue.self)) }
            self = .array(elements)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(String.self) {
            self = .string(value)
        } else {
            self = .number(try JSONNumber(from: decoder))
        }
    }

    /// Encodes the value.
    ///
    /// The package's own encoder preserves the value. For other encoders, a number is encoded as an integer or as a
    /// `Double`, and the last of duplicate keys wins.
    ///
    /// - Throws: The encoder's error, or an `EncodingError` if a number is beyond the range of `Double`.
    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .number(let value):
            try value.encode(to: encoder)
        case .string(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .object(let object):
            try object.encode(to: encoder)
        }
    }
}

extension JSONNumber: Codable {
    /// Creates a number from a decoder; only the package's own decoder preserves its text.
    ///
    /// - Throws: The decoder's error, or a `DecodingError` if the number is not finite.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // Every `try?` here is a test: a failed attempt means that the number is not such an integer.
        if let value = try? container.decode(Int64.self) {
            self.init(value)
        } else if let value = try? container.decode(UInt64.self) {
            self.init(value)
        } else if let number = JSONNumber(try container.decode(Double.self)) {
            self = number
        } else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "The number is not finite.")
        }
    }

    /// Encodes the number, as an integer or a `Double` if the encoder doesn't preserve its text.
    ///
    /// - Throws: The encoder's error, or an `EncodingError` if the number is beyond the range of `Double`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let value: Int64 = integer() {
            try container.encode(value)
        } else if let value: UInt64 = integer() {
            try container.encode(value)
        } else if let value = doubleValue {
            try container.encode(value)
        } else {
            let context = EncodingError.Context(
                codingPath: encoder.codingPath,
                debugDescription: "The number is beyond the range of Double."
            )
            throw EncodingError.invalidValue(self, context)
        }
    }
}

extension JSONObject: Codable {
    /// Creates an object from a decoder, with the members in the decoder's order.
    ///
    /// - Throws: The decoder's error.
    public init(from decoder: any Decoder) throws {
        try self.init(from: decoder.container(keyedBy: AnyCodingKey.self))
    }

    fileprivate init(from container: KeyedDecodingContainer<AnyCodingKey>) throws {
        self.init()
        for key in container.allKeys {
            append(key: key.stringValue, value: try container.decode(JSONValue.self, forKey: key))
        }
    }

    /// Encodes the members.
    ///
    /// - Throws: The encoder's error.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyCodingKey.self)
        for (key, value) in self {
            try container.encode(value, forKey: AnyCodingKey(key))
        }
    }
}
