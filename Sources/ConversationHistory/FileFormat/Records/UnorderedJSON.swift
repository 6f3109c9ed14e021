/// A comparison of the encoded forms of equal messages.
///
/// The order in which a set or a dictionary is encoded differs between processes, and even between copies.
enum UnorderedJSON {
    /// Returns whether two texts are the same JSON except for the order of elements and members.
    ///
    /// Use it for equal values only, because it cannot tell a set from an array. It compares strings by their bytes,
    /// unlike `==`, which treats a composed and a decomposed "é" as equal; an array in which two such strings have
    /// changed positions is another text.
    static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count, let left = value(left), let right = value(right) else { return false }
        return isSame(left, right)
    }

    private static func value(_ text: [UInt8]) -> JSONValue? {
        var writer = JSONWriter(capacity: text.count + JSONReader.padding)
        writer.append(text)
        return writer.withPaddedBytes { bytes in
            var reader = JSONReader(bytes, maximumDepth: HistoryFormat.maximumDepth)
            // A text that isn't JSON has no value, so it is never the same as another.
            return try? reader.readValue()
        }
    }

    private static func isSame(_ left: JSONValue, _ right: JSONValue) -> Bool {
        switch (left, right) {
        case (.object(let left), .object(let right)):
            guard left.count == right.count else { return false }
            let (left, right) = (sorted(left), sorted(right))
            return zip(left, right).allSatisfy { $0.key.hasSameBytes(as: $1.key) && isSame($0.value, $1.value) }
        case (.array(let left), .array(let right)):
            guard left.count == right.count else { return false }
            return zip(left, right).allSatisfy(isSame) || isPermutation(left, right)
        default: return left == right
        }
    }

    private static func sorted(_ object: JSONObject) -> [(key: String, value: JSONValue)] {
        object.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private static func isPermutation(_ left: [JSONValue], _ right: [JSONValue]) -> Bool {
        let (left, right) = (left.map(normalForm), right.map(normalForm))
        guard left.map(ByteString.init).counted == right.map(ByteString.init).counted else { return false }
        // Elements that `==` treats as equal although their bytes differ may have changed positions.
        return Set(left).count == Set(left.map(ByteString.init)).count
    }

    /// Returns the text of a value with its elements and members in an order that depends only on their content.
    private static func normalForm(_ value: JSONValue) -> String {
        switch value {
        case .array(let elements):
            let texts = elements.map(normalForm).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
            return "[" + texts.joined(separator: ",") + "]"
        case .object(let object):
            let texts = sorted(object).map { JSONValue.string($0.key).jsonString + ":" + normalForm($0.value) }
            return "{" + texts.joined(separator: ",") + "}"
        default: return value.jsonString
        }
    }
}

extension Sequence where Element: Hashable {
    /// The number of occurrences of each element.
    fileprivate var counted: [Element: Int] {
        reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }
}
