/// The decoder that a type is given to make itself from a JSON value.
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

    /// The decoder of a member or element.
    func inside(_ key: any CodingKey, _ value: JSONValue) -> ValueDecoder {
        ValueDecoder(value: value, parent: CodingPath.adding(self.key, to: parent), key: key)
    }

    /// The same decoder, prepared so that going inside makes no object.
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

    /// The error for a value of another kind; it names kinds only, never what the value is.
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
