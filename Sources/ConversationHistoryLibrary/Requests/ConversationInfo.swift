public import ConversationHistory

#if canImport(FoundationEssentials)
public import FoundationEssentials
#else
public import Foundation
#endif

/// The attributes of a conversation to create.
public struct NewConversation: Hashable, Sendable {
    /// The conversation's id, by default a new unique one.
    public var id: ConversationID

    /// The title.
    public var title: String?

    /// The conversation's owner, by default the owner that the library is scoped to.
    public var owner: Owner?

    /// Metadata of the application.
    public var metadata: JSONObject

    /// The date when the conversation began, by default the current date.
    public var created: Date?

    /// Creates the attributes of a new conversation.
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

/// Information about a conversation, without its entries.
public struct ConversationInfo: Hashable, Sendable, Identifiable {
    /// The conversation's id.
    public var id: ConversationID

    /// The title.
    public var title: String?

    /// The conversation's owner.
    public var owner: Owner?

    /// The date when the conversation began.
    public var created: Date

    /// The date of the last change.
    public var updated: Date

    /// Metadata of the application.
    public var metadata: JSONObject

    /// The origin of a forked conversation; `nil` if the conversation was not forked.
    public var origin: ForkOrigin?

    /// The number of messages.
    public var messageCount: Int

    /// The number of entries, including messages.
    public var entryCount: Int

    /// The date of the deletion; `nil` if the conversation is not in the trash.
    public var deleted: Date?

    /// Whether the history is damaged.
    ///
    /// The other properties of a damaged conversation are those known before the damage. A history is not damaged if it
    /// is intact but unreadable, because it has another message type or a later version. If the lists of a library
    /// don't read histories, this flags only conversations that were read or verified in this process.
    public var isDamaged: Bool

    /// Creates the information about a conversation.
    public init(
        id: ConversationID,
        title: String? = nil,
        owner: Owner? = nil,
        created: Date,
        updated: Date,
        metadata: JSONObject = [:],
        origin: ForkOrigin? = nil,
        messageCount: Int = 0,
        entryCount: Int = 0,
        deleted: Date? = nil,
        isDamaged: Bool = false
    ) {
        self.id = id
        self.title = title
        self.owner = owner
        self.created = created
        self.updated = updated
        self.metadata = metadata
        self.origin = origin
        self.messageCount = messageCount
        self.entryCount = entryCount
        self.deleted = deleted
        self.isDamaged = isDamaged
    }
}

/// A conversation with its history and artifacts, as of one moment.
public struct ConversationContents<Message: HistoryMessage>: Equatable, Sendable {
    /// Information about the conversation; ``ConversationInfo/deleted`` is set if it is in the trash.
    public var info: ConversationInfo

    /// The snapshot, even if the conversation is in the trash.
    public var snapshot: ConversationSnapshot<Message>

    /// The artifacts in all their versions, ordered by name and then by version.
    public var artifacts: [Artifact]

    /// The artifacts with unreadable versions, which are missing from ``artifacts``.
    public var problems: [LibraryProblem]

    /// Creates contents; you need this only to write a library.
    public init(
        info: ConversationInfo,
        snapshot: ConversationSnapshot<Message>,
        artifacts: [Artifact],
        problems: [LibraryProblem] = []
    ) {
        self.problems = problems
        self.info = info
        self.snapshot = snapshot
        self.artifacts = artifacts
    }
}
