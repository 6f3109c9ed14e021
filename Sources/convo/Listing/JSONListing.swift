import ConversationHistory

/// The JSON output of commands: one document, with one line per element of a list.
enum JSONListing {
    /// Returns an array.
    static func array(_ elements: [JSONValue]) -> String {
        elements.isEmpty ? "[]\n" : "[\n" + elements.map(\.jsonString).joined(separator: ",\n") + "\n]\n"
    }

    /// Returns an object.
    static func object(_ object: JSONObject) -> String { JSONValue.object(object).jsonString + "\n" }
}

extension JSONObject {
    /// Adds a member if it has a value.
    mutating func add(_ key: String, _ value: JSONValue?) {
        if let value { append(key: key, value: value) }
    }

    /// Adds a string if there is one.
    mutating func add(_ key: String, _ text: String?) { add(key, text.map(JSONValue.string)) }

    /// Adds a number.
    mutating func add(_ key: String, _ number: Int) { append(key: key, value: .number(JSONNumber(number))) }
}
