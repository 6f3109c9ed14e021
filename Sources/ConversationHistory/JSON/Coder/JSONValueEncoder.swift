/// Turns any `Encodable` value into a tree of JSON values.
///
/// `JSONValue`, `JSONNumber` and `JSONObject` inside it are kept as they are. `Data` becomes a Base64 string, `URL` a
/// string and `Decimal` a number. The members of a dictionary are sorted by key, since a `Dictionary` has no order of
/// its own and equal values are to be written alike.
///
/// Nesting takes stack wherever types call one another's `encode(to:)`: at the limit about one megabyte.
enum JSONValueEncoder {
    /// Encodes a value.
    ///
    /// - Throws: What the value's own `encode(to:)` throws, or an `EncodingError` for what JSON cannot hold: numbers
    ///   that are not finite, and nesting deeper than `JSONValue.maximumDepth`.
    static func encode(_ value: some Encodable) throws -> JSONValue {
        let failures = EncodingFailures()
        do {
            let child = try EncodingPlace(failures: failures).encode(value)
            if let failure = failures.first { throw failure }
            return child.finished
        } catch {
            // What could not be thrown when it happened came first.
            throw failures.first ?? error
        }
    }
}

/// A part of the tree that is being encoded, to which containers that are still open may add.
final class EncodingNode {
    /// What an array or object holds: a value that is complete, or a node that may still grow.
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
    /// Where each key is, once there are so many that searching them would take long.
    private var places: [ByteString: Int] = [:]
    private static let searchedKeys = 16

    /// Makes this a value, array or object; fails if it is something else already.
    func become(_ new: Content) -> Bool {
        switch (content, new) {
        case (.nothing, _): content = new
        case (.array, .array), (.object, .object): break
        default: return false
        }
        return true
    }

    /// Adds an element.
    func append(_ child: Child) {
        children.append(child)
    }

    /// Sets a member, in place of one with the same key.
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

    /// The child with a key.
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

/// A place in the tree that is being encoded, and how values are turned into JSON there.
struct EncodingPlace {
    private let parent: CodingPath?
    private let key: (any CodingKey)?

    /// How many arrays and objects are open around this place.
    let depth: Int

    let failures: EncodingFailures

    private init(parent: CodingPath?, key: (any CodingKey)?, depth: Int, failures: EncodingFailures) {
        self.parent = parent
        self.key = key
        self.depth = depth
        self.failures = failures
    }

    /// Creates the place of the whole tree.
    init(failures: EncodingFailures) {
        self.init(parent: nil, key: nil, depth: 0, failures: failures)
    }

    var codingPath: [any CodingKey] { CodingPath.keys(parent, key) }

    /// The same place, prepared so that going inside makes no object.
    var entered: EncodingPlace {
        EncodingPlace(parent: CodingPath.adding(key, to: parent), key: nil, depth: depth, failures: failures)
    }

    /// The place of a member or element.
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

    /// The error for something nested too deeply; the value itself stays out of it.
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
            // Complete once its `encode(to:)` has returned, since the standard library's keeps no container.
            return .value(node.finishedAndSorted)
        }
        return .node(node)
    }

    /// The value's JSON if it has one that does not depend on its `encode(to:)`.
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

/// A type whose members come in no order of their own.
private protocol UnorderedMembers {}

extension Dictionary: UnorderedMembers {}

/// The encoder that a value is given to put itself into a node.
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

    /// The node as an array or object; one that leads nowhere if it cannot be, which is noted.
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

    /// The encoder of what is nested under a key; asked for again, it goes on where it was.
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

/// The container of a value that stands alone.
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

/// What went wrong where the protocols leave no way to throw.
final class EncodingFailures {
    private(set) var first: (any Error)?

    func note(_ error: any Error) {
        if first == nil { first = error }
    }
}
