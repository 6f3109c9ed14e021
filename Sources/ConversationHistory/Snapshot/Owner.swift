/// The user and the organization that a conversation belongs to.
public struct Owner: Hashable, Sendable {
    /// The id of the user.
    public var user: String?

    /// The id of the user's organization.
    public var organization: String?

    /// Creates an owner.
    public init(user: String? = nil, organization: String? = nil) {
        self.user = user
        self.organization = organization
    }
}

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
