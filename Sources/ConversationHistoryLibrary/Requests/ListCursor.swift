public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// A place in a list of conversations: behind the last one of a page.
///
/// It names the conversation by what the list is ordered by, so it stays right while others come and go.
public struct ListCursor: Hashable, Sendable {
    /// When the last conversation of the page had changed.
    public let updated: Date

    /// Its id.
    public let id: ConversationID

    /// Creates a cursor, for a library of one's own.
    public init(updated: Date, id: ConversationID) {
        self.updated = updated
        self.id = id
    }
}
