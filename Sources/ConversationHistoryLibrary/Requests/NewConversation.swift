public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// What is known of a conversation that is to be created.
public struct NewConversation: Hashable, Sendable {
    /// Its id; a new one unless given.
    public var id: ConversationID

    /// The title to show.
    public var title: String?

    /// Whom it is to belong to; unless given, the owner that the library is scoped to.
    public var owner: Owner?

    /// Whatever else the application keeps with it.
    public var metadata: JSONObject

    /// When it began; now, unless given.
    public var created: Date?

    /// Creates the description of a new conversation.
    public init(
        id: ConversationID = .unique(),
        title: String? = nil,
        owner: Owner? = nil,
        metadata: JSONObject = [:],
        created: Date? = nil
    ) {
        self.id = id
        self.title = title
        self.owner = owner
        self.metadata = metadata
        self.created = created
    }
}
