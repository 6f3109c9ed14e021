/// The container of an object's members.
struct ValueKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let object: JSONObject
    private let source: ValueDecoder
    /// Where each key is, if there are so many that searching them would take long.
    private var places: [ByteString: Int] = [:]
    private static var searchedKeys: Int { 16 }

    init(_ object: JSONObject, source: ValueDecoder) {
        self.object = object
        self.source = source
        guard object.count > Self.searchedKeys else { return }
        for (place, member) in object.enumerated() { places[ByteString(member.key)] = place }
    }

    var codingPath: [any CodingKey] { source.codingPath }

    var allKeys: [Key] {
        var seen = Set<ByteString>()
        return object.keys.compactMap { seen.insert(ByteString($0)).inserted ? Key(stringValue: $0) : nil }
    }

    func contains(_ key: Key) -> Bool { value(key.stringValue) != nil }

    /// The value of the last member with a key.
    private func value(_ key: String) -> JSONValue? {
        if object.count > Self.searchedKeys { return places[ByteString(key)].map { object[$0].value } }
        return object[key]
    }

    private func member(_ key: Key) throws -> ValueDecoder {
        guard let value = value(key.stringValue) else {
            let context = DecodingError.Context(codingPath: codingPath, debugDescription: "The object has no such key.")
            throw DecodingError.keyNotFound(key, context)
        }
        return source.inside(key, value)
    }

    func decodeNil(forKey key: Key) throws -> Bool { try member(key).value.isNull }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try member(key).bool() }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try member(key).string() }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try member(key).floating(type) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try member(key).floating(type) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try member(key).integer(type) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try member(key).integer(type) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try member(key).integer(type) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try member(key).integer(type) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try member(key).integer(type) }
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 { try member(key).integer(type) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try member(key).integer(type) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try member(key).integer(type) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try member(key).integer(type) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try member(key).integer(type) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try member(key).integer(type) }
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 { try member(key).integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        try member(key).value(type)
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try member(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try member(key).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        source.inside(AnyCodingKey.super, value(AnyCodingKey.super.stringValue) ?? .null)
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        source.inside(key, value(key.stringValue) ?? .null)
    }
}
