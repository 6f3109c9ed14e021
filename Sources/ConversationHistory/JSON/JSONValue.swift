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
