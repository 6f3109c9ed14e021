public import ConversationHistory

/// Which part of a history is read.
public struct EntryRequest: Hashable, Sendable {
    /// From which end the entries are counted.
    public enum Edge: String, Hashable, Sendable {
        /// From the oldest one.
        case oldest

        /// From the newest one.
        case newest
    }

    /// From which end ``offset`` counts.
    ///
    /// The entries of a page are in the order of the history in any case.
    public var edge: Edge

    /// How many entries are passed over.
    public var offset: Int

    /// How many entries are read at the most; none for 0.
    public var limit: Int

    /// Whether only messages are counted and read.
    public var messagesOnly: Bool

    /// Creates a request.
    public init(from edge: Edge = .oldest, offset: Int = 0, limit: Int = 100, messagesOnly: Bool = false) {
        self.edge = edge
        self.offset = offset
        self.limit = limit
        self.messagesOnly = messagesOnly
    }

    /// Returns the part of so many entries that is asked for.
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

    /// How many entries, or messages if only those were asked for, the whole history has.
    public var totalCount: Int

    /// Creates a page.
    public init(entries: [HistoryEntry<Message>], totalCount: Int) {
        self.entries = entries
        self.totalCount = totalCount
    }
}

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
