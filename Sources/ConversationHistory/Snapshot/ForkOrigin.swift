/// Where a conversation was forked from.
public struct ForkOrigin: Hashable, Sendable {
    /// The conversation that it was forked from, if that one had an id.
    public var conversation: ConversationID?

    /// The last entry that both have in common; `nil` if they have none.
    public var entry: EntryID?

    /// Creates the record of a fork.
    public init(conversation: ConversationID?, entry: EntryID?) {
        self.conversation = conversation
        self.entry = entry
    }
}
