/// Whom a conversation belongs to.
public struct Owner: Hashable, Sendable {
    /// The id of the user.
    public var user: String?

    /// The id of the user's organisation.
    public var organization: String?

    /// Creates an owner.
    public init(user: String? = nil, organization: String? = nil) {
        self.user = user
        self.organization = organization
    }
}

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
