import ConversationHistory

/// Lists the notes in the conversation.
struct ListNotesTool: Tool {
    let conversation: Conversation<ChatMessage>

    let name = "list_notes"
    let description = "Lists the saved notes."
    let parameters = Self.schema([:])

    func run(_ arguments: JSONValue) async throws -> String {
        let actions = conversation.snapshot.entries.compactMap(\.action).filter { $0.name == AddNoteTool.action }
        let notes = actions.compactMap { $0.payload["text"]?.stringValue }
        guard !notes.isEmpty else { return "There are no notes." }
        return notes.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
    }
}
