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
