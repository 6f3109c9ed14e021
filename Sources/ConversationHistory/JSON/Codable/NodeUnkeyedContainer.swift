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
