/// A message on its way into the context.
struct ContextItem<Message: HistoryMessage>: Sendable {
    var message: Message
    /// Whether it must be in the context: a pin, an instruction, a summary.
    var isRequired: Bool
    /// The entry that it stands in, or that it was made up for.
    var entry: EntryID
    /// The position of that entry.
    var position: Int

    /// Whether it asks the model for something, so that a context may begin with it.
    var isQuestion: Bool { message.role == .user && message.toolResultIDs.isEmpty }
}

extension ContextItem {
    /// The message of an entry; `nil` if the entry is not a message.
    init?(_ entry: HistoryEntry<Message>, at position: Int) {
        guard let message = entry.message else { return nil }
        self.init(message: message, isRequired: entry.isRequired, entry: entry.id, position: position)
    }
}
