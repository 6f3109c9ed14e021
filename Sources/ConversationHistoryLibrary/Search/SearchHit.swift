public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// An entry in which all that was sought was found.
public struct SearchHit: Hashable, Sendable {
    /// The conversation.
    public let conversation: ConversationID

    /// The conversation's title, if it has one.
    public let title: String?

    /// The entry.
    public let entry: EntryID

    /// The entry's position in its conversation, from 0.
    public let position: Int

    /// The entry's date, if it has one.
    public let date: Date?

    /// The role of the entry's message; `nil` if the entry is not a message.
    public let role: MessageRole?

    /// The part of the entry's text in which the most was found.
    public let snippet: SearchSnippet

    /// How often the words and phrases that were sought occur in the entry, all together: its rank.
    ///
    /// A word that is sought twice counts once. Each occurrence counts, also one that overlaps another.
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

    /// The hit's place among all the hits; a request that goes on ``SearchRequest/after`` it gives the next page.
    public var cursor: SearchCursor {
        SearchCursor(occurrences: occurrences, date: date, conversation: conversation, position: position)
    }
}

/// A hit's place among all the hits of a search: what ``SearchOrder`` compares, and where the next page begins.
///
/// No two hits of a search have the same place. A cursor stays valid when entries are added or deleted.
public struct SearchCursor: Hashable, Codable, Sendable {
    /// How often what was sought occurs in the entry.
    public let occurrences: Int

    /// The entry's date, if it has one.
    public let date: Date?

    /// The conversation.
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
