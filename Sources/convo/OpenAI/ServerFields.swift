import ConversationHistory

/// A member of an answer that its server wants back in later requests, such as a signature over a thought.
///
/// Another server might refuse a request with it, so the server's name is kept beside it.
struct ServerFields: Hashable {
    /// The name under which it is kept, in blocks of a message.
    fileprivate static let key = "chat_completions"

    /// The server that it came from.
    let server: String

    /// The member's name.
    let name: String

    /// The member's value.
    let value: JSONValue

    init(server: String, _ name: String, _ value: JSONValue) {
        self.server = server
        self.name = name
        self.value = value
    }
}

extension JSONObject {
    /// What is kept for the server that a block came from.
    var ownFields: ServerFields? {
        get {
            guard let kept = self[ServerFields.key], let server = kept["server"]?.stringValue,
                let name = kept["member"]?.stringValue, let value = kept["value"]
            else { return nil }
            return ServerFields(server: server, name, value)
        }
        set {
            self[ServerFields.key] = newValue.map { kept in
                ["server": .string(kept.server), "member": .string(kept.name), "value": kept.value]
            }
        }
    }
}
