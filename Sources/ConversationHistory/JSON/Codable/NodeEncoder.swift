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
