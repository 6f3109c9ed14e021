public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

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
