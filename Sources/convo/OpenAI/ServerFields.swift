import ConversationHistory

/// A member of an answer that the server expects back in later requests, such as a thought signature.
///
/// The server's name is stored with it, because another server might reject a request that contains it.
struct ServerFields: Hashable {
    /// The member that stores it in the blocks of a message.
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
    /// The member to send back to the server that a block came from.
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
