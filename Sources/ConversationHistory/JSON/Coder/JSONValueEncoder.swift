/// An encoder of any `Encodable` value as a tree of JSON values.
///
/// `JSONValue`, `JSONNumber` and `JSONObject` inside the value are preserved. `Data` becomes a Base64 string, `URL` a
/// string and `Decimal` a number. The members of a dictionary are sorted by key because a `Dictionary` has no order,
/// and equal values should have the same text.
///
/// Nesting takes stack wherever types call each other's `encode(to:)`: about one megabyte at the limit.
enum JSONValueEncoder {
    /// Encodes a value.
    ///
    /// - Throws: The error of the value's own `encode(to:)`, or an `EncodingError` for values that JSON cannot
    ///   represent: numbers that are not finite, and nesting deeper than `JSONValue.maximumDepth`.
    static func encode(_ value: some Encodable) throws -> JSONValue {
        let failures = EncodingFailures()
        do {
            let child = try EncodingPlace(failures: failures).encode(value)
            if let failure = failures.first { throw failure }
            return child.finished
        } catch {
            // A failure that could not be thrown where it happened came first.
            throw failures.first ?? error
        }
    }
}

/// A node of the tree under construction, to which open containers may still add.
final class EncodingNode {
    /// The content of an array or object: a complete value, or a node that may still grow.
    enum Child {
        case value(JSONValue)
        case node(EncodingNode)

        var finished: JSONValue {
            switch self {
            case .value(let value): value
            case .node(let node): node.finished
            }
        }
    }

    enum Content {
        case nothing
        case value(JSONValue)
        case array
        case object
    }

    private(set) var content = Content.nothing
    private var keys: [String] = []
    private(set) var children: [Child] = []
    /// The index of each key, once there are too many keys for a linear search.
    private var places: [ByteString: Int] = [:]
    private static let searchedKeys = 16

    /// Makes this node a value, array or object, and returns whether that is possible.
    func become(_ new: Content) -> Bool {
        switch (content, new) {
        case (.nothing, _): content = new
        case (.array, .array), (.object, .object): break
        default: return false
        }
        return true
    }

    func append(_ child: Child) {
        children.append(child)
    }

    /// Sets a member, replacing one with the same key.
    func set(_ key: String, _ child: Child) {
        if let place = place(of: key) {
            children[place] = child
            return
        }
        if keys.count == Self.searchedKeys {
            for (place, key) in keys.enumerated() { places[ByteString(key)] = place }
        }
        if keys.count >= Self.searchedKeys { places[ByteString(key)] = keys.count }
        keys.append(key)
        children.append(child)
    }

    func child(_ key: String) -> Child? {
        place(of: key).map { children[$0] }
    }

    private func place(of key: String) -> Int? {
        keys.count > Self.searchedKeys
            ? places[ByteString(key)]
            : keys.firstIndex { $0.hasSameBytes(as: key) }
    }

    /// The value; an empty object if nothing was encoded.
    var finished: JSONValue {
        switch content {
        case .nothing: .object([:])
        case .value(let value): value
        case .array: .array(children.map(\.finished))
        case .object: .object(JSONObject(zip(keys, children).lazy.map { (key: $0, value: $1.finished) }))
        }
    }

    /// The value with the members of an object sorted by the bytes of their keys.
    var finishedAndSorted: JSONValue {
        let value = finished
        guard case .object(let object) = value else { return value }
        return .object(JSONObject(object.sorted { $0.key.bytesPrecede($1.key) }))
    }
}

/// A position in the tree under construction, with the rules for turning values into JSON.
struct EncodingPlace {
    private let parent: CodingPath?
    private let key: (any CodingKey)?

    /// The number of open arrays and objects around this position.
    let depth: Int

    let failures: EncodingFailures

    private init(parent: CodingPath?, key: (any CodingKey)?, depth: Int, failures: EncodingFailures) {
        self.parent = parent
        self.key = key
        self.depth = depth
        self.failures = failures
    }

    /// Creates the position of the whole tree.
    init(failures: EncodingFailures) {
        self.init(parent: nil, key: nil, depth: 0, failures: failures)
    }

    var codingPath: [any CodingKey] { CodingPath.keys(parent, key) }

    /// The same position, prepared so that `inside` allocates no object.
    var entered: EncodingPlace {
        EncodingPlace(parent: CodingPath.adding(key, to: parent), key: nil, depth: depth, failures: failures)
    }

    /// Returns the position of a member or element.
    func inside(_ key: any CodingKey) -> EncodingPlace {
        EncodingPlace(
            parent: CodingPath.adding(self.key, to: parent),
            key: key,
            depth: depth + 1,
            failures: failures
        )
    }

    func error(_ value: Any, _ explanation: String) -> EncodingError {
        .invalidValue(value, EncodingError.Context(codingPath: codingPath, debugDescription: explanation))
    }

    /// The error for excessive nesting; it doesn't contain the value itself.
    var tooDeep: EncodingError {
        error(depth, "The value is nested deeper than \(JSONValue.maximumDepth) levels.")
    }

    // MARK: - Values

    func encode(number value: Double) throws -> JSONValue {
        guard let number = JSONNumber(value) else {
            throw error(value, "A number that is not finite has no form in JSON.")
        }
        return .number(number)
    }

    func encode(number value: Float) throws -> JSONValue {
        guard let number = JSONNumber(value) else {
            throw error(value, "A number that is not finite has no form in JSON.")
        }
        return .number(number)
    }

    func encode<Value: Encodable>(_ value: Value) throws -> EncodingNode.Child {
        if let leaf = try leaf(value) { return .value(leaf) }
        guard depth <= JSONValue.maximumDepth else { throw tooDeep }
        let node = EncodingNode()
        try value.encode(to: NodeEncoder(node: node, place: self))
        if Value.self is any UnorderedMembers.Type {
            // A dictionary is complete when its `encode(to:)` returns, because the standard library keeps no container
            // open.
            return .value(node.finishedAndSorted)
        }
        return .node(node)
    }

    /// Returns the value's JSON, if it doesn't depend on the value's `encode(to:)`.
    private func leaf<Value: Encodable>(_ value: Value) throws -> JSONValue? {
        if Value.self == String.self, let value = value as? String { return .string(value) }
        if Value.self == Int.self, let value = value as? Int { return .number(JSONNumber(value)) }
        if Value.self == JSONValue.self, let value = value as? JSONValue { return try checked(value) }
        if Value.self == JSONObject.self, let value = value as? JSONObject { return try checked(.object(value)) }
        if Value.self == JSONNumber.self, let value = value as? JSONNumber { return .number(value) }
        return try FoundationCoding.encode(value, at: self)
    }

    private func checked(_ value: JSONValue) throws -> JSONValue {
        if value.isDeeper(than: JSONValue.maximumDepth - depth) { throw tooDeep }
        return value
    }
}

/// A type whose members have no order.
private protocol UnorderedMembers {}

extension Dictionary: UnorderedMembers {}

/// The encoder that a value's `encode(to:)` receives for a node.
struct NodeEncoder: Encoder {
    let node: EncodingNode
    let place: EncodingPlace

    var codingPath: [any CodingKey] { place.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(NodeKeyedContainer<Key>(node: open(.object), place: place.entered))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer {
        NodeUnkeyedContainer(node: open(.array), place: place.entered)
    }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        NodeSingleContainer(node: node, place: place)
    }

    /// Returns the node as an array or object; if that fails, records the failure and returns a detached node.
    private func open(_ content: EncodingNode.Content) -> EncodingNode {
        if place.depth >= JSONValue.maximumDepth { place.failures.note(place.tooDeep) }
        if node.become(content) { return node }
        place.failures.note(place.error(place.depth, "A value asked for containers of different kinds."))
        let detached = EncodingNode()
        _ = detached.become(content)
        return detached
    }
}

/// The container of an object's members.
struct NodeKeyedContainer<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: EncodingNode
    let place: EncodingPlace

    var codingPath: [any CodingKey] { place.codingPath }

    func encodeNil(forKey key: Key) throws { try set(key) { place in .value(.null) } }
    func encode(_ value: Bool, forKey key: Key) throws { try set(key) { place in .value(.bool(value)) } }
    func encode(_ value: String, forKey key: Key) throws { try set(key) { place in .value(.string(value)) } }
    func encode(_ value: Double, forKey key: Key) throws {
        try set(key) { place in .value(try place.encode(number: value)) }
    }
    func encode(_ value: Float, forKey key: Key) throws {
        try set(key) { place in .value(try place.encode(number: value)) }
    }
    func encode(_ value: Int, forKey key: Key) throws { try set(key) { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int8, forKey key: Key) throws { try set(key) { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int16, forKey key: Key) throws { try set(key) { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int32, forKey key: Key) throws { try set(key) { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int64, forKey key: Key) throws { try set(key) { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int128, forKey key: Key) throws {
        try set(key) { place in .value(.number(JSONNumber(value))) }
    }
    func encode(_ value: UInt, forKey key: Key) throws { try set(key) { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: UInt8, forKey key: Key) throws { try set(key) { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: UInt16, forKey key: Key) throws {
        try set(key) { place in .value(.number(JSONNumber(value))) }
    }
    func encode(_ value: UInt32, forKey key: Key) throws {
        try set(key) { place in .value(.number(JSONNumber(value))) }
    }
    func encode(_ value: UInt64, forKey key: Key) throws {
        try set(key) { place in .value(.number(JSONNumber(value))) }
    }
    func encode(_ value: UInt128, forKey key: Key) throws {
        try set(key) { place in .value(.number(JSONNumber(value))) }
    }

    func encode(_ value: some Encodable, forKey key: Key) throws { try set(key) { place in try place.encode(value) } }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        nested(key).container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        nested(key).unkeyedContainer()
    }

    func superEncoder() -> any Encoder { nested(AnyCodingKey.super) }

    func superEncoder(forKey key: Key) -> any Encoder { nested(key) }

    @inline(__always)
    private func set(_ key: Key, _ child: (EncodingPlace) throws -> EncodingNode.Child) throws {
        let place = place.inside(key)
        guard place.depth <= JSONValue.maximumDepth else { throw place.tooDeep }
        node.set(key.stringValue, try child(place))
    }

    /// Returns the encoder for a key's nested containers; a repeated request continues the same node.
    private func nested(_ key: any CodingKey) -> NodeEncoder {
        let place = place.inside(key)
        if case .node(let node)? = node.child(key.stringValue) { return NodeEncoder(node: node, place: place) }
        let child = EncodingNode()
        node.set(key.stringValue, .node(child))
        return NodeEncoder(node: child, place: place)
    }
}

/// The container of an array's elements.
struct NodeUnkeyedContainer: UnkeyedEncodingContainer {
    let node: EncodingNode
    let place: EncodingPlace

    var codingPath: [any CodingKey] { place.codingPath }
    var count: Int { node.children.count }

    func encodeNil() throws { try append { place in .value(.null) } }
    func encode(_ value: Bool) throws { try append { place in .value(.bool(value)) } }
    func encode(_ value: String) throws { try append { place in .value(.string(value)) } }
    func encode(_ value: Double) throws { try append { place in .value(try place.encode(number: value)) } }
    func encode(_ value: Float) throws { try append { place in .value(try place.encode(number: value)) } }
    func encode(_ value: Int) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int8) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int16) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int32) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int64) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: Int128) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: UInt) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: UInt8) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: UInt16) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: UInt32) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: UInt64) throws { try append { place in .value(.number(JSONNumber(value))) } }
    func encode(_ value: UInt128) throws { try append { place in .value(.number(JSONNumber(value))) } }

    func encode(_ value: some Encodable) throws { try append { place in try place.encode(value) } }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy keyType: NestedKey.Type
    ) -> KeyedEncodingContainer<NestedKey> {
        nested().container(keyedBy: keyType)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { nested().unkeyedContainer() }

    func superEncoder() -> any Encoder { nested() }

    @inline(__always)
    private func append(_ child: (EncodingPlace) throws -> EncodingNode.Child) throws {
        let place = place.inside(AnyCodingKey(index: count))
        guard place.depth <= JSONValue.maximumDepth else { throw place.tooDeep }
        node.append(try child(place))
    }

    private func nested() -> NodeEncoder {
        let child = EncodingNode()
        let place = place.inside(AnyCodingKey(index: count))
        node.append(.node(child))
        return NodeEncoder(node: child, place: place)
    }
}

/// The container of a single value.
struct NodeSingleContainer: SingleValueEncodingContainer {
    let node: EncodingNode
    let place: EncodingPlace

    var codingPath: [any CodingKey] { place.codingPath }

    func encodeNil() throws { try set(.null) }
    func encode(_ value: Bool) throws { try set(.bool(value)) }
    func encode(_ value: String) throws { try set(.string(value)) }
    func encode(_ value: Double) throws { try set(place.encode(number: value)) }
    func encode(_ value: Float) throws { try set(place.encode(number: value)) }
    func encode(_ value: Int) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: Int8) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: Int16) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: Int32) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: Int64) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: Int128) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: UInt) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: UInt8) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: UInt16) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: UInt32) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: UInt64) throws { try set(.number(JSONNumber(value))) }
    func encode(_ value: UInt128) throws { try set(.number(JSONNumber(value))) }

    func encode(_ value: some Encodable) throws {
        try set(place.encode(value).finished)
    }

    private func set(_ value: JSONValue) throws {
        guard node.become(.value(value)) else {
            throw place.error(place.depth, "A value was encoded where there is one already.")
        }
    }
}

/// The first failure that occurred where the protocols don't allow an error to be thrown.
final class EncodingFailures {
    private(set) var first: (any Error)?

    func note(_ error: any Error) {
        if first == nil { first = error }
    }
}
