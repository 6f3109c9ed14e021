/// A decoder of any `Decodable` type from a tree of JSON values; the counterpart of `JSONValueEncoder`.
enum JSONValueDecoder {
    /// Decodes a value.
    ///
    /// The last of members with the same key wins.
    ///
    /// - Throws: A `DecodingError` with the coding path, or the error of the type's own `init(from:)`.
    static func decode<Value: Decodable>(_ type: Value.Type, from value: JSONValue) throws -> Value {
        if value.isDeeper() {
            let explanation = "The value is nested deeper than \(JSONValue.maximumDepth) levels."
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: explanation))
        }
        return try ValueDecoder(value).value(type)
    }
}

/// The decoder that a type's `init(from:)` receives for a JSON value.
struct ValueDecoder: Decoder {
    let value: JSONValue
    private let parent: CodingPath?
    private let key: (any CodingKey)?

    private init(value: JSONValue, parent: CodingPath?, key: (any CodingKey)?) {
        self.value = value
        self.parent = parent
        self.key = key
    }

    /// Creates the decoder of a whole tree.
    init(_ value: JSONValue) {
        self.init(value: value, parent: nil, key: nil)
    }

    var codingPath: [any CodingKey] { CodingPath.keys(parent, key) }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// Returns the decoder of a member or element.
    func inside(_ key: any CodingKey, _ value: JSONValue) -> ValueDecoder {
        ValueDecoder(value: value, parent: CodingPath.adding(self.key, to: parent), key: key)
    }

    /// The same decoder, prepared so that `inside` allocates no object.
    private var entered: ValueDecoder {
        ValueDecoder(value: value, parent: CodingPath.adding(key, to: parent), key: nil)
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let object) = value else { throw mismatch(JSONObject.self) }
        return KeyedDecodingContainer(ValueKeyedContainer(object, source: entered))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw mismatch([JSONValue].self) }
        return ValueUnkeyedContainer(elements, source: entered)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        ValueSingleContainer(source: self)
    }

    // MARK: - Values

    func bool() throws -> Bool {
        guard case .bool(let value) = value else { throw mismatch(Bool.self) }
        return value
    }

    func string() throws -> String {
        guard case .string(let value) = value else { throw mismatch(String.self) }
        return value
    }

    func integer<Value: FixedWidthInteger>(_ type: Value.Type) throws -> Value {
        guard case .number(let number) = value else { throw mismatch(type) }
        guard let value = number.integer(as: type) else { throw corrupted("The number is no \(type).") }
        return value
    }

    func floating<Value: BinaryFloatingPoint & LosslessStringConvertible>(_ type: Value.Type) throws -> Value {
        guard case .number(let number) = value else { throw mismatch(type) }
        guard let value = Value(number.text), value.isFinite else {
            throw corrupted("The number is out of the range of \(type).")
        }
        return value
    }

    func value<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if type == String.self, let string = try string() as? Value { return string }
        if type == Int.self, let integer = try integer(Int.self) as? Value { return integer }
        if type == JSONValue.self, let value = value as? Value { return value }
        if type == JSONObject.self {
            guard case .object(let object) = value, let object = object as? Value else { throw mismatch(type) }
            return object
        }
        if type == JSONNumber.self {
            guard case .number(let number) = value, let number = number as? Value else { throw mismatch(type) }
            return number
        }
        if let value = try FoundationCoding.decode(type, from: self) { return value }
        return try Value(from: self)
    }

    // MARK: - Errors

    /// Returns the error for a value of another kind; it contains only the kind, never the value.
    func mismatch(_ type: Any.Type) -> DecodingError {
        let found =
            switch value {
            case .null: "null"
            case .bool: "a truth value"
            case .number: "a number"
            case .string: "a string"
            case .array: "an array"
            case .object: "an object"
            }
        let context = DecodingError.Context(codingPath: codingPath, debugDescription: "There is \(found) instead.")
        return value.isNull ? .valueNotFound(type, context) : .typeMismatch(type, context)
    }

    func corrupted(_ explanation: String) -> DecodingError {
        .dataCorrupted(DecodingError.Context(codingPath: codingPath, debugDescription: explanation))
    }
}

/// The container of an object's members.
struct ValueKeyedContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
    private let object: JSONObject
    private let source: ValueDecoder
    /// The index of each key, if there are too many keys for a linear search.
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

/// The container of an array's elements.
struct ValueUnkeyedContainer: UnkeyedDecodingContainer {
    private let elements: [JSONValue]
    private let source: ValueDecoder
    private(set) var currentIndex = 0

    init(_ elements: [JSONValue], source: ValueDecoder) {
        self.elements = elements
        self.source = source
    }

    var codingPath: [any CodingKey] { source.codingPath }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    /// Decodes the next element and, on success, moves to the element after it.
    @inline(__always)
    private mutating func next<Value>(_ decode: (ValueDecoder) throws -> Value) throws -> Value {
        let key = AnyCodingKey(index: currentIndex)
        guard !isAtEnd else {
            let path = codingPath + [key]
            let context = DecodingError.Context(codingPath: path, debugDescription: "The array has no more elements.")
            throw DecodingError.valueNotFound(Value.self, context)
        }
        let value = try decode(source.inside(key, elements[currentIndex]))
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        let isNull = try next { $0.value.isNull }
        // Only a null is consumed; any other value is still to be decoded.
        if !isNull { currentIndex -= 1 }
        return isNull
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try $0.bool() } }
    mutating func decode(_ type: String.Type) throws -> String { try next { try $0.string() } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try $0.floating(type) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try $0.floating(type) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try $0.integer(type) } }
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try $0.integer(type) } }
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try next { try $0.integer(type) } }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try next { try $0.value(type) } }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try next { try $0.container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try $0.unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next { $0 } }
}

/// The container of a single value.
struct ValueSingleContainer: SingleValueDecodingContainer {
    let source: ValueDecoder

    var codingPath: [any CodingKey] { source.codingPath }

    func decodeNil() -> Bool { source.value.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try source.bool() }
    func decode(_ type: String.Type) throws -> String { try source.string() }
    func decode(_ type: Double.Type) throws -> Double { try source.floating(type) }
    func decode(_ type: Float.Type) throws -> Float { try source.floating(type) }
    func decode(_ type: Int.Type) throws -> Int { try source.integer(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try source.integer(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try source.integer(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try source.integer(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try source.integer(type) }
    func decode(_ type: Int128.Type) throws -> Int128 { try source.integer(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try source.integer(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try source.integer(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try source.integer(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try source.integer(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try source.integer(type) }
    func decode(_ type: UInt128.Type) throws -> UInt128 { try source.integer(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try source.value(type) }
}
