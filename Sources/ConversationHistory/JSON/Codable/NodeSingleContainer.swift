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
