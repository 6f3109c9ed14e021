import ConversationHistory

/// Saves a note as an action in the conversation.
struct AddNoteTool: Tool {
    /// The name of the actions.
    static let action = "note"

    let conversation: Conversation<ChatMessage>

    let name = "add_note"
    let description = "Saves a note for later."
    let parameters = Self.schema(["text": "The note."])

    func run(_ arguments: JSONValue) async throws -> String {
        let text = try string("text", of: arguments)
        try await conversation.addAction(Self.action, payload: ["text": .string(text)], sender: name)
        return "Noted."
    }
}
