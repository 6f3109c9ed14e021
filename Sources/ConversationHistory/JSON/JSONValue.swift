/// Any JSON value, kept exactly as it was written.
///
/// Objects keep the order of their keys and numbers keep their text, so what is read can be written again without a
/// change of meaning to anyone. Strings are compared by their UTF-8 bytes.
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

    /// A number, as it is written.
    case number(JSONNumber)

    /// A string.
    case string(String)

    /// An array.
    case array([JSONValue])

    /// An object.
    case object(JSONObject)

    /// The depth to which arrays and objects may be nested in text that is read: 512.
    ///
    /// A value that is deeper can be built, but what it is written as cannot be read back.
    public static var maximumDepth: Int { 512 }

    /// Compares two values, strings by their UTF-8 bytes and numbers by their text.
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

    /// Feeds the value to a hasher.
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
    /// How deep arrays and objects are nested: 0 for anything else, 1 for an array of such values.
    public var depth: Int {
        switch self {
        case .array(let elements): 1 + (elements.lazy.map(\.depth).max() ?? 0)
        case .object(let object): 1 + (object.values.map(\.depth).max() ?? 0)
        default: 0
        }
    }

    /// Tells whether the value is nested deeper than a limit, looking no deeper than that.
    func isDeeper(than limit: Int = maximumDepth) -> Bool {
        switch self {
        case .array(let elements):
            if limit <= 0 { return true }
            // By index, since iterating would retain and release each element.
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

extension JSONValue {
    /// The string, if this is one.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The number as an `Int`, if this is a whole number in its range.
    public var intValue: Int? {
        if case .number(let value) = self { value.intValue } else { nil }
    }

    /// The number as the nearest `Double`, if this is a number that is not beyond the finite ones.
    public var doubleValue: Double? {
        if case .number(let value) = self { value.doubleValue } else { nil }
    }

    /// The truth value, if this is one.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if this is an array.
    public var arrayValue: [JSONValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The members, if this is an object.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// Whether this is `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The value of the last member with a key, if this is an object that has one.
    ///
    /// Setting works as on a `JSONObject`; on a value that is not an object, it first makes it one.
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

    /// The element at an index, if this is an array that has one.
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
    /// Creates a number; a literal beyond the finite values becomes `null`.
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
