/// A JSON value that preserves how it was written.
///
/// Objects keep the order of their keys and numbers keep their text, so a value that was read can be written again
/// without any change of meaning. Strings are compared by their UTF-8 bytes.
///
/// ```swift
/// let arguments = try JSONValue(parsing: #"{"city":"Tokyo","days":3}"#)
/// arguments["city"]?.stringValue          // "Tokyo"
/// let result: JSONValue = ["ok": true, "temperatures": [21, 23.5]]
/// ```
public enum JSONValue: Hashable, Sendable {
    /// The value `null`.
    case null

    /// The value `true` or `false`.
    case bool(Bool)

    /// A number with its text.
    case number(JSONNumber)

    /// A string.
    case string(String)

    /// An array.
    case array([JSONValue])

    /// An object.
    case object(JSONObject)

    /// The largest nesting depth of arrays and objects in text that is read: 512.
    ///
    /// Deeper values can be built, but their text cannot be read back.
    public static var maximumDepth: Int { 512 }

    /// Compares two values: strings by their UTF-8 bytes, and numbers by their text.
    public static func == (left: JSONValue, right: JSONValue) -> Bool {
        switch (left, right) {
        case (.null, .null): true
        case (.bool(let left), .bool(let right)): left == right
        case (.number(let left), .number(let right)): left == right
        case (.string(let left), .string(let right)): left.hasSameBytes(as: right)
        case (.array(let left), .array(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    /// Hashes the value.
    public func hash(into hasher: inout Hasher) {
        switch self {
        case .null:
            hasher.combine(0)
        case .bool(let value):
            hasher.combine(1)
            hasher.combine(value)
        case .number(let value):
            hasher.combine(2)
            hasher.combine(value)
        case .string(let value):
            hasher.combine(3)
            value.hashBytes(into: &hasher)
        case .array(let value):
            hasher.combine(4)
            hasher.combine(value)
        case .object(let value):
            hasher.combine(5)
            hasher.combine(value)
        }
    }
}

// MARK: - Depth

extension JSONValue {
    /// The nesting depth of arrays and objects: 1 for an array without nested arrays and objects, 0 for other values.
    public var depth: Int {
        switch self {
        case .array(let elements): 1 + (elements.lazy.map(\.depth).max() ?? 0)
        case .object(let object): 1 + (object.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }

    /// Returns whether the value is nested deeper than a limit; it examines no deeper levels.
    func isDeeper(than limit: Int = maximumDepth) -> Bool {
        switch self {
        case .array(let elements):
            if limit <= 0 { return true }
            // An iterator would retain and release each element, so the loop uses indices.
            for index in elements.indices where elements[index].isDeeper(than: limit - 1) { return true }
            return false
        case .object(let object):
            return limit <= 0 || object.hasValue(deeperThan: limit - 1)
        default:
            return false
        }
    }
}

extension JSONValue {
    /// Creates a value from JSON text.
    ///
    /// The escape of an unpaired surrogate, which a `String` cannot hold, becomes U+FFFD.
    ///
    /// - Throws: A `JSONError` if the text isn't exactly one JSON value, or is nested deeper than `maximumDepth`.
    public init(parsing text: String) throws(JSONError) {
        var writer = JSONWriter(capacity: text.utf8.count + JSONReader.padding)
        writer.append(utf8Of: text)
        try self.init(parsing: &writer)
    }

    /// Creates a value from the UTF-8 bytes of JSON text.
    ///
    /// - Throws: A `JSONError` if the bytes aren't exactly one JSON value, or are nested deeper than `maximumDepth`.
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

extension JSONValue {
    /// The string; `nil` if the value isn't a string.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The number as an `Int`; `nil` if the value isn't a whole number in that range.
    public var intValue: Int? {
        if case .number(let value) = self { value.intValue } else { nil }
    }

    /// The number as the nearest `Double`; `nil` if the value isn't a number in the finite range.
    public var doubleValue: Double? {
        if case .number(let value) = self { value.doubleValue } else { nil }
    }

    /// The Boolean; `nil` if the value isn't a Boolean.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements; `nil` if the value isn't an array.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members; `nil` if the value isn't an object.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether the value is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The value of the last member with a key; `nil` if the value isn't an object with such a member.
    ///
    /// Setting a member works as in `JSONObject`. If the value isn't an object, it becomes one first.
    public subscript(key: String) -> JSONValue? {
        get {
            objectValue?[key]
        }
        set {
            var object = objectValue ?? JSONObject()
            object[key] = newValue
            self = .object(object)
        }
    }

    /// The element at an index; `nil` if the value isn't an array with such an element.
    public subscript(index: Int) -> JSONValue? {
        guard case .array(let elements) = self, elements.indices.contains(index) else { return nil }
        return elements[index]
    }
}

extension JSONValue: ExpressibleByNilLiteral {
    /// Creates `null`.
    public init(nilLiteral: ()) {
        self = .null
    }
}

extension JSONValue: ExpressibleByBooleanLiteral {
    /// Creates `true` or `false`.
    public init(booleanLiteral value: Bool) {
        self = .bool(value)
    }
}

extension JSONValue: ExpressibleByIntegerLiteral {
    /// Creates a number from an integer literal.
    public init(integerLiteral value: Int) {
        self = .number(JSONNumber(value))
    }
}

extension JSONValue: ExpressibleByFloatLiteral {
    /// Creates a number from a literal; a literal beyond the finite range becomes `null`.
    public init(floatLiteral value: Double) {
        self = JSONNumber(value).map(JSONValue.number) ?? .null
    }
}

extension JSONValue: ExpressibleByStringInterpolation {
    /// Creates a string from a literal.
    public init(stringLiteral value: String) {
        self = .string(value)
    }
}

extension JSONValue: ExpressibleByArrayLiteral {
    /// Creates an array from a literal.
    public init(arrayLiteral elements: JSONValue...) {
        self = .array(elements)
    }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
    /// Creates an object from a literal, keeping its order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(JSONObject(elements.lazy.map { (key: $0.0, value: $0.1) }))
    }
}
