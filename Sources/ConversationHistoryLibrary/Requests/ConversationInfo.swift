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

/// What is known of a conversation without reading what was said in it.
public struct ConversationInfo: Hashable, Sendable, Identifiable {
    /// The conversation's id.
    public var id: ConversationID

    /// The title to show.
    public var title: String?

    /// Whom it belongs to.
    public var owner: Owner?

    /// When it began.
    public var created: Date

    /// When it last changed.
    public var updated: Date

    /// Whatever else the application keeps with it.
    public var metadata: JSONObject

    /// Where it was forked from; `nil` if it was not.
    public var origin: ForkOrigin?

    /// How many messages there are.
    public var messageCount: Int

    /// How many entries there are, messages and others.
    public var entryCount: Int

    /// When it was moved into the trash; `nil` if it is not there.
    public var deleted: Date?

    /// Whether its history is damaged.
    ///
    /// What else is said of it is then what was known before. A history that is intact and cannot be read (of another
    /// type of messages, or of a later version) is not damaged. A library whose lists do not look at the histories tells it
    /// of those that somebody has tried to read, or to verify, in this process.
    public var isDamaged: Bool

    /// Creates a description.
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

/// A conversation of a library with all that belongs to it, as it was at one moment.
public struct ConversationContents<Message: HistoryMessage>: Equatable, Sendable {
    /// What is known of it; ``ConversationInfo/deleted`` says whether it is in the trash.
    public var info: ConversationInfo

    /// What its store would load, were it not in the trash.
    public var snapshot: ConversationSnapshot<Message>

    /// Its files in all their versions, ordered by name and then by version.
    public var artifacts: [Artifact]

    /// The files of which something cannot be read, so that it is not among the ``artifacts``.
    public var problems: [LibraryProblem]

    /// Creates the contents, for a library of one's own.
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
