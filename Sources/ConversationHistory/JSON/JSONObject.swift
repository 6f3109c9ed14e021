/// The members of a JSON object, in their written order.
///
/// Duplicate keys are preserved. Keys are compared by their UTF-8 bytes, so a composed and a decomposed `é` are
/// different keys. Two objects are equal if they have the same members in the same order.
///
/// Finding a key takes time in proportion to the number of members.
public struct JSONObject: Hashable, Sendable {
    private struct Member: Hashable, Sendable {
        var key: String
        var value: JSONValue

        static func == (left: Member, right: Member) -> Bool {
            left.key.hasSameBytes(as: right.key) && left.value == right.value
        }

        func hash(into hasher: inout Hasher) {
            key.hashBytes(into: &hasher)
            hasher.combine(value)
        }
    }

    private var members: [Member] = []

    /// Creates an object without members.
    public init() {}

    /// Creates an object from members, keeping their order and duplicate keys.
    public init(_ members: some Sequence<(key: String, value: JSONValue)>) {
        self.members = members.map { Member(key: $0.key, value: $0.value) }
    }

    /// The value of the last member with a key.
    ///
    /// Setting a value replaces that of the last member with the key, or adds a member at the end. Setting `nil`
    /// removes every member with the key. To store a null, set `JSONValue.null`.
    public subscript(key: String) -> JSONValue? {
        get {
            lastIndex(of: key).map { members[$0].value }
        }
        set {
            guard let newValue else {
                members.removeAll { $0.key.hasSameBytes(as: key) }
                return
            }
            if let index = lastIndex(of: key) {
                members[index].value = newValue
            } else {
                append(key: key, value: newValue)
            }
        }
    }

    /// Returns the index of the last member with a key.
    ///
    /// An iterator would retain and release each member, so the loop uses indices.
    private func lastIndex(of key: String) -> Int? {
        var index = members.count - 1
        while index >= 0 {
            if members[index].key.hasSameBytes(as: key) { return index }
            index -= 1
        }
        return nil
    }

    /// Returns whether the value of a member is nested deeper than a limit; it examines no deeper levels.
    func hasValue(deeperThan limit: Int) -> Bool {
        for index in members.indices where members[index].value.isDeeper(than: limit) { return true }
        return false
    }

    /// The keys of the members, in order.
    public var keys: some RandomAccessCollection<String> {
        members.lazy.map(\.key)
    }

    /// The values of the members, in order.
    public var values: some RandomAccessCollection<JSONValue> {
        members.lazy.map(\.value)
    }

    /// Adds a member at the end, even if there is another member with its key.
    public mutating func append(key: String, value: JSONValue) {
        members.append(Member(key: key, value: value))
    }

    /// Reserves space for a number of members.
    public mutating func reserveCapacity(_ count: Int) {
        members.reserveCapacity(count)
    }
}

extension JSONObject: RandomAccessCollection {
    /// The index of the first member.
    public var startIndex: Int { 0 }

    /// The index after the last member.
    public var endIndex: Int { members.count }

    /// The member at an index.
    public subscript(position: Int) -> (key: String, value: JSONValue) {
        let member = members[position]
        return (member.key, member.value)
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// Creates an object from a literal, keeping its order.
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        // The empty literal is common, so it must not allocate.
        if !elements.isEmpty { members = elements.map { Member(key: $0.0, value: $0.1) } }
    }
}

extension JSONObject: CustomStringConvertible {
    /// The object as compact JSON text.
    public var description: String { JSONValue.object(self).jsonString }
}
