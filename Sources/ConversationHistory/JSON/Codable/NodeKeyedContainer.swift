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
