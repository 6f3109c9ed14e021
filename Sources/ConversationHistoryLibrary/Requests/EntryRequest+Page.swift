package import ConversationHistory

extension EntryRequest {
    /// Returns the part that is asked for, out of a snapshot.
    package func page<Message>(of snapshot: ConversationSnapshot<Message>) -> EntryPage<Message> {
        if messagesOnly {
            let messages = snapshot.messages
            return EntryPage(entries: range(of: messages.count).map(messages.entry), totalCount: messages.count)
        }
        let entries = snapshot.entries
        return EntryPage(entries: range(of: entries.count).map { entries[$0] }, totalCount: entries.count)
    }
}
