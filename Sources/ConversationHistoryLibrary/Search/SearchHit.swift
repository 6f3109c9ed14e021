public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// An entry that matches a search.
public struct SearchHit: Hashable, Sendable {
    /// The id of the conversation.
    public let conversation: ConversationID

    /// The conversation's title, if it has one.
    public let title: String?

    /// The id of the entry.
    public let entry: EntryID

    /// The entry's position in its conversation, from 0.
    public let position: Int

    /// The entry's date, if it has one.
    public let date: Date?

    /// The role of the entry's message; `nil` if the entry is not a message.
    public let role: MessageRole?

    /// The part of the entry's text with the most matches.
    public let snippet: SearchSnippet

    /// The total number of occurrences of the words and phrases in the entry, which is its rank.
    ///
    /// A word that is repeated in the search text counts once. Overlapping occurrences each count.
    public let occurrences: Int

    /// Creates a hit.
    public init(
        conversation: ConversationID,
        title: String?,
        entry: EntryID,
        position: Int,
        date: Date?,
        role: MessageRole?,
        snippet: SearchSnippet,
        occurrences: Int
    ) {
        self.conversation = conversation
        self.title = title
        self.entry = entry
        self.position = position
        self.date = date
        self.role = role
        self.snippet = snippet
        self.occurrences = occurrences
    }

    /// The hit's cursor; pass it as ``SearchRequest/after`` to get the next page.
    public var cursor: SearchCursor {
        SearchCursor(occurrences: occurrences, date: date, conversation: conversation, position: position)
    }
}

/// The position of a hit among all hits of a search: the sort keys for ``SearchOrder`` and the start of the next page.
///
/// The cursors of a search are unique. A cursor stays valid when entries are added or deleted.
public struct SearchCursor: Hashable, Codable, Sendable {
    /// The number of occurrences in the entry.
    public let occurrences: Int

    /// The entry's date, if it has one.
    public let date: Date?

    /// The id of the conversation.
    public let conversation: ConversationID

    /// The entry's position in its conversation, from 0.
    public let position: Int

    /// Creates a cursor.
    public init(occurrences: Int, date: Date?, conversation: ConversationID, position: Int) {
        self.occurrences = occurrences
        self.date = date
        self.conversation = conversation
        self.position = position
    }
}
