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
