extension JSONValue: Codable {
    /// Reads a value from a decoder.
    ///
    /// With the package's own coding the value comes as it is written. Other decoders do not tell how a number is
    /// written: it is read as an integer if it is one, and else as a `Double`; they may reorder keys as well.
    public init(from decoder: any Decoder) throws {
        // Each attempt that fails says no more than that the value is of another kind, hence every `try?` here.
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

    /// Writes the value to an encoder.
    ///
    /// With the package's own coding the value is written as it is. Other encoders take numbers as integers or as
    /// `Double`, and of duplicate keys the last.
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
    /// Reads a number from a decoder; its text is kept by the package's own coding only.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        // A failed attempt says that the number is no such integer.
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

    /// Writes the number to an encoder, as an integer or a `Double` where that does not take text.
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
    /// Reads the members from a decoder, in the order that it gives.
    public init(from decoder: any Decoder) throws {
        try self.init(from: decoder.container(keyedBy: AnyCodingKey.self))
    }

    fileprivate init(from container: KeyedDecodingContainer<AnyCodingKey>) throws {
        self.init()
        for key in container.allKeys {
            append(key: key.stringValue, value: try container.decode(JSONValue.self, forKey: key))
        }
    }

    /// Writes the members to an encoder.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: AnyCodingKey.self)
        for (key, value) in self {
            try container.encode(value, forKey: AnyCodingKey(key))
        }
    }
}
