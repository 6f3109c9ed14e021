/// The point that a conversation was forked from.
public struct ForkOrigin: Hashable, Sendable {
    /// The id of the parent conversation, if it had one.
    public var conversation: ConversationID?

    /// The last entry that both conversations share; `nil` if they share none.
    public var entry: EntryID?

    /// Creates the record of a fork.
    public init(conversation: ConversationID?, entry: EntryID?) {
        self.conversation = conversation
        self.entry = entry
    }
}
