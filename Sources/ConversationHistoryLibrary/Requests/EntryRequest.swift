public import ConversationHistory

/// A request for a part of a history.
public struct EntryRequest: Hashable, Sendable {
    /// The end of the history from which the offset counts.
    public enum Edge: String, Hashable, Sendable {
        /// The oldest entry.
        case oldest

        /// The newest entry.
        case newest
    }

    /// The end of the history from which ``offset`` counts.
    ///
    /// The entries of a page are in the order of the history in either case.
    public var edge: Edge

    /// The number of entries to skip.
    public var offset: Int

    /// The maximum number of entries to read; 0 reads none.
    public var limit: Int

    /// Whether to count and read only messages.
    public var messagesOnly: Bool

    /// Creates a request.
    public init(from edge: Edge = .oldest, offset: Int = 0, limit: Int = 100, messagesOnly: Bool = false) {
        self.edge = edge
        self.offset = offset
        self.limit = limit
        self.messagesOnly = messagesOnly
    }

    /// Returns the requested range of a history with this number of entries.
    package func range(of count: Int) -> Range<Int> {
        let skipped = min(max(0, offset), count)
        let taken = min(max(0, limit), count - skipped)
        switch edge {
        case .oldest: return skipped..<skipped + taken
        case .newest: return count - skipped - taken..<count - skipped
        }
    }
}

/// A part of a history.
public struct EntryPage<Message: HistoryMessage>: Sendable, Equatable {
    /// The entries, in the order of the history.
    public var entries: [HistoryEntry<Message>]

    /// The number of entries in the whole history, or of messages if only those were requested.
    public var totalCount: Int

    /// Creates a page.
    public init(entries: [HistoryEntry<Message>], totalCount: Int) {
        self.entries = entries
        self.totalCount = totalCount
    }
}

extension EntryRequest {
    /// Returns the requested part of a snapshot.
    package func page<Message>(of snapshot: ConversationSnapshot<Message>) -> EntryPage<Message> {
        if messagesOnly {
            let messages = snapshot.messages
            return EntryPage(entries: range(of: messages.count).map(messages.entry), totalCount: messages.count)
        }
        let entries = snapshot.entries
        return EntryPage(entries: range(of: entries.count).map { entries[$0] }, totalCount: entries.count)
    }
}
