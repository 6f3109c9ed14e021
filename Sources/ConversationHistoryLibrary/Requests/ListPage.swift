import ConversationHistory

/// A page of a list of conversations.
public struct ListPage: Hashable, Sendable {
    /// The conversations, in the order that was asked for.
    public var conversations: [ConversationInfo]

    /// Where the next page begins; `nil` if there is none.
    public var next: ListCursor?

    /// Creates a page.
    public init(conversations: [ConversationInfo], next: ListCursor?) {
        self.conversations = conversations
        self.next = next
    }
}
