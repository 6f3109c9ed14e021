public import ConversationHistory

/// A part of a history.
public struct EntryPage<Message: HistoryMessage>: Sendable, Equatable {
    /// The entries, in the order of the history.
    public var entries: [HistoryEntry<Message>]

    /// How many entries, or messages if only those were asked for, the whole history has.
    public var totalCount: Int

    /// Creates a page.
    public init(entries: [HistoryEntry<Message>], totalCount: Int) {
        self.entries = entries
        self.totalCount = totalCount
    }
}
